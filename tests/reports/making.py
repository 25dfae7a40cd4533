"""Judgements for tests: a policy in force, a late task with its slip, interviews held."""

import datetime as dt
from typing import Any

from accounts.models import Unit, User
from reports.choices import FindingKind
from reports.models import Exclusion, Interview, PolicyAdoption, Proposal
from reports.services.assessments import judge_day
from reports.services.interviews import approve_interview, hold_interview, propose_interview
from reports.services.policies import adopt_policy
from reports.services.proposals import Proposed, confirm_proposal, propose_from_findings
from tasks.models import Slip, Task
from tasks.services.progress import submit_report
from tasks.services.slips import deliver_slip, issue_slip
from tests.cast import Cast
from tests.making import issued_task

GO_LIVE = dt.date(2023, 1, 1)
# With a deadline on 30 June a task lags seriously from 30 July, its thirtieth day late.
LAGGING = dt.date(2023, 7, 30)
SLIP_DUE = dt.date(2023, 7, 17)


def in_force(*, go_live: dt.date = GO_LIVE) -> PolicyAdoption:
    """Adopt the shipped policy from 2023 on."""
    return adopt_policy(
        "taiyuan-2023",
        in_force_from=dt.date(2023, 1, 1),
        go_live=go_live,
        on=go_live,
        by=None,
    )


def slip_on(
    task: Task, cast: Cast, *, unit: Unit | None = None, delivered: bool = True, **values: Any
) -> Slip:
    """Issue a slip on a late task, due on 17 July, and deliver it the same day."""
    given: dict[str, Any] = {
        "unit": unit or cast.air,
        "cause": "逾期未完成",
        "requirement": "限期完成",
        "on": dt.date(2023, 7, 10),
        "feedback_due": SLIP_DUE,
        "colour": "red",
        **values,
    }
    slip = issue_slip(task, by=cast.supervisor, **given)
    return deliver_slip(slip, on=given["on"], by=cast.supervisor) if delivered else slip


def quiet_task(cast: Cast, *, code: str = "T1", **terms: Any) -> Task:
    """A task of 大气环境科, due on 30 June, that is late but reported as good as done."""
    task = issued_task(cast, code=code, **terms)
    submit_report(task, on=dt.date(2023, 1, 20), percent=99, text="接近完成", by=cast.head)
    return task


def late_task(cast: Cast, *, code: str = "T1", **terms: Any) -> Task:
    """A quiet task with a slip delivered on 10 July."""
    task = quiet_task(cast, code=code, **terms)
    slip_on(task, cast)
    return task


def held_interview(cast: Cast, subject: Unit | User, on: dt.date, **values: Any) -> Interview:
    """An interview proposed ten days before, approved and held on the day."""
    noticed = on - dt.timedelta(days=12)
    interview = propose_interview(
        subject, cause="落实不力", on=noticed, by=cast.supervisor, tasks=values.pop("tasks", ())
    )
    approve_interview(interview, scheduled_on=on, on=noticed, by=cast.leader)
    return hold_interview(interview, on=on, minutes="限期整改。", by=cast.supervisor, **values)


def run(on: dt.date, *, year: int | None = None) -> Proposed:
    """Judge the day and propose, as the nightly run does."""
    return propose_from_findings(judge_day(on=on, year=year), on=on)


def only_proposal(**filters: Any) -> Proposal:
    """Return the one proposal that fits."""
    proposal: Proposal = Proposal.objects.get(**filters)
    return proposal


def excluded_unit(cast: Cast, *, on: dt.date = LAGGING) -> Exclusion:
    """水生态环境科 loses its eligibility for 2023 after two interviews."""
    held_interview(cast, cast.water, dt.date(2023, 3, 1))
    held_interview(cast, cast.water, dt.date(2023, 5, 8))
    run(on)
    proposal = only_proposal(unit=cast.water, kind=FindingKind.EXCELLENCE_CANCELLED)
    return confirm_proposal(proposal, on=on, by=cast.leader, reason="情况属实").exclusion
