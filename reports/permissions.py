"""Who may do what to consequences: the predicates behind buttons, services and the API alike.

Each act names the roles that may do it over the subject's unit. Nobody acts in their own matter
(回避), whatever their role: neither the person concerned nor anybody who works in the subject's
unit, in a unit above it other than the bureau, or speaks for it.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.choices import UNIT_ROLES, Role, UnitKind
from accounts.errors import NotAllowedError
from accounts.models import Unit, User
from accounts.scopes import Standing, standing_of
from reports.choices import FindingKind
from reports.models import Proposal
from reports.models.subjects import OWN, SEALED_TO, WATCHERS, AboutSubject


class Act(StrEnum):
    """What a person can do to a proposal, an interview, a determination or an exclusion."""

    DECIDE = "decide"
    DECIDE_REFERRAL = "decide_referral"
    WAIVE_SLIP = "waive_slip"
    PROPOSE_INTERVIEW = "propose_interview"
    APPROVE_INTERVIEW = "approve_interview"
    HOLD_INTERVIEW = "hold_interview"
    CLOSE_INTERVIEW = "close_interview"
    CANCEL_INTERVIEW = "cancel_interview"
    REVOKE_INTERVIEW = "revoke_interview"
    DETERMINE = "determine"
    WITHDRAW = "withdraw"
    WITHDRAW_REFERRAL = "withdraw_referral"
    EXPORT_LIST = "export_list"
    TAKE_DOSSIERS = "take_dossiers"
    GRANT_DOSSIERS = "grant_dossiers"
    ADOPT_POLICY = "adopt_policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One act: the roles that may, its name, and the sentence for everybody else."""

    roles: tuple[Role, ...]
    name: Any
    sentence: Any


_LEADERS = gettext_lazy("只有局领导可以%(act)s，并须回避本人和本单位的事项")
_OVERSEERS = gettext_lazy("只有督办人员或局领导可以%(act)s，并须回避本人和本单位的事项")
_SEALED = gettext_lazy("只有局领导或纪检人员可以%(act)s，并须回避本人和本单位的事项")

RULES: dict[Act, Rule] = {
    Act.DECIDE: Rule(roles=(Role.LEADER,), name=gettext_lazy("决定处理建议"), sentence=_LEADERS),
    Act.DECIDE_REFERRAL: Rule(
        roles=(Role.LEADER, Role.DISCIPLINE), name=gettext_lazy("决定移送纪检"), sentence=_SEALED
    ),
    Act.WAIVE_SLIP: Rule(roles=(Role.LEADER,), name=gettext_lazy("免予督办"), sentence=_LEADERS),
    Act.PROPOSE_INTERVIEW: Rule(
        roles=(Role.SUPERVISOR, Role.LEADER), name=gettext_lazy("提出约谈"), sentence=_OVERSEERS
    ),
    Act.APPROVE_INTERVIEW: Rule(
        roles=(Role.LEADER,), name=gettext_lazy("批准约谈"), sentence=_LEADERS
    ),
    Act.HOLD_INTERVIEW: Rule(
        roles=(Role.SUPERVISOR, Role.LEADER), name=gettext_lazy("登记约谈"), sentence=_OVERSEERS
    ),
    Act.CLOSE_INTERVIEW: Rule(
        roles=(Role.SUPERVISOR, Role.LEADER), name=gettext_lazy("办结约谈"), sentence=_OVERSEERS
    ),
    Act.CANCEL_INTERVIEW: Rule(
        roles=(Role.LEADER,), name=gettext_lazy("取消约谈"), sentence=_LEADERS
    ),
    Act.REVOKE_INTERVIEW: Rule(
        roles=(Role.LEADER,), name=gettext_lazy("撤销约谈"), sentence=_LEADERS
    ),
    Act.DETERMINE: Rule(roles=(Role.LEADER,), name=gettext_lazy("认定影响大局"), sentence=_LEADERS),
    Act.WITHDRAW: Rule(roles=(Role.LEADER,), name=gettext_lazy("撤回决定"), sentence=_LEADERS),
    Act.WITHDRAW_REFERRAL: Rule(
        roles=(Role.LEADER, Role.DISCIPLINE), name=gettext_lazy("撤回移送"), sentence=_SEALED
    ),
    Act.EXPORT_LIST: Rule(
        roles=(Role.HR, Role.LEADER),
        name=gettext_lazy("导出评优资格名单"),
        sentence=gettext_lazy("只有人事或局领导可以%(act)s"),
    ),
    Act.TAKE_DOSSIERS: Rule(
        roles=(Role.HR, Role.LEADER),
        name=gettext_lazy("调阅佐证卷宗"),
        sentence=gettext_lazy("只有经局领导授权的人事人员可以%(act)s"),
    ),
    Act.GRANT_DOSSIERS: Rule(
        roles=(Role.LEADER,),
        name=gettext_lazy("授权调阅卷宗"),
        sentence=gettext_lazy("只有局领导可以%(act)s"),
    ),
    Act.ADOPT_POLICY: Rule(
        roles=(Role.SECADMIN,),
        name=gettext_lazy("采用考核办法"),
        sentence=gettext_lazy("只有安全管理员可以%(act)s"),
    ),
}


def act_of_decision(kind: str) -> Act:
    """Return the act of confirming or dismissing a proposal of the kind."""
    return Act.DECIDE_REFERRAL if kind == FindingKind.DISCIPLINE_REFERRAL else Act.DECIDE


