"""Hand in progress reports, and verify or return them."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import clock
from accounts.errors import DomainError
from accounts.models import User
from accounts.services import audit
from accounts.services.saving import save_checked
from tasks.choices import FactType, Verdict
from tasks.models import ProgressReport, Task
from tasks.permissions import Act, authorise, lead_units, speaks_for
from tasks.rules.numbers import rounded
from tasks.rules.progress import counted_percent
from tasks.services.current import refresh
from tasks.services.deciding import decide, lock_waiting, require_reason
from tasks.services.evidence import examine_all, store_evidence
from tasks.services.facts import lock_task, record_fact
from tasks.services.readings import history_of

_CENT = Decimal("0.01")


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
    evidence: Sequence[File] = (),  # type: ignore[type-arg]
) -> ProgressReport:
    """Report a task's progress for a lead unit as of a day, and return the report.

    `percent` is 0 to 100 with at most two places. `unchanged` (无变化) repeats the percent that
    counts on the day and needs no text.
    """
    files = examine_all(evidence)
    if not unchanged:
        percent = read_percent(percent)
    task = lock_task(task)
    standing = authorise(Act.REPORT, task, on=on, by=by)
    if unchanged:
        percent = rounded(counted_percent(history_of(task), on))
    leads = lead_units(task)
    unit = next((unit for unit in leads if speaks_for(standing, unit)), leads[0])
    entry = audit.record(
        "report.submit",
        task,
        by=by,
        summary=_("填报进展 %(percent)s%%（%(on)s）") % {"percent": percent, "on": on},
        data={
            "on": on.isoformat(),
            "percent": str(percent),
            "text": text,
            "problems": problems,
            "next_step": next_step,
            "unchanged": unchanged,
            "evidence": [item.sha256 for item in files],
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
        submitted_by=by,
        submitted_at=entry.at,
    )
    save_checked(report)
    store_evidence(files, report=report, at=entry.at, by=by)
    refresh(task, on=clock.date_of(entry.at))
    return report


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


def read_percent(value: Any) -> Decimal:
    """Return a percent as given by a form or a program; raise DomainError with the value."""
    if value is None or value == "":
        raise _percent_refusal("percent_missing", _("请填写进度：0 到 100 之间的数字。"))
    try:
        percent = Decimal(str(value).strip().removesuffix("%"))
    except InvalidOperation:
        percent = Decimal("NaN")
    if not percent.is_finite():
        raise _percent_refusal(
            "percent_not_a_number",
            _("进度“%(value)s”不是数字，请填写 0 到 100 之间的数字。") % {"value": str(value)[:40]},
        )
    if not 0 <= percent <= 100:
        raise _percent_refusal(
            "percent_out_of_range",
            _("进度 %(value)s%% 超出范围，请填写 0 到 100 之间的数字。")
            % {"value": str(value)[:40].removesuffix("%")},
        )
    if percent != percent.quantize(_CENT):
        raise _percent_refusal(
            "percent_too_fine",
            _("进度 %(value)s%% 的小数过长，最多保留两位小数。")
            % {"value": str(value)[:40].removesuffix("%")},
        )
    return percent.quantize(_CENT)


def _percent_refusal(code: str, message: str) -> DomainError:
    return DomainError(code, message, fields={"percent": message})
