"""Propose, approve, hold, close, cancel and revoke interviews (约谈)."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import calendar
from accounts.errors import ConflictError, DomainError
from accounts.models import AuditEntry, Unit, User
from accounts.services import audit
from accounts.services.saving import save_checked
from reports.choices import INTERVIEW_STEPS, InterviewFactType, ProposalState
from reports.models import Interview, InterviewFact
from reports.permissions import Act, authorise
from reports.services.policies import policy_for
from tasks.choices import DocumentKind
from tasks.models import Task
from tasks.services.deciding import require_reason
from tasks.services.facts import check_not_future
from tasks.services.numbering import next_number

# How much of a long text an entry of the audit log quotes.
_QUOTED = 200


@transaction.atomic
def propose_interview(
    subject: Unit | User, *, cause: str, tasks: Iterable[Task] = (), on: dt.date, by: User
) -> Interview:
    """Propose an interview by a person's own judgement; a leader who is somebody else approves.

    One meeting about several tasks is one interview: name them all.
    """
    interview = new_interview(subject, cause=cause, on=on, proposed_by=by)
    authorise(
        Act.PROPOSE_INTERVIEW, unit=interview.subject_unit, person=interview.person, on=on, by=by
    )
    save_checked(interview)
    interview.tasks.set(tasks)
    _record(
        "interview.propose", interview, on=on, by=by, summary=_("提出约谈%(subject)s：%(cause)s")
    )
    return interview


def new_interview(
    subject: Unit | User, *, cause: str, on: dt.date, proposed_by: User | None
) -> Interview:
    """Return an unsaved interview with the unit or person, proposed on the day."""
    return Interview(
        unit=subject if isinstance(subject, Unit) else None,
        person=subject if isinstance(subject, User) else None,
        cause=require_reason(cause, _("请填写约谈事由。")),
        proposed_on=on,
        proposed_by=proposed_by,
    )


@transaction.atomic
def approve_interview(
    interview: Interview, *, scheduled_on: dt.date, place: str = "", on: dt.date, by: User
) -> Interview:
    """Approve a proposed interview and give notice of its date, working days ahead.

    Raises `own_proposal` for the proposer, `notice_too_short` for an earlier date and
    `interview_state` when somebody else approved or cancelled it first.
    """
    interview = _locked(interview, "approve")
    authorise(
        Act.APPROVE_INTERVIEW,
        unit=interview.subject_unit,
        person=interview.person,
        on=on,
        by=by,
        not_by=interview.proposed_by,
        since=interview.proposed_on,
    )
    schedule(interview, scheduled_on=scheduled_on, place=place, on=on, by=by)
    _record(
        "interview.approve", interview, on=on, by=by, summary=_("批准约谈%(subject)s（%(number)s）")
    )
    return interview


def earliest_meeting(on: dt.date) -> dt.date:
    """Return the first day a meeting noticed on the day can be held, by the policy's notice."""
    return calendar.add_workdays(on, policy_for(on).gates.notice_workdays)


def schedule(
    interview: Interview, *, scheduled_on: dt.date, place: str, on: dt.date, by: User
) -> None:
    """Number the notice of an interview, date the meeting and save it as approved."""
    earliest = earliest_meeting(on)
    if scheduled_on < earliest:
        raise DomainError(
            "notice_too_short",
            _(
                "约谈须至少提前%(days)s个工作日通知：%(on)s 批准的，最早 %(earliest)s，"
                "不能定在 %(day)s。"
            )
            % {
                "days": policy_for(on).gates.notice_workdays,
                "on": on,
                "earliest": earliest,
                "day": scheduled_on,
            },
            fields={"scheduled_on": _("最早 %(earliest)s") % {"earliest": earliest}},
        )
    interview.number = next_number(DocumentKind.INTERVIEW_NOTICE, on=on)
    interview.state = INTERVIEW_STEPS["approve"].to
    interview.approved_by, interview.approved_on = by, on
    interview.scheduled_on, interview.place = scheduled_on, place
    save_checked(interview)


@transaction.atomic
def hold_interview(
    interview: Interview,
    *,
    on: dt.date,
    minutes: str,
    by: User,
    rectify_by: dt.date | None = None,
) -> Interview:
    """Record that the interview was held on the day, with its minutes; from then on it counts.

    The rectification report is due in the policy's days unless the minutes say otherwise. Raises
    `before_notice` for a day before the one the notice named.
    """
    interview = _locked(interview, "hold")
    authorise(
        Act.HOLD_INTERVIEW, unit=interview.subject_unit, person=interview.person, on=on, by=by
    )
    if interview.scheduled_on and on < interview.scheduled_on:
        raise DomainError(
            "before_notice",
            _("通知书定于 %(scheduled)s 约谈，不能提前到 %(on)s。")
            % {"scheduled": interview.scheduled_on, "on": on},
            fields={"on": _("不早于 %(day)s") % {"day": interview.scheduled_on}},
        )
    due = rectify_by or on + dt.timedelta(days=policy_for(on).gates.rectification_days)
    if due < on:
        raise DomainError(
            "rectify_before_interview",
            _("整改时限 %(due)s 不能早于约谈日期 %(on)s。") % {"due": due, "on": on},
            fields={"rectify_by": _("不早于 %(day)s") % {"day": on}},
        )
    interview.state, interview.held_on = INTERVIEW_STEPS["hold"].to, on
    interview.minutes = require_reason(minutes, _("请填写约谈纪要。"))
    interview.rectify_by = due
    entry = _record(
        "interview.hold",
        interview,
        on=on,
        by=by,
        summary=_("%(held_on)s 约谈%(subject)s（%(number)s）"),
    )
    check_not_future(on, entry)
    save_checked(interview)
    _add_fact(interview, InterviewFactType.HELD, on=on, entry=entry, by=by)
    return interview


