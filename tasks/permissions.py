"""Who may do what to a task: the predicates behind buttons, services and the API alike.

Each act has one predicate over a person's standing and a task, the states it is possible in, and
a sentence that says who may do it. `may` shows a button; `authorise` refuses the call.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.calendar import add_workdays
from accounts.errors import DomainError, NotAllowedError
from accounts.models import Unit, User
from accounts.scopes import Standing, standing_of
from tasks import obstacles, parties
from tasks.choices import TaskState
from tasks.models import Measure, Responsibility, Slip, Task

Predicate = Callable[[Standing, Task], bool]

# How many working days a unit has to accept or refuse its part.
ACCEPTANCE_WORKDAYS = 3

LIVE = frozenset({TaskState.OPEN, TaskState.PENDING})


class Act(StrEnum):
    """What a person can do to a task."""

    EDIT = "edit"
    LINK_MEASURE = "link_measure"
    DISCARD = "discard"
    SUBMIT_APPROVAL = "submit_approval"
    DECIDE_APPROVAL = "decide_approval"
    ASSIGN = "assign"
    ACCEPT = "accept"
    REFUSE = "refuse"
    DECIDE_REFUSAL = "decide_refusal"
    SPLIT = "split"
    AMEND = "amend"
    RECORD_PERSONAL = "record_personal"
    REPORT = "report"
    VERIFY = "verify"
    COMPLETE_MEASURE = "complete_measure"
    REQUEST_EXTENSION = "request_extension"
    DECIDE_EXTENSION = "decide_extension"
    SET_EXTENSION_BUDGET = "set_extension_budget"
    SUBMIT_CLOSURE = "submit_closure"
    CHECK_CLOSURE = "check_closure"
    COUNTERSIGN = "countersign"
    CHECK_SITE = "check_site"
    LOOK_BACK = "look_back"
    REOPEN = "reopen"
    SUSPEND = "suspend"
    RESUME = "resume"
    TERMINATE = "terminate"
    HAND_OVER = "hand_over"
    ISSUE_SLIP = "issue_slip"
    ANSWER_SLIP = "answer_slip"
    URGE = "urge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One act: who may, in which states, and the sentence for everybody else.

    `block` says what else about the task stands in the way, whoever asks.
    """

    who: Predicate
    states: frozenset[TaskState]
    name: Any
    sentence: Any
    block: Callable[[Task], DomainError | None] = obstacles.never


_SUPERVISOR_ONLY = gettext_lazy("只有督办人员可以%(act)s")
_CHECKERS = gettext_lazy("只有督办人员或局领导可以%(act)s，并须回避本单位和本人负责的任务")
_VERIFIERS = gettext_lazy(
    "只有督办人员、局领导或局领导指定的代核人可以%(act)s，并须回避本单位和本人负责的任务"
)
_LEAD_SIDE = gettext_lazy("只有牵头单位主要负责人、联络员或现任责任人可以%(act)s")
_REPORTERS = gettext_lazy(
    "只有牵头单位主要负责人、联络员或现任责任人可以%(act)s，局外单位由督办人员或指定的联络员代录"
)
_OPEN = frozenset({TaskState.OPEN})
_DRAFT = frozenset({TaskState.DRAFT})

