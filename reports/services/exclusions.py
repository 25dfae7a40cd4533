"""List the exclusions of a year, withdraw them, and say what rests on an interview."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import ConflictError, DomainError
from accounts.models import User
from accounts.scopes import standing_of
from accounts.services import audit
from accounts.services.saving import save_checked
from reports.choices import ExclusionState
from reports.models import Determination, DossierGrant, Exclusion, Interview
from reports.models.outcomes import ExclusionQuerySet
from reports.permissions import (
    RULES,
    Act,
    act_of_withdrawal,
    authorise,
    refusal,
    require_role,
)
from tasks.services.deciding import require_reason

# Findings whose reasons are the interviews a subject had in the year.
INTERVIEW_RULES = frozenset({"interviews_in_year", "repeatedly_interviewed"})


def list_exclusions(year: int, *, on: dt.date) -> ExclusionQuerySet:
    """Return what HR lists for an assessment year as it stood at the end of the day.

    Ordered by category, unit and staff number; referrals are sealed and never on it.
    """
    listed: ExclusionQuerySet = (
        Exclusion.objects.listed()
        .standing(year, on=on)
        .for_list()
        .order_by("kind", "unit__code", "person__unit__code", "person__staff_number", "id")
    )
    return listed


def resting_on(interview: Interview, *, on: dt.date) -> ExclusionQuerySet:
    """Return the exclusions standing on the day that counted the interview.

    They are shown when it is revoked; only a named person withdraws one.
    """
    if interview.held_on is None:
        return Exclusion.objects.none()
    resting: ExclusionQuerySet = (
        Exclusion.objects.standing(interview.held_on.year, on=on)
        .filter(
            unit=interview.unit,
            person=interview.person,
            proposal__rule__in=INTERVIEW_RULES,
            effective_on__gte=interview.held_on,
        )
        .for_list()
    )
    return resting


def resting_on_determination(determination: Determination, *, on: dt.date) -> ExclusionQuerySet:
    """Return the exclusions standing on the day that rest on the determination."""
    resting: ExclusionQuerySet = (
        Exclusion.objects.standing(determination.on.year, on=on)
        .filter(proposal__rule="affects_overall", proposal__task=determination.task_id)
        .for_list()
    )
    return resting


@transaction.atomic
def withdraw_exclusion(exclusion: Exclusion, *, on: dt.date, reason: str, by: User) -> Exclusion:
    """Withdraw a confirmed exclusion from the day on; its number stays taken.

    Raises `already_withdrawn` when somebody else did it first.
    """
    reason = require_reason(reason, _("请填写撤回理由。"))
    exclusion = Exclusion.objects.select_for_update().get(pk=exclusion.pk)
    authorise(
        act_of_withdrawal(exclusion.kind),
        unit=exclusion.subject_unit,
        person=exclusion.person,
        on=on,
        by=by,
    )
    if exclusion.state == ExclusionState.WITHDRAWN:
        raise ConflictError(
            "already_withdrawn",
            _("%(number)s 已于 %(on)s 撤回。")
            % {"number": exclusion.number, "on": exclusion.withdrawn_on},
        )
    if on < exclusion.effective_on:
        raise DomainError(
            "withdrawn_before_effect",
            _("撤回日期 %(on)s 不能早于生效日期 %(effective)s。")
            % {"on": on, "effective": exclusion.effective_on},
            fields={"on": _("不早于 %(day)s") % {"day": exclusion.effective_on}},
        )
    exclusion.state = ExclusionState.WITHDRAWN
    exclusion.withdrawn_on, exclusion.withdrawn_by = on, by
    exclusion.withdrawal_reason = reason
    save_checked(exclusion)
    audit.record(
        "exclusion.withdraw",
        exclusion,
        by=by,
        summary=_("撤回%(number)s（%(subject)s %(kind)s）")
        % {
            "number": exclusion.number,
            "subject": exclusion.subject,
            "kind": exclusion.get_kind_display(),
        },
        data={"on": on.isoformat(), "reason": exclusion.withdrawal_reason},
    )
    return exclusion


@transaction.atomic
def grant_dossiers(
    user: User, *, year: int, on: dt.date, until: dt.date, reason: str, by: User
) -> DossierGrant:
    """Let a person of HR take the year's dossiers from the day to `until`; never oneself."""
    reason = require_reason(reason, _("请填写授权理由。"))
    require_role(Act.GRANT_DOSSIERS, on=on, by=by)
    if not standing_of(user, on=on).scope(*RULES[Act.TAKE_DOSSIERS].roles).everything:
        raise DomainError(
            "not_hr",
            _("%(name)s不是人事人员，不能授权其调阅佐证卷宗。") % {"name": user.name},
            fields={"user": _("须为人事人员")},
        )
    grant = DossierGrant(user=user, year=year, since=on, until=until, reason=reason, granted_by=by)
    save_checked(grant)
    audit.record(
        "dossiers.grant",
        grant,
        by=by,
        summary=_("授权%(name)s调阅%(year)s年度佐证卷宗至%(until)s")
        % {"name": user.name, "year": year, "until": until},
        data={"user": user.pk, "year": year, "until": until.isoformat(), "reason": grant.reason},
    )
    return grant


def may_take_dossiers(user: User, year: int, *, on: dt.date) -> bool:
    """Whether the person may take the year's dossiers: in HR or a leader, and granted leave."""
    in_role = standing_of(user, on=on).scope(*RULES[Act.TAKE_DOSSIERS].roles).everything
    return in_role and DossierGrant.objects.held_by(user, year, on=on).exists()


def require_dossier_right(user: User, year: int, *, on: dt.date) -> None:
    """Refuse unless the person may take the year's dossiers."""
    if not may_take_dossiers(user, year, on=on):
        raise refusal(Act.TAKE_DOSSIERS, user)
