"""Enter and correct the readings of indicators, and hold them against the planned curve."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import ConflictError, DomainError
from accounts.models import AuditEntry, User
from accounts.services import audit
from accounts.services.saving import save_checked
from tasks.campaign_permissions import authorise_correcting, authorise_entering
from tasks.choices import Direction
from tasks.models import Indicator, IndicatorReading, ProgressReport
from tasks.rules.curves import CurveTerms, planned_value, shortfall
from tasks.services.deciding import require_reason
from tasks.services.facts import check_not_future
from tasks.services.figures import read_reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an indicator stands by its newest reading that counts: values exact, in its unit.

    `behind` is how much worse than planned the reading is (at most 0: on or ahead of the plan),
    `reached` whether it meets the target.
    """

    reading: IndicatorReading
    planned: Fraction | None
    behind: Fraction | None
    reached: bool


@transaction.atomic
def record_reading(
    indicator: Indicator, *, value: Any, on: dt.date, source: str, today: dt.date, by: User
) -> IndicatorReading:
    """Enter a reading of the day `on` with its source; return it.

    `today` is the day of the act. Raises `reading_missing`, `reading_unreadable`,
    `source_missing`, `fact_in_future`, `indicator_retired`.
    """
    authorise_entering(indicator, on=today, by=by)
    if not indicator.is_active(on=today):
        raise DomainError(
            "indicator_retired",
            _("指标“%(name)s”已于 %(day)s 停用，请先恢复再填读数。")
            % {"name": indicator.name, "day": indicator.closed_on},
        )
    reading = IndicatorReading(
        indicator=indicator, on=on, value=_value(value), source=_source(source), by=by
    )
    entry = audit.record(
        "reading.record",
        indicator,
        by=by,
        summary=_("登记指标读数：%(name)s %(on)s %(value)s")
        % {"name": indicator.name, "on": on, "value": f"{reading.value.normalize():f}"},
        data=_data(reading),
    )
    return _store(reading, entry)


@transaction.atomic
def correct_reading(
    reading: IndicatorReading,
    *,
    reason: str,
    today: dt.date,
    by: User,
    value: Any = None,
    on: dt.date | None = None,
    source: str | None = None,
    withdrawn: bool = False,
) -> IndicatorReading:
    """Put a new reading in another's place for a reason, or withdraw it; return the new row.

    What is not given stays as it was. Raises `reading_corrected` (409) for one that was corrected
    already, `nothing_corrected`, and the codes of `record_reading`.
    """
    reason = require_reason(reason, _("更正或撤回读数必须写明理由。"))
    # One lock for all corrections of an indicator, so that each reading is superseded once.
    indicator = Indicator.objects.select_for_update().get(pk=reading.indicator_id)
    authorise_correcting(reading, on=today, by=by)
    later = IndicatorReading.objects.filter(supersedes=reading).select_related("by").first()
    if later is not None or reading.withdrawn:
        newest = later or reading
        raise ConflictError(
            "reading_corrected",
            _("这条读数已由%(who)s更正为 %(value)s（%(on)s）或撤回，请在最新的一条上更正。")
            % {"who": newest.by.name, "value": f"{newest.value.normalize():f}", "on": newest.on},
            fields={"reading": newest.pk},
        )
    new = IndicatorReading(
        indicator=indicator,
        on=on or reading.on,
        value=reading.value if withdrawn or value is None else _value(value),
        source=reading.source if source is None else _source(source),
        report=None,
        supersedes=reading,
        withdrawn=withdrawn,
        reason=reason,
        by=by,
    )
    same = (new.on, new.value, new.source) == (reading.on, reading.value, reading.source)
    if same and not withdrawn:
        raise DomainError("nothing_corrected", _("日期、读数和来源都没有改动，不需要更正。"))
    words = {
        "name": indicator.name,
        "on": reading.on,
        "old": f"{reading.value.normalize():f}",
        "new": f"{new.value.normalize():f}",
        "reason": reason[:200],
    }
    sentence = (
        _("撤回指标读数：%(name)s %(on)s %(old)s（%(reason)s）")
        if withdrawn
        else _("更正指标读数：%(name)s %(on)s %(old)s 改为 %(new)s（%(reason)s）")
    )
    entry = audit.record(
        "reading.withdraw" if withdrawn else "reading.correct",
        indicator,
        by=by,
        summary=sentence % words,
        data={**_data(new), "supersedes": reading.pk, "reason": reason},
    )
    return _store(new, entry)


def keep_reported(report: ProgressReport, entry: AuditEntry) -> None:
    """Keep the reading a progress report gave for its task's indicator; nothing without one."""
    if report.reading is None:
        return
    reading = IndicatorReading(
        indicator=report.task.indicator,
        on=report.on,
        value=report.reading,
        source=report.letter or _("任务 %(code)s 进展填报") % {"code": report.task.code},
        report=report,
        by=report.submitted_by,
    )
    _store(reading, entry)


def curve_of(indicator: Indicator) -> CurveTerms:
    """Return the planned curve of an indicator (prefetch `points` for many)."""
    return CurveTerms(
        starts_on=indicator.starts_on,
        ends_on=indicator.ends_on,
        baseline=None if indicator.baseline is None else Fraction(indicator.baseline),
        target=Fraction(indicator.target),
        rising=indicator.direction == Direction.UP,
        points={point.on: Fraction(point.value) for point in indicator.points.all()},
    )


def stand_of(
    indicator: Indicator, readings: Iterable[IndicatorReading], *, on: dt.date
) -> Standing | None:
    """Return how an indicator stands on the day; None without a reading that counts.

    `readings` are those that count; the newest day leads, of one day the one recorded last.
    """
    newest = max(
        (reading for reading in readings if reading.on <= on),
        key=lambda reading: (reading.on, reading.pk),
        default=None,
    )
    if newest is None:
        return None
    terms, value = curve_of(indicator), Fraction(newest.value)
    reached = value >= terms.target if terms.rising else value <= terms.target
    return Standing(
        reading=newest,
        planned=planned_value(terms, newest.on),
        behind=shortfall(terms, value, newest.on),
        reached=reached,
    )


def _value(given: Any) -> Any:
    try:
        value = read_reading(given)
    except DomainError as refusal:
        raise DomainError(
            refusal.code, refusal.message, fields={"value": refusal.message}
        ) from refusal
    if value is None:
        sentence = _("请填写读数。")
        raise DomainError("reading_missing", sentence, fields={"value": sentence})
    return value


def _source(given: str) -> str:
    source = given.strip()
    if not source:
        sentence = _("请写明数据来源，如“国控站月报”“生态环境部通报”。")
        raise DomainError("source_missing", sentence, fields={"source": sentence})
    return source


def _data(reading: IndicatorReading) -> dict[str, Any]:
    return {
        "on": reading.on.isoformat(),
        "value": str(reading.value),
        "source": reading.source,
    }


def _store(reading: IndicatorReading, entry: AuditEntry) -> IndicatorReading:
    check_not_future(reading.on, entry)
    reading.entry, reading.recorded_at = entry, entry.at
    save_checked(reading)
    return reading
