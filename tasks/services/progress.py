"""Hand in progress reports, and verify or return them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import clock
from accounts.errors import DomainError
from accounts.models import User
from accounts.services import audit
from accounts.services.saving import save_checked
from tasks import standards
from tasks.choices import FactType, Verdict
from tasks.models import Evidence, ProgressReport, Task
from tasks.permissions import Act, authorise
from tasks.rules.numbers import rounded
from tasks.rules.progress import counted_percent, planned_percent
from tasks.services.columns import report_columns
from tasks.services.countersigning import ask_countersignature
from tasks.services.current import refresh
from tasks.services.deciding import decide, lock_waiting, require_reason
from tasks.services.evidence import examine_all, store_evidence
from tasks.services.facts import lock_task, record_fact
from tasks.services.figures import read_percent, read_reading
from tasks.services.indicators import keep_reported
from tasks.services.proxy import sign_for
from tasks.services.readings import history_of
from tasks.services.sharing import check_reuses, share_evidence


@transaction.atomic
def submit_report(
    task: Task,
    *,
    on: dt.date,
    by: User,
    percent: Any = None,
    text: str = "",
    problems: str = "",
    next_step: str = "",
    unchanged: bool = False,
    reading: Any = None,
    cause: str | None = None,
    coordination: str = "",
    letter: str = "",
    custom: Mapping[str, object] | None = None,
    evidence: Sequence[File] = (),  # type: ignore[type-arg]
    dated: dt.date | None = None,
    reuses: Sequence[Evidence] = (),
) -> ProgressReport:
    """Report a task's progress for a lead unit as of a day, and return the report.

    `percent` is 0 to 100 with at most two places. `unchanged` (无变化) repeats the percent that
    counts on the day and needs no text. `reading` is recorded for the task's indicator; who enters
    for a unit outside the bureau (代录) names its `letter`; a `cause` from the catalogue is asked
    with a figure behind the plan (None: never asked, see `require_cause`); `custom` fills the
    columns its campaign asks of a report, the required ones unless nothing changed; `dated` is the
    date of the files' content, `reuses` names documents of the unit that prove this task too.
    """
    files = examine_all(evidence, dated=dated)
    if not unchanged:
        percent = read_percent(percent)
    task = lock_task(task)
    standing = authorise(Act.REPORT, task, on=on, by=by)
    unit, letter = sign_for(standing, task, letter)
    if unchanged:
        percent = rounded(counted_percent(history_of(task), on))
    value = _reading_of(task, reading)
    columns = report_columns(task, custom or {}, on=on, unchanged=unchanged)
    shared = check_reuses(reuses, unit=unit, by=by, on=on)
    entry = audit.record(
        "report.submit",
        task,
        by=by,
        summary=_summary(percent, on, letter),
        data={
            "on": on.isoformat(),
            "percent": str(percent),
            "text": text,
            "problems": problems,
            "next_step": next_step,
            "unchanged": unchanged,
            "reading": None if value is None else str(value),
            "cause": cause or "",
            "coordination": coordination,
            "letter": letter,
            "custom": columns,
            "evidence": [item.sha256 for item in files] + [item.sha256 for item in shared],
        },
    )
    fact = record_fact(task, FactType.PROGRESS, on=on, by=by, entry=entry, percent=percent)
    report = ProgressReport(
        task=task,
        unit=unit,
        fact=fact,
        on=on,
        percent=percent,
        text=text,
        problems=problems,
        next_step=next_step,
        unchanged=unchanged,
        reading=value,
        cause=cause or "",
        coordination=coordination,
        letter=letter,
        custom=columns,
        submitted_by=by,
        submitted_at=entry.at,
    )
    save_checked(report)
    keep_reported(report, entry)
    store_evidence(files, report=report, dated=dated, at=entry.at, by=by)
    share_evidence(shared, report=report, at=entry.at, by=by)
    ask_countersignature(report, entry=entry)
    if cause is not None and not unchanged:
        # Last, so that whatever else is wrong is said first; nothing stays written.
        require_cause(task, percent=report.percent, cause=cause, on=on)
    refresh(task, on=clock.date_of(entry.at))
    return report


def require_cause(task: Task, *, percent: Any, cause: str, on: dt.date) -> None:
    """Refuse a report without a cause that would leave the task behind its plan (`cause_missing`).

    Behind means that the progress lamp is yellow or red by the gap. Pages, proxies and programs are
    asked alike; 无变化, a ledger's opening figure and programs older than causes are not.
    """
    gap = gap_with(task, percent, on=on)
    if cause or gap is None or not standards.task_policy(on).lights.gap_yellow.holds(gap):
        return
    sentence = _("报 %(percent)s%% 仍落后序时进度 %(gap)s 个百分点，请选择滞后原因。") % {
        "percent": f"{read_percent(percent).normalize():f}",
        "gap": rounded(gap),
    }
    raise DomainError("cause_missing", sentence, fields={"cause": sentence})


def gap_with(task: Task, percent: Any, *, on: dt.date) -> Fraction | None:
    """Return planned minus the given percent on the day; None for a task without a plan."""
    planned = planned_percent(history_of(task), on)
    return None if planned is None else planned - Fraction(read_percent(percent))


def _reading_of(task: Task, given: Any) -> Decimal | None:
    value = read_reading(given)
    if value is not None and task.indicator_id is None:
        sentence = _("任务 %(code)s 没有考核指标，请不要填写指标读数。") % {"code": task.code}
        raise DomainError("no_indicator", sentence, fields={"reading": sentence})
    return value


def _summary(percent: Any, on: dt.date, letter: str) -> str:
    if letter:
        return _("代录进展 %(percent)s%%（%(on)s，来函 %(letter)s）") % {
            "percent": percent,
            "on": on,
            "letter": letter,
        }
    return _("填报进展 %(percent)s%%（%(on)s）") % {"percent": percent, "on": on}


@transaction.atomic
def verify_report(
    report: ProgressReport, *, on: dt.date, by: User, comment: str = ""
) -> ProgressReport:
    """Confirm a report as true; the percent counted already, so no fact is added."""
    task, report = lock_waiting(report, Act.VERIFY, on=on, by=by)
    audit.record(
        "report.verify",
        task,
        by=by,
        summary=_("核查通过 %(on)s 的进展 %(percent)s%%")
        % {"on": report.on, "percent": report.percent},
        data={"report": report.pk, "on": on.isoformat(), "comment": comment},
    )
    return decide(report, Verdict.ACCEPTED, on=on, by=by, comment=comment)


@transaction.atomic
def return_report(report: ProgressReport, *, reason: str, on: dt.date, by: User) -> ProgressReport:
    """Send a report back with a reason; from the day on its percent does not count."""
    reason = require_reason(reason, _("退回进展必须写明理由，以便对方补正。"))
    task, report = lock_waiting(report, Act.VERIFY, on=on, by=by)
    entry = audit.record(
        "report.return",
        task,
        by=by,
        summary=_("退回 %(on)s 的进展：%(reason)s") % {"on": report.on, "reason": reason[:200]},
        data={"report": report.pk, "on": on.isoformat(), "reason": reason},
    )
    record_fact(
        task,
        FactType.PROGRESS_RETURNED,
        on=on,
        by=by,
        entry=entry,
        about=report.fact,
        reason=reason,
    )
    report = decide(report, Verdict.RETURNED, on=on, by=by, comment=reason)
    refresh(task, on=clock.date_of(entry.at))
    return report