@transaction.atomic
def close_interview(interview: Interview, *, on: dt.date, by: User) -> Interview:
    """Close a held interview whose rectification was verified; it goes on counting."""
    interview = _locked(interview, "close")
    authorise(
        Act.CLOSE_INTERVIEW, unit=interview.subject_unit, person=interview.person, on=on, by=by
    )
    interview.state = INTERVIEW_STEPS["close"].to
    save_checked(interview, only=["state"])
    _record("interview.close", interview, on=on, by=by, summary=_("约谈%(subject)s整改核实，办结"))
    return interview


@transaction.atomic
def cancel_interview(
    interview: Interview,
    *,
    on: dt.date,
    reason: str,
    by: User,
    review_on: dt.date | None = None,
) -> Interview:
    """Cancel an interview that was not held; its causes are not proposed again before `review_on`.

    Without a review date they may be proposed again the next night if they still hold.
    """
    interview = _locked(interview, "cancel")
    authorise(
        Act.CANCEL_INTERVIEW, unit=interview.subject_unit, person=interview.person, on=on, by=by
    )
    interview.state = INTERVIEW_STEPS["cancel"].to
    interview.cancellation = require_reason(reason, _("请填写取消理由。"))
    save_checked(interview)
    interview.proposals.filter(state=ProposalState.CONFIRMED).update(review_on=review_on)
    _record(
        "interview.cancel", interview, on=on, by=by, summary=_("取消约谈%(subject)s：%(reason)s")
    )
    return interview


@transaction.atomic
def revoke_interview(interview: Interview, *, on: dt.date, reason: str, by: User) -> Interview:
    """Revoke an interview on review: it stops counting from the day on.

    Nothing that was built on it is undone here: `exclusions.resting_on` shows what rests on it,
    and a named person withdraws it.
    """
    interview = _locked(interview, "revoke")
    authorise(
        Act.REVOKE_INTERVIEW, unit=interview.subject_unit, person=interview.person, on=on, by=by
    )
    if interview.held_on and on < interview.held_on:
        raise DomainError(
            "revoked_before_held",
            _("撤销日期 %(on)s 不能早于约谈日期 %(held)s。")
            % {"on": on, "held": interview.held_on},
            fields={"on": _("不早于 %(day)s") % {"day": interview.held_on}},
        )
    reason = require_reason(reason, _("请填写撤销理由。"))
    entry = _record(
        "interview.revoke",
        interview,
        on=on,
        by=by,
        summary=_("撤销%(held_on)s对%(subject)s的约谈"),
        reason=reason,
    )
    check_not_future(on, entry)
    interview.state = INTERVIEW_STEPS["revoke"].to
    save_checked(interview, only=["state"])
    _add_fact(interview, InterviewFactType.REVOKED, on=on, entry=entry, by=by, reason=reason)
    return interview


def _locked(interview: Interview, step: str) -> Interview:
    """Lock the interview and refuse when the step does not, or no longer, start from its state."""
    locked: Interview = Interview.objects.select_for_update().get(pk=interview.pk)
    if locked.state not in INTERVIEW_STEPS[step].allowed:
        raise ConflictError(
            "interview_state",
            _("该约谈目前是“%(state)s”，不能办理此项；请刷新页面查看最新情况。")
            % {"state": locked.get_state_display()},
        )
    return locked


def _add_fact(
    interview: Interview,
    kind: InterviewFactType,
    *,
    on: dt.date,
    entry: AuditEntry,
    by: User,
    reason: str = "",
) -> None:
    fact = InterviewFact(
        interview=interview,
        type=kind,
        on=on,
        recorded_at=entry.at,
        entry=entry,
        by=by,
        reason=reason,
    )
    save_checked(fact)


def _record(
    action: str,
    interview: Interview,
    *,
    on: dt.date,
    by: User,
    summary: str,
    reason: str = "",
) -> AuditEntry:
    sentence = summary % {
        "subject": interview.subject,
        "cause": interview.cause[:_QUOTED],
        "number": interview.number,
        "held_on": interview.held_on,
        "reason": interview.cancellation[:_QUOTED],
    }
    return audit.record(
        action,
        interview,
        by=by,
        summary=sentence,
        data={
            "on": on.isoformat(),
            "state": interview.state,
            "scheduled_on": str(interview.scheduled_on or ""),
            "held_on": str(interview.held_on or ""),
            "reason": reason,
        },
    )