RULES: dict[Act, Rule] = {
    Act.EDIT: Rule(
        who=parties.supervises,
        states=_DRAFT,
        name=gettext_lazy("编辑草稿"),
        sentence=_SUPERVISOR_ONLY,
        block=obstacles.in_approval,
    ),
    Act.LINK_MEASURE: Rule(
        who=parties.supervises,
        states=_DRAFT | LIVE | {TaskState.SUSPENDED},
        name=gettext_lazy("关联措施"),
        sentence=_SUPERVISOR_ONLY,
        block=obstacles.in_approval,
    ),
    Act.DISCARD: Rule(
        who=parties.supervises,
        states=_DRAFT,
        name=gettext_lazy("作废草稿"),
        sentence=_SUPERVISOR_ONLY,
        block=obstacles.in_approval,
    ),
    Act.SUBMIT_APPROVAL: Rule(
        who=parties.supervises,
        states=_DRAFT,
        name=gettext_lazy("报送立项审核"),
        sentence=_SUPERVISOR_ONLY,
        block=obstacles.approval_not_asked,
    ),
    Act.DECIDE_APPROVAL: Rule(
        who=parties.directs,
        states=_DRAFT,
        name=gettext_lazy("立项审核"),
        sentence=gettext_lazy("只有局领导可以%(act)s"),
        block=obstacles.discarded,
    ),
    Act.ASSIGN: Rule(
        who=parties.supervises,
        states=_DRAFT,
        name=gettext_lazy("交办"),
        sentence=_SUPERVISOR_ONLY,
        block=obstacles.not_approved,
    ),
    Act.ACCEPT: Rule(
        who=parties.takes_part,
        states=LIVE | {TaskState.SUSPENDED},
        name=gettext_lazy("签收"),
        sentence=gettext_lazy("只有该单位的主要负责人或联络员可以%(act)s"),
    ),
    Act.REFUSE: Rule(
        who=parties.takes_part,
        states=LIVE | {TaskState.SUSPENDED},
        name=gettext_lazy("退办"),
        sentence=gettext_lazy("只有该单位的主要负责人或联络员可以%(act)s"),
        block=obstacles.already_split,
    ),
    Act.DECIDE_REFUSAL: Rule(
        who=parties.checks,
        states=LIVE | {TaskState.SUSPENDED},
        name=gettext_lazy("审批退办"),
        sentence=_CHECKERS,
    ),
    Act.SPLIT: Rule(
        who=parties.heads,
        states=_OPEN,
        name=gettext_lazy("分解任务"),
        sentence=gettext_lazy("只有牵头单位主要负责人可以%(act)s"),
        block=obstacles.refusal_waiting,
    ),
    Act.AMEND: Rule(
        who=parties.supervises,
        states=LIVE | {TaskState.SUSPENDED},
        name=gettext_lazy("修订表述"),
        sentence=_SUPERVISOR_ONLY,
    ),
    Act.RECORD_PERSONAL: Rule(
        who=parties.leads,
        states=LIVE | {TaskState.SUSPENDED, TaskState.COMPLETED},
        name=gettext_lazy("登记四个亲自"),
        sentence=_LEAD_SIDE,
        block=obstacles.not_major,
    ),
    Act.REPORT: Rule(
        who=parties.reports,
        states=LIVE,
        name=gettext_lazy("填报进展"),
        sentence=_REPORTERS,
        block=obstacles.reports_roll_up,
    ),
    Act.VERIFY: Rule(
        who=parties.verifies,
        states=LIVE | {TaskState.SUSPENDED},
        name=gettext_lazy("核查进展"),
        sentence=_VERIFIERS,
    ),
    Act.COMPLETE_MEASURE: Rule(
        who=parties.takes_part,
        states=LIVE,
        name=gettext_lazy("登记措施完成"),
        sentence=gettext_lazy("只有措施责任单位或牵头单位的主要负责人、联络员可以%(act)s"),
    ),
    Act.REQUEST_EXTENSION: Rule(
        who=parties.leads, states=LIVE, name=gettext_lazy("申请延期"), sentence=_LEAD_SIDE
    ),
    Act.DECIDE_EXTENSION: Rule(
        who=parties.checks, states=LIVE, name=gettext_lazy("审批延期"), sentence=_CHECKERS
    ),
    Act.SET_EXTENSION_BUDGET: Rule(
        who=parties.directs_apart,
        states=LIVE | {TaskState.SUSPENDED},
        name=gettext_lazy("调整延期额度"),
        sentence=gettext_lazy("只有局领导可以%(act)s，并须回避本单位和本人负责的任务"),
    ),
    Act.SUBMIT_CLOSURE: Rule(
        who=parties.reports,
        states=_OPEN,
        name=gettext_lazy("申请销号"),
        sentence=_REPORTERS,
        block=obstacles.children_open,
    ),
    Act.CHECK_CLOSURE: Rule(
        who=parties.verifies,
        states=frozenset({TaskState.PENDING}),
        name=gettext_lazy("核查销号"),
        sentence=_VERIFIERS,
    ),
    Act.COUNTERSIGN: Rule(
        who=parties.in_charge,
        states=LIVE | {TaskState.SUSPENDED},
        name=gettext_lazy("审签"),
        sentence=gettext_lazy("只有任务的分管领导可以%(act)s"),
    ),
    Act.CHECK_SITE: Rule(
        who=parties.verifies,
        states=LIVE | {TaskState.SUSPENDED, TaskState.COMPLETED},
        name=gettext_lazy("登记现场核查"),
        sentence=_VERIFIERS,
    ),
    Act.LOOK_BACK: Rule(
        who=parties.checks,
        states=frozenset({TaskState.COMPLETED}),
        name=gettext_lazy("回头看"),
        sentence=_CHECKERS,
    ),
    Act.REOPEN: Rule(
        who=parties.checks,
        states=frozenset({TaskState.COMPLETED}),
        name=gettext_lazy("反弹重启"),
        sentence=_CHECKERS,
    ),
    Act.SUSPEND: Rule(
        who=parties.checks, states=_OPEN, name=gettext_lazy("中止"), sentence=_CHECKERS
    ),
    Act.RESUME: Rule(
        who=parties.checks,
        states=frozenset({TaskState.SUSPENDED}),
        name=gettext_lazy("恢复办理"),
        sentence=_CHECKERS,
    ),
    Act.TERMINATE: Rule(
        who=parties.directs_apart,
        states=LIVE | {TaskState.SUSPENDED},
        name=gettext_lazy("终止"),
        sentence=gettext_lazy("只有局领导可以%(act)s，并须回避本单位和本人负责的任务"),
    ),
    Act.HAND_OVER: Rule(
        who=parties.passes_on,
        states=LIVE | {TaskState.SUSPENDED},
        name=gettext_lazy("交接责任人"),
        sentence=gettext_lazy("只有牵头单位主要负责人、督办人员或局领导可以%(act)s"),
    ),
    Act.ISSUE_SLIP: Rule(
        who=parties.supervises,
        states=LIVE,
        name=gettext_lazy("签发督办单"),
        sentence=_SUPERVISOR_ONLY,
    ),
    Act.ANSWER_SLIP: Rule(
        who=parties.takes_part,
        states=frozenset(TaskState) - {TaskState.DRAFT},
        name=gettext_lazy("反馈督办单"),
        sentence=gettext_lazy("只有承办单位的主要负责人或联络员可以%(act)s"),
    ),
    Act.URGE: Rule(
        who=parties.supervises, states=_OPEN, name=gettext_lazy("催办"), sentence=_SUPERVISOR_ONLY
    ),
}


