"""What waits for a verifier, sorted by risk, and the verdict on many reports at once."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import clock
from accounts.calendar import add_workdays
from accounts.errors import DomainError, NotAllowedError
from accounts.models import Unit, User
from accounts.scopes import Standing, standing_of
from accounts.services import audit
from tasks.choices import DrawKind, Verdict
from tasks.models import ProgressReport, SampledItem, Task
from tasks.parties import verifies_somewhere
from tasks.permissions import RULES, Act, may, require
from tasks.rules.hints import Hint
from tasks.rules.risk import Case, why_opened
from tasks.rules.terms import Kind, Level
from tasks.services.deciding import check_waiting, countersignature_of, own_submissions
from tasks.services.hints import report_hints

# Decisions on reports, close-outs and extensions are due in three working days.
DECISION_WORKDAYS = 3
# One unit's reports that may be verified from the list, without a sample.
ONE_UNIT = 20
# How many reports one transaction holds.
CHUNK = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """A waiting report with why it is opened one by one; no reason: it may be drawn from."""

    report: ProgressReport
    reasons: tuple[str, ...]
    hints: tuple[Hint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A verifier's reports: to be opened one by one, the rest, and those to stand back from."""

    must: tuple[Sorted, ...]
    rest: tuple[Sorted, ...]
    recused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleared:
    """What a bulk verdict did: how many it verified, and what it left out, with the reason."""

    verified: int
    left: tuple[tuple[ProgressReport, str], ...]


def decision_due(submission: Any) -> dt.date:
    """Return the last day for a verdict, counted from the day it came to the verifier."""
    came = clock.date_of(submission.submitted_at)
    held = countersignature_of(submission)
    if held is not None and held.decided_on is not None:
        came = max(came, held.decided_on)
    return add_workdays(came, DECISION_WORKDAYS)


def require_verifier(standing: Standing) -> None:
    """Refuse who checks nothing anywhere."""
    if not verifies_somewhere(standing):
        raise NotAllowedError(
            "not_allowed",
            _("核查由督办人员、局领导和局领导指定的代核人办理；%(name)s没有这项权限。")
            % {"name": standing.user.name},
        )


def waiting_reports(standing: Standing) -> Any:
    """Return the reports that wait for the verdict of somebody else than their submitter."""
    rows = ProgressReport.objects.visible_to(standing.user, on=standing.on).to_verify()
    rows = rows.filter(task__state__in=RULES[Act.VERIFY].states)
    return rows.exclude(own_submissions(standing, "on")).order_by("on", "id")


def sort_waiting(standing: Standing, *, unit: Unit | None = None) -> Waiting:
    """Sort what waits for a verifier by risk; `unit`: only what it handed in."""
    rows = waiting_reports(standing)
    if unit is not None:
        rows = rows.filter(unit=unit)
    reports = list(
        rows.select_related(
            "task__plan", "submitted_by", "unit", "countersignature"
        ).prefetch_related("task__responsibilities__unit")
    )
    mine = [report for report in reports if may(standing, Act.VERIFY, report.task)]
    hints = report_hints(mine, seen=Task.objects.visible_to(standing.user, on=standing.on))
    returned = _units_returned(standing)
    found = [
        Sorted(
            report=report,
            hints=hints[report.pk],
            reasons=why_opened(
                Case(
                    level=Level(report.task.level),
                    kind=Kind(report.task.kind),
                    hints=hints[report.pk],
                    unit_returned=report.unit_id in returned,
                )
            ),
        )
        for report in mine
    ]
    return Waiting(
        must=tuple(one for one in found if one.reasons),
        rest=tuple(one for one in found if not one.reasons),
        recused=len(reports) - len(mine),
    )


def _units_returned(standing: Standing) -> frozenset[int]:
    """Return the units whose part of the person's newest sample held a returned report."""
    items = SampledItem.objects.filter(
        draw__by=standing.user, draw__kind=DrawKind.VERIFICATION
    ).order_by("-draw_id")
    newest = items.values_list("draw_id", flat=True)[:1]
    rows = SampledItem.objects.filter(draw_id__in=list(newest), report__verdict=Verdict.RETURNED)
    return frozenset(rows.values_list("report__unit_id", flat=True))


