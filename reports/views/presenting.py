"""Turn findings, proposals and interviews into what templates print."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import clock
from accounts.models import AuditEntry, Unit, User
from accounts.scopes import Standing
from reports.choices import FindingKind, InterviewState, ProposalState
from reports.models import Exclusion, Interview, Proposal
from reports.permissions import Act, act_of_withdrawal, may, may_about
from reports.policy.load import load_shipped, shipped_names
from reports.rules.gates import Gate
from reports.sentences import gate_sentence, stored_gate, stored_reason
from reports.services.assessments import Assessment, lasting_name, tasks_by_key
from reports.views.shapes import (
    CauseRow,
    ClauseText,
    ExclusionLine,
    GateLine,
    InterviewRow,
    TaskLink,
)
from reports.wording import reason_sentence, rule_name
from tasks.lights import lit
from tasks.models import Task
from tasks.views.shapes import Event
from tasks.views.showing import lamp_of, task_url

_TONES = {
    FindingKind.INTERVIEW: "yellow",
    FindingKind.EXCELLENCE_CANCELLED: "red",
    FindingKind.VETO: "red",
    FindingKind.DISCIPLINE_REFERRAL: "blue",
}
_PROPOSAL_TONES = {
    ProposalState.WAITING: "yellow",
    ProposalState.CONFIRMED: "red",
    ProposalState.DISMISSED: "green",
    ProposalState.WITHDRAWN: "",
}
_INTERVIEW_TONES = {
    InterviewState.PROPOSED: "yellow",
    InterviewState.APPROVED: "blue",
    InterviewState.HELD: "red",
    InterviewState.CLOSED: "green",
    InterviewState.CANCELLED: "",
    InterviewState.REVOKED: "",
}
_SLIP_GATES = frozenset({"slip_missing", "slip_undelivered", "slip_running"})


class TaskLinks:
    """Links to tasks with today's lights, of those the person may see, read once."""

    def __init__(self, tasks: Iterable[int], user: User, *, on: dt.date) -> None:
        """Read the tasks with these ids."""
        wanted = set(tasks)
        seen = set(
            Task.objects.visible_to(user, on=on).filter(pk__in=wanted).values_list("pk", flat=True)
        )
        rows = Task.objects.filter(pk__in=wanted).select_related("plan")
        self._links = {
            task.pk: _task_link(task, url=task_url(task) if task.pk in seen else "")
            for task in lit(rows, on=on)
        }

    def of(self, tasks: Iterable[int]) -> tuple[TaskLink, ...]:
        """Return the links to some of them."""
        return tuple(self._links[task] for task in tasks if task in self._links)


def _task_link(task: Task, *, url: str) -> TaskLink:
    lamp = lamp_of(task)
    return TaskLink(
        key=lasting_name(task),
        title=task.title,
        url=url,
        colour=lamp.colour if lamp else "",
        word=lamp.word if lamp else task.get_state_display(),
    )


def gate_lines(gates: Iterable[Gate]) -> tuple[GateLine, ...]:
    """Return gates with their sentences."""
    return tuple(GateLine(passed=gate.passed, sentence=gate_sentence(gate)) for gate in gates)


def proposal_rows(proposals: Collection[Proposal], user: User, *, on: dt.date) -> list[CauseRow]:
    """Return proposals fetched by `for_list` as lines, with today's lights of their tasks."""
    keys = [[why["task"] for why in proposal.reasons] for proposal in proposals]
    named = tasks_by_key(key for some in keys for key in some)
    links = TaskLinks((task.pk for task in named.values()), user, on=on)
    return [
        proposal_row(one, links.of(named[key].pk for key in dict.fromkeys(some) if key in named))
        for one, some in zip(proposals, keys, strict=True)
    ]


def proposal_row(proposal: Proposal, tasks: tuple[TaskLink, ...] = ()) -> CauseRow:
    """Return a proposal fetched by `for_list` as a line of a list."""
    state = ProposalState(proposal.state)
    return CauseRow(
        kind_label=proposal.get_kind_display(),
        tone=_TONES[FindingKind(proposal.kind)],
        subject=str(proposal.subject),
        unit=proposal.subject_unit.name if proposal.person else "",
        rule_label=rule_name(proposal.rule),
        sentences=tuple(reason_sentence(stored_reason(why)) for why in proposal.reasons),
        gates=gate_lines(stored_gate(gate) for gate in proposal.gates),
        tasks=tasks,
        url=reverse("reports:proposal", args=[proposal.pk]),
        state_label=str(state.label),
        state_tone=_PROPOSAL_TONES[state],
        on=proposal.decided_on or proposal.proposed_on,
        note=proposal.decision,
    )