def act_of_withdrawal(kind: str) -> Act:
    """Return the act of withdrawing an exclusion of the kind."""
    return Act.WITHDRAW_REFERRAL if kind == FindingKind.DISCIPLINE_REFERRAL else Act.WITHDRAW


def own_matter(standing: Standing, unit: Unit, person: User | None = None) -> bool:
    """Whether the person must stand back from a matter of the unit, or of a person in it.

    The bureau's leaders work in one unit, so of them only the one concerned stands back in a
    matter of a person there; the rule for units would leave nobody to decide. A substitute stands
    back wherever the person they stand in for would.
    """
    concerned = person is not None and standing.is_party(person.pk)
    if person is not None and unit.kind == UnitKind.BUREAU:
        return concerned
    return (
        concerned
        or any(_works_over(one, unit) for one in standing.people)
        or standing.over(unit, *UNIT_ROLES)
    )


def _works_over(person: User, unit: Unit) -> bool:
    own = person.unit
    return own == unit or (own.kind != UnitKind.BUREAU and unit.path.startswith(own.path))


def may(standing: Standing, act: Act, about: AboutSubject) -> bool:
    """Whether the person may do the act to something about a unit or a person."""
    return may_about(standing, act, about.subject_unit, about.person)


def may_about(standing: Standing, act: Act, unit: Unit, person: User | None = None) -> bool:
    """Whether the person may do the act in a matter of the unit, or of a person in it."""
    return standing.over(unit, *RULES[act].roles) and not own_matter(standing, unit, person)


def may_everywhere(standing: Standing, act: Act) -> bool:
    """Whether the person holds a role of the act over the whole bureau."""
    return standing.scope(*RULES[act].roles).everything


def may_decide(standing: Standing, proposal: Proposal) -> bool:
    """Whether the person may confirm or dismiss the proposal; its proposer never may."""
    own = standing.judges_own(proposal.proposed_by_id, since=proposal.proposed_on)
    return not own and may(standing, act_of_decision(proposal.kind), proposal)


# Who sees findings of a kind over a subtree; a head sees the own unit's, everybody their own.
_WATCHERS_OF = {
    FindingKind.DISCIPLINE_REFERRAL: SEALED_TO,
    FindingKind.EXCELLENCE_CANCELLED: (*WATCHERS, Role.HR),
    FindingKind.VETO: (*WATCHERS, Role.HR),
}


def sees_finding(standing: Standing, kind: str, subject: Unit | User) -> bool:
    """Whether the person may see a finding of the kind about the unit or person.

    The subject always may, with the reasons; whether a referral was made of it is sealed.
    """
    if isinstance(subject, User):
        own, unit = subject == standing.user, subject.unit
    else:
        own, unit = standing.over(subject, *OWN), subject
    watchers = _WATCHERS_OF.get(FindingKind(kind), WATCHERS) if kind in FindingKind else WATCHERS
    return bool(standing.grants) and (own or standing.over(unit, *watchers))


def is_sealed_to(standing: Standing, kind: str, subject: Unit | User) -> bool:
    """Whether what became of a finding of the kind about the subject is hidden from the person."""
    unit = subject.unit if isinstance(subject, User) else subject
    return kind == FindingKind.DISCIPLINE_REFERRAL and not standing.over(unit, *SEALED_TO)


def authorise(
    act: Act,
    *,
    unit: Unit,
    person: User | None = None,
    on: dt.date,
    by: User,
    not_by: User | None = None,
    since: dt.date | None = None,
) -> Standing:
    """Refuse unless the person may do the act in a matter of the unit, or of a person in it.

    `not_by` is who proposed it, on the day `since`: nobody decides their own proposal, nor that of
    somebody they stood in for, or who stood in for them, since then (`own_proposal`).
    """
    standing = standing_of(by, on=on)
    if not_by is not None and standing.is_party(not_by.pk):
        raise NotAllowedError(
            "own_proposal",
            _("提出人不能%(act)s自己提出的事项，请由另一位有权人员办理。")
            % {"act": RULES[act].name},
        )
    if not_by is not None and standing.stood_in_with(not_by.pk, since=since or on):
        raise NotAllowedError(
            "own_proposal",
            _("提出人%(proposer)s与%(name)s之间有代理关系，%(name)s不能%(act)s，请由其他人员办理。")
            % {"proposer": not_by.name, "name": by.name, "act": RULES[act].name},
        )
    if not may_about(standing, act, unit, person):
        raise refusal(act, by)
    by.acting_for = standing.acts_for(lambda own: may_about(own, act, unit, person))
    return standing


def require_role(act: Act, *, on: dt.date, by: User) -> Standing:
    """Refuse unless the person holds a role of the act over the whole bureau."""
    standing = standing_of(by, on=on)
    if not may_everywhere(standing, act):
        raise refusal(act, by)
    by.acting_for = standing.acts_for(lambda own: may_everywhere(own, act))
    return standing


def refusal(act: Act, by: User) -> NotAllowedError:
    """Return the refusal of an act: who may do it, and that this person may not."""
    rule = RULES[act]
    return NotAllowedError(
        "not_allowed",
        _("%(who)s；%(name)s不能办理。")
        % {"who": str(rule.sentence) % {"act": rule.name}, "name": by.name},
    )
