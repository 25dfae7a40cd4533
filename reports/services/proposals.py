"""Make proposals from findings through the gates, and decide them by a named person."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import ConflictError, DomainError
from accounts.models import Unit, User
from accounts.services import audit
from accounts.services.saving import save_checked
from reports.choices import FindingKind, InterviewState, ProposalState
from reports.evaluation.output import reason_json
from reports.models import Exclusion, Interview, PolicyAdoption, Proposal
from reports.permissions import act_of_decision, authorise
from reports.sentences import conclusion, stored_reason
from reports.services.assessments import (
    Assessment,
    Judgement,
    as_subject,
    assess,
    judge_day,
    tasks_by_key,
)
from reports.services.interviews import earliest_meeting, new_interview, schedule
from reports.services.memory import identity_of
from reports.wording import reason_sentence
from tasks.choices import DocumentKind
from tasks.services.deciding import require_reason
from tasks.services.numbering import next_number

_DOCUMENTS = {
    FindingKind.EXCELLENCE_CANCELLED: DocumentKind.EXCELLENCE_DECISION,
    FindingKind.VETO: DocumentKind.VETO_DECISION,
    FindingKind.DISCIPLINE_REFERRAL: DocumentKind.REFERRAL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """What a run did: how many causes it found, proposed, held back by gates and withdrew."""

    found: int
    proposed: int
    held_back: int
    withdrawn: int


@transaction.atomic
def propose_from_findings(judgement: Judgement, *, on: dt.date) -> Proposed:
    """Make a proposal of each cause whose gates are open, and withdraw those that ended.

    Run any number of times: a cause has one waiting proposal at most. A waiting proposal whose
    cause no longer holds is withdrawn at once, and stays as history.
    """
    # Two runs at once take turns here, so neither proposes what the other just did.
    PolicyAdoption.objects.select_for_update().get(pk=judgement.in_force.adoption.pk)
    assessments = [one for one in assess(judgement, on=on) if _is_judged(one, judgement, on=on)]
    waiting = {one.cause for one in assessments if _is_waiting(one.newest)}
    ready = [one for one in assessments if one.passed and one.cause not in waiting]
    for one in ready:
        _propose(one, judgement, on=on)
    holding = {one.cause for one in assessments if one.gates[0].passed}
    ended = [
        proposal
        for proposal in _waiting_of(judgement, on=on)
        if identity_of(proposal) not in holding
    ]
    for proposal in ended:
        _withdraw(proposal, on=on)
    return Proposed(
        found=len(assessments),
        proposed=len(ready),
        held_back=sum(not one.passed and one.cause not in waiting for one in assessments),
        withdrawn=len(ended),
    )


def _is_judged(one: Assessment, judgement: Judgement, *, on: dt.date) -> bool:
    """Whether a cause belongs to this run: interviews rest on the day, not on an earlier year."""
    return one.finding.kind != FindingKind.INTERVIEW or judgement.evaluation.year == on.year


def _is_waiting(proposal: Proposal | None) -> bool:
    return proposal is not None and proposal.state == ProposalState.WAITING


def _waiting_of(judgement: Judgement, *, on: dt.date) -> list[Proposal]:
    """Return the waiting proposals this run can speak about."""
    year = judgement.evaluation.year
    waiting = Proposal.objects.waiting().select_for_update(of=("self",)).order_by("id")
    return [
        proposal
        for proposal in waiting.select_related("unit", "person")
        if (proposal.kind == FindingKind.INTERVIEW and year == on.year)
        or (proposal.kind != FindingKind.INTERVIEW and proposal.year == year)
    ]


def _propose(one: Assessment, judgement: Judgement, *, on: dt.date) -> Proposal:
    evaluation = judgement.evaluation
    subject = one.subject
    proposal = Proposal(
        unit=subject if isinstance(subject, Unit) else None,
        person=subject if isinstance(subject, User) else None,
        kind=one.finding.kind,
        rule=one.finding.rule,
        clause=one.finding.clause.text,
        cause=one.ground.key,
        task=one.task,
        year=evaluation.year,
        as_of=evaluation.as_of,
        known_at=evaluation.known_at,
        policy=evaluation.policy,
        policy_digest=evaluation.policy_digest,
        reasons=[reason_json(why) for why in one.ground.reasons],
        gates=[gate.as_json() for gate in one.gates],
        proposed_on=on,
    )
    save_checked(proposal)
    audit.record(
        "proposal.make",
        proposal,
        by=None,
        summary=_("按规则建议对%(subject)s%(kind)s：%(why)s")
        % {
            "subject": subject,
            "kind": proposal.get_kind_display(),
            "why": _reasons_text(proposal)[:200],
        },
        data={
            "on": on.isoformat(),
            "cause": proposal.cause,
            "reasons": proposal.reasons,
            "policy_digest": proposal.policy_digest,
        },
    )
    return proposal


def _withdraw(proposal: Proposal, *, on: dt.date) -> None:
    proposal.state = ProposalState.WITHDRAWN
    proposal.decided_on = on
    proposal.decision = _("判定条件已不成立，建议自动撤回。")
    save_checked(proposal, only=["state", "decided_on", "decision"])
    audit.record(
        "proposal.withdraw",
        proposal,
        by=None,
        summary=_("判定条件已不成立，撤回对%(subject)s%(kind)s的建议")
        % {"subject": proposal.subject, "kind": proposal.get_kind_display()},
        data={"on": on.isoformat()},
    )


def confirm_proposal(
    proposal: Proposal,
    *,
    on: dt.date,
    by: User,
    reason: str,
    interview: Interview | None = None,
    scheduled_on: dt.date | None = None,
    place: str = "",
) -> Proposal:
    """Confirm a waiting proposal; return it with the interview or exclusion it led to.

    An interview joins `interview` when one with the same subject waits to be held (one meeting
    about several causes is one interview), else a new one is approved for `scheduled_on` (default:
    the first day the notice allows). Everything else becomes an exclusion with its document
    number. Raises `already_decided` when somebody was faster and `cause_ended` when the cause no
    longer holds.
    """
    reason = require_reason(reason, _("请填写确认理由。"))
    _authorise(proposal, on=on, by=by)
    # Judged before the transaction: it reads much, and nobody else should wait for it.
    if proposal.state == ProposalState.WAITING:
        _check_still_holds(proposal, on=on)
    with transaction.atomic():
        return _confirm(
            proposal,
            on=on,
            by=by,
            reason=reason,
            interview=interview,
            scheduled_on=scheduled_on,
            place=place,
        )


def _confirm(
    proposal: Proposal,
    *,
    on: dt.date,
    by: User,
    reason: str,
    interview: Interview | None,
    scheduled_on: dt.date | None,
    place: str,
) -> Proposal:
    proposal = _locked(proposal, on=on, by=by)
    proposal.state = ProposalState.CONFIRMED
    proposal.decided_by, proposal.decided_on, proposal.decision = by, on, reason
    if proposal.kind == FindingKind.INTERVIEW:
        proposal.interview = (
            _join(proposal, interview)
            if interview is not None
            else _arrange(proposal, scheduled_on=scheduled_on, place=place, on=on, by=by)
        )
    save_checked(proposal)
    exclusion = None if proposal.kind == FindingKind.INTERVIEW else _exclude(proposal, on=on, by=by)
    audit.record(
        "proposal.confirm",
        proposal,
        by=by,
        summary=_("确认对%(subject)s%(kind)s%(number)s")
        % {
            "subject": proposal.subject,
            "kind": proposal.get_kind_display(),
            "number": f"（{exclusion.number}）" if exclusion else "",
        },
        data={
            "on": on.isoformat(),
            "reason": reason,
            "number": exclusion.number if exclusion else "",
        },
    )
    return proposal


@transaction.atomic
def dismiss_proposal(
    proposal: Proposal, *, on: dt.date, by: User, reason: str, review_on: dt.date
) -> Proposal:
    """Dismiss a waiting proposal; its cause is not proposed again until after `review_on`."""
    reason = require_reason(reason, _("请填写不予采纳的理由。"))
    proposal = _locked(proposal, on=on, by=by)
    if review_on <= on:
        raise DomainError(
            "review_not_later",
            _("复查日期 %(review)s 须晚于决定日期 %(on)s。") % {"review": review_on, "on": on},
            fields={"review_on": _("须晚于 %(day)s") % {"day": on}},
        )
    proposal.state = ProposalState.DISMISSED
    proposal.decided_by, proposal.decided_on, proposal.decision = by, on, reason
    proposal.review_on = review_on
    save_checked(proposal)
    audit.record(
        "proposal.dismiss",
        proposal,
        by=by,
        summary=_("不予采纳对%(subject)s%(kind)s的建议，%(review)s 复查")
        % {
            "subject": proposal.subject,
            "kind": proposal.get_kind_display(),
            "review": review_on,
        },
        data={"on": on.isoformat(), "reason": reason},
    )
    return proposal


def _locked(proposal: Proposal, *, on: dt.date, by: User) -> Proposal:
    """Lock the proposal and refuse who may not decide it, and a second decision."""
    locked: Proposal = (
        Proposal.objects.select_for_update(of=("self",))
        .select_related("unit", "person__unit", "decided_by")
        .get(pk=proposal.pk)
    )
    _authorise(locked, on=on, by=by)
    if locked.state != ProposalState.WAITING:
        raise ConflictError(
            "already_decided",
            _("该建议已于 %(on)s 由%(who)s办理，结论：%(state)s。")
            % {
                "on": locked.decided_on,
                "who": locked.decided_by or _("系统"),
                "state": locked.get_state_display(),
            },
        )
    if on < locked.proposed_on:
        raise DomainError(
            "decided_before_proposed",
            _("办理日期 %(on)s 早于提出日期 %(proposed)s。")
            % {"on": on, "proposed": locked.proposed_on},
            fields={"on": _("早于提出日期")},
        )
    return locked


def _authorise(proposal: Proposal, *, on: dt.date, by: User) -> None:
    authorise(
        act_of_decision(proposal.kind),
        unit=proposal.subject_unit,
        person=proposal.person,
        on=on,
        by=by,
        not_by=proposal.proposed_by,
        since=proposal.proposed_on,
    )


def _check_still_holds(proposal: Proposal, *, on: dt.date) -> None:
    """Refuse to confirm what no longer holds: catching up ends it at once."""
    year = on.year if proposal.kind == FindingKind.INTERVIEW else proposal.year
    judgement = judge_day(on=on, year=year)
    subject = as_subject(proposal.subject)
    identity = identity_of(proposal)
    if not any(
        one.cause == identity and one.gates[0].passed
        for one in assess(judgement, on=on, subjects={subject})
    ):
        raise ConflictError(
            "cause_ended",
            _("截至 %(on)s，该建议所依据的情况已不成立，不能确认；系统将在夜间自动撤回。")
            % {"on": on},
        )


def _join(proposal: Proposal, interview: Interview) -> Interview:
    """Add the cause to an interview with the same subject that waits to be held."""
    locked: Interview = Interview.objects.select_for_update().get(pk=interview.pk)
    if locked.state != InterviewState.APPROVED or (locked.unit_id, locked.person_id) != (
        proposal.unit_id,
        proposal.person_id,
    ):
        raise DomainError(
            "interview_not_open",
            _("只能并入与同一对象尚未进行的约谈；所选约谈目前是“%(state)s”。")
            % {"state": locked.get_state_display()},
            fields={"interview": _("不能并入")},
        )
    locked.cause = _cause_text(proposal, before=f"{locked.cause}；")
    save_checked(locked, only=["cause"])
    _name_tasks(locked, proposal)
    return locked


def _arrange(
    proposal: Proposal, *, scheduled_on: dt.date | None, place: str, on: dt.date, by: User
) -> Interview:
    """Approve a new interview about the cause and give notice of it."""
    interview = new_interview(
        proposal.subject,
        cause=_cause_text(proposal),
        on=proposal.proposed_on,
        proposed_by=proposal.proposed_by,
    )
    day = scheduled_on or earliest_meeting(on)
    schedule(interview, scheduled_on=day, place=place, on=on, by=by)
    _name_tasks(interview, proposal)
    return interview


def _reasons_text(proposal: Proposal, titles: Mapping[str, str] | None = None) -> str:
    return "；".join(reason_sentence(stored_reason(why), titles) for why in proposal.reasons)


def _cause_text(proposal: Proposal, before: str = "") -> str:
    """Return the reasons as the cause of an interview: read alone, so tasks have their titles."""
    limit = Interview._meta.get_field("cause").max_length or 0  # noqa: SLF001
    named = tasks_by_key({why["task"] for why in proposal.reasons})
    titles = {key: task.title for key, task in named.items()}
    text = before + _reasons_text(proposal, titles)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _name_tasks(interview: Interview, proposal: Proposal) -> None:
    if proposal.task_id:
        interview.tasks.add(proposal.task_id)
        return
    keys = {why["task"] for why in proposal.reasons if why["task"]}
    interview.tasks.add(*tasks_by_key(keys).values())


def _exclude(proposal: Proposal, *, on: dt.date, by: User) -> Exclusion:
    kind = FindingKind(proposal.kind)
    exclusion = Exclusion(
        unit=proposal.unit,
        person=proposal.person,
        kind=kind,
        year=proposal.year,
        proposal=proposal,
        number=next_number(_DOCUMENTS[kind], on=on),
        conclusion=conclusion(kind, proposal.year),
        clause=proposal.clause,
        effective_on=on,
        confirmed_by=by,
    )
    save_checked(exclusion)
    return exclusion