def assessment_row(
    one: Assessment, standing: Standing, links: TaskLinks, *, sealed: bool
) -> CauseRow:
    """Return a cause found today, with its gates; a waiting proposal on it is linked.

    `sealed` leaves out what is known only of referrals that were made.
    """
    subject = one.subject
    unit = subject if isinstance(subject, Unit) else subject.unit
    newest = one.newest if one.newest and one.newest.state == ProposalState.WAITING else None
    stopped = any(not gate.passed and gate.code in _SLIP_GATES for gate in one.gates)
    waivable = stopped and may_about(standing, Act.WAIVE_SLIP, unit)
    return CauseRow(
        kind_label=str(FindingKind(one.finding.kind).label),
        tone=_TONES[FindingKind(one.finding.kind)],
        subject=str(subject),
        unit="" if isinstance(subject, Unit) else unit.name,
        rule_label=rule_name(one.finding.rule),
        sentences=tuple(reason_sentence(why) for why in one.ground.reasons),
        gates=() if sealed else gate_lines(one.gates),
        tasks=links.of(task.pk for task in one.tasks),
        url=reverse("reports:proposal", args=[newest.pk]) if newest and not sealed else "",
        state_label="" if sealed else _standing_of(one, waiting=newest is not None),
        state_tone="yellow" if newest else "",
        waive=(
            (("unit", unit.code), ("rule", one.finding.rule), ("cause", one.ground.key))
            if waivable
            else ()
        ),
    )


# What the gate on earlier decisions says of a cause that was dealt with.
_DEALT_WITH = {
    "again_planned": gettext_lazy("待约谈"),
    "again_held": gettext_lazy("已约谈"),
    "again_dismissed": gettext_lazy("不予采纳"),
    "again_cancelled": gettext_lazy("约谈已取消"),
    "again_confirmed": gettext_lazy("已决定"),
    "again_withdrawn": gettext_lazy("决定已撤回"),
}


def is_dealt_with(one: Assessment) -> bool:
    """Whether somebody already decided on the cause, so that it waits for no condition."""
    return any(gate.code in _DEALT_WITH for gate in one.gates)


def _standing_of(one: Assessment, *, waiting: bool) -> str:
    if waiting:
        return str(ProposalState.WAITING.label)
    for gate in one.gates:
        if gate.code in _DEALT_WITH:
            return str(_DEALT_WITH[gate.code])
    return _("待提出") if one.passed else _("待前置条件")


def interview_row(interview: Interview) -> InterviewRow:
    """Return an interview as a line of a list."""
    state = InterviewState(interview.state)
    return InterviewRow(
        url=reverse("reports:interview", args=[interview.pk]),
        number=interview.number,
        subject=str(interview.subject),
        unit=interview.subject_unit.name if interview.person else "",
        cause=interview.cause,
        state_label=str(state.label),
        state_tone=_INTERVIEW_TONES[state],
        on=interview.held_on or interview.scheduled_on,
        rectify_by=interview.rectify_by,
    )


def clause_of(proposal: Proposal) -> ClauseText:
    """Return the clause of a proposal in full, with the policy's reading of it.

    The reading is the shipped policy's as long as its content is what the proposal was judged by.
    """
    reading, source = "", ""
    if proposal.policy in shipped_names():
        policy = load_shipped(proposal.policy)
        if policy.digest == proposal.policy_digest:
            rules = {
                (effect.kind, rule.name): (effect, rule)
                for effect in policy.effects
                for rule in effect.rules
            }
            effect, rule = rules[proposal.kind, proposal.rule]
            number = effect.clause.number or _("条款号未核实")
            reading = rule.reading
            source = _("出处 %(source)s，%(number)s") % {
                "source": effect.clause.source,
                "number": number,
            }
    return ClauseText(
        text=proposal.clause,
        reading=reading,
        source=source,
        policy=proposal.policy,
        digest=proposal.policy_digest,
    )


def exclusion_line(exclusion: Exclusion, standing: Standing) -> ExclusionLine:
    """Return an exclusion as HR's page lists it."""
    withdrawable = may(standing, act_of_withdrawal(exclusion.kind), exclusion)
    return ExclusionLine(
        name=str(exclusion.subject),
        staff_number=exclusion.person.staff_number if exclusion.person else "",
        unit=exclusion.subject_unit.name,
        category=exclusion.get_kind_display(),
        conclusion=exclusion.conclusion,
        clause=exclusion.clause,
        number=exclusion.number,
        on=exclusion.effective_on,
        url=reverse("reports:exclusion", args=[exclusion.pk]) if withdrawable else "",
    )


def events_about(*subjects: Any) -> list[Event]:
    """Return the audit entries about saved records, newest first, as lines of a history."""
    events = []
    for subject in subjects:
        entries = AuditEntry.objects.filter(
            subject_kind=subject._meta.model_name,  # noqa: SLF001
            subject_id=str(subject.pk),
        ).select_related("actor")
        events += [(entry.seq, entry) for entry in entries]
    return [
        Event(
            label=entry.summary,
            on=clock.date_of(entry.at),
            text=entry.data.get("reason", "") if isinstance(entry.data, dict) else "",
            who=entry.actor.name if entry.actor else _("系统"),
            recorded_at=entry.at,
        )
        for _seq, entry in sorted(events, key=lambda pair: -pair[0])
    ]