def may(standing: Standing, act: Act, task: Task) -> bool:
    """Whether the person may do the act to the task as it stands."""
    rule = RULES[act]
    return task.state in rule.states and rule.who(standing, task) and rule.block(task) is None


def acts_for(standing: Standing, task: Task) -> frozenset[Act]:
    """Return everything the person may do to the task as it stands: the buttons of its page."""
    return frozenset(act for act in Act if may(standing, act, task))


def authorise(act: Act, task: Task, *, on: dt.date, by: User) -> Standing:
    """Return the person's standing on the day, or refuse with who may do it and what is missing.

    Raises NotAllowedError `not_allowed` for the wrong person, DomainError `wrong_state` for a task
    that stands elsewhere.
    """
    standing = standing_of(by, on=on)
    require(standing, act, task)
    return standing


def require(standing: Standing, act: Act, task: Task) -> None:
    """Refuse as `authorise` does, for a standing that was read already."""
    rule = RULES[act]
    if not rule.who(standing, task):
        raise refuse_person(rule, standing.user)
    standing.user.acting_for = standing.acts_for(lambda own: rule.who(own, task))
    if task.state not in rule.states:
        raise DomainError(
            "wrong_state",
            _("任务 %(code)s 目前是“%(state)s”，不能%(act)s；须为%(states)s。")
            % {
                "code": task.code,
                "state": task.get_state_display(),
                "act": rule.name,
                "states": state_names(rule.states),
            },
        )
    if (refusal := rule.block(task)) is not None:
        raise refusal


def require_unit(standing: Standing, act: Act, *units: Unit) -> None:
    """Refuse unless the person speaks for one of the units."""
    if not any(parties.speaks_for(standing, unit) for unit in units):
        raise refuse_person(RULES[act], standing.user)


def may_accept(standing: Standing, duty: Responsibility) -> bool:
    """Whether the person may accept this responsibility, which nobody accepted yet."""
    return (
        duty.accepted_on is None
        and duty.released_on is None
        and duty.task.state in RULES[Act.ACCEPT].states
        and parties.speaks_for(standing, duty.unit)
    )


def may_refuse(standing: Standing, duty: Responsibility) -> bool:
    """Whether the person may still refuse this responsibility: once, within its time limit."""
    return (
        may_accept(standing, duty)
        and RULES[Act.REFUSE].block(duty.task) is None
        and standing.on <= acceptance_due(duty)
        and not duty.refusals.exists()
    )


def acceptance_due(duty: Responsibility) -> dt.date:
    """Return the last day of accepting or refusing: the third working day after assignment."""
    assert duty.task.assigned_on is not None, "issued tasks are assigned"  # noqa: S101
    return add_workdays(duty.task.assigned_on, ACCEPTANCE_WORKDAYS)


def may_complete(standing: Standing, measure: Measure, task: Task) -> bool:
    """Whether the person may record this measure as done: its owner's side or the lead's."""
    return (
        measure.done_on is None
        and task.state in RULES[Act.COMPLETE_MEASURE].states
        and any(
            parties.speaks_for(standing, unit)
            for unit in (measure.owner, *parties.lead_units(task))
        )
    )


def may_answer(standing: Standing, slip: Slip) -> bool:
    """Whether the person may answer this slip, delivered and not answered yet."""
    return (
        slip.delivered_on is not None
        and slip.answered_on is None
        and parties.speaks_for(standing, slip.unit)
    )


def state_names(states: Iterable[TaskState]) -> str:
    """Return states as one phrase for a sentence: “办理中”或“待核查”."""
    names = [f"“{state.label}”" for state in TaskState if state in set(states)]
    return str(_("或")).join(names)


def refuse_person(rule: Rule, by: User) -> NotAllowedError:
    """Return the refusal of a person who has no right to an act: who does."""
    return NotAllowedError(
        "not_allowed",
        _("%(who)s；%(name)s没有这项权限。")
        % {"who": str(rule.sentence) % {"act": rule.name}, "name": by.name},
    )