def verify_unit(unit: Unit, *, on: dt.date, by: User) -> Cleared:
    """Verify what a unit reported, as it stands in the list; what must be opened is left out.

    Raises DomainError `too_many` beyond `ONE_UNIT`: more than that is drawn from.
    """
    standing = standing_of(by, on=on)
    require_verifier(standing)
    waiting = sort_waiting(standing, unit=unit)
    if len(waiting.rest) > ONE_UNIT:
        raise DomainError(
            "too_many",
            _("%(unit)s有 %(count)s 件，超过一次 %(limit)s 件的上限，请先抽取样本再批量通过。")
            % {"unit": unit.name, "count": len(waiting.rest), "limit": ONE_UNIT},
        )
    left = tuple((one.report, must_sentence()) for one in waiting.must)
    done = verify_many([one.report.pk for one in waiting.rest], on=on, by=by, comment=_("批量核查"))
    return Cleared(verified=done.verified, left=(*left, *done.left))


def must_sentence() -> str:
    """Return why a report is left out of a bulk verdict."""
    return str(_("须逐件打开核查"))


def verify_many(
    ids: Collection[int], *, on: dt.date, by: User, comment: str, data: dict[str, Any] | None = None
) -> Cleared:
    """Verify many reports, each with its own verdict and audit entry; never one's own matter.

    Done in transactions of `CHUNK`, so an interrupted run is simply repeated. What may not be
    verified is left out and named with its reason.
    """
    standing = standing_of(by, on=on)
    order = sorted(ids)
    verified = 0
    left: list[tuple[ProgressReport, str]] = []
    for start in range(0, len(order), CHUNK):
        count, refused = _verify_chunk(
            order[start : start + CHUNK], standing, comment=comment, data=data or {}
        )
        verified += count
        left += refused
    return Cleared(verified=verified, left=tuple(left))


@transaction.atomic
def _verify_chunk(
    ids: Iterable[int], standing: Standing, *, comment: str, data: dict[str, Any]
) -> tuple[int, list[tuple[ProgressReport, str]]]:
    """Lock the tasks in the order of their ids, then decide each report that may be."""
    wanted = ProgressReport.objects.filter(pk__in=ids)
    tasks = {
        task.pk: task
        for task in Task.objects.select_for_update(of=("self",))
        .filter(pk__in=list(wanted.values_list("task_id", flat=True)))
        .prefetch_related("responsibilities__unit")
        .order_by("pk")
    }
    related = ("submitted_by", "decided_by", "countersignature__leader")
    passed: list[int] = []
    left: list[tuple[ProgressReport, str]] = []
    for report in wanted.select_related(*related).order_by("pk"):
        task = tasks[report.task_id]
        report.task = task
        try:
            require(standing, Act.VERIFY, task)
            check_waiting(report, Act.VERIFY, standing)
        except DomainError as refusal:
            left.append((report, str(refusal.message)))
            continue
        audit.record(
            "report.verify",
            task,
            by=standing.user,
            summary=_("%(comment)s：核查通过 %(on)s 的进展 %(percent)s%%")
            % {"comment": comment, "on": report.on, "percent": report.percent},
            data={"report": report.pk, "on": standing.on.isoformat(), **data},
        )
        passed.append(report.pk)
    ProgressReport.objects.filter(pk__in=passed).update(
        verdict=Verdict.ACCEPTED,
        decided_by=standing.user,
        decided_on=standing.on,
        decision=comment,
    )
    return len(passed), left


def units_waiting(standing: Standing) -> Any:
    """Return the units that handed in what waits for the person, by their position."""
    ids = waiting_reports(standing).order_by().values("unit")
    return Unit.objects.filter(pk__in=ids).order_by("position", "code")
