"""Name a substitute verifier (代核人) where recusal would leave no supervisor."""

import datetime as dt

from django.db import transaction
from django.db.models.query import QuerySet
from django.utils.translation import gettext as _

from accounts.choices import OFFICER_ROLES, Role
from accounts.errors import ConflictError, DomainError, NotAllowedError
from accounts.models import RoleGrant, Unit, User
from accounts.scopes import standing_of
from accounts.services import audit
from accounts.services.saving import save_checked
from tasks.models import SubstituteVerifier
from tasks.parties import concerned_in, may_name_substitute
from tasks.services.deciding import require_reason


@transaction.atomic
def name_substitute(
    unit: Unit,
    *,
    person: User,
    since: dt.date,
    until: dt.date,
    reason: str,
    on: dt.date,
    by: User,
) -> SubstituteVerifier:
    """Let a person verify what the unit leads, from a day to a day, both included.

    Raises `supervisors_remain` while a supervisor need not stand back, `substitute_officer`,
    `substitute_closed`, `substitute_concerned`, `substitute_in_past`.
    """
    reason = require_reason(reason, _("指定代核人必须写明理由。"))
    _authorise(unit, on=on, by=by)
    remaining = supervisors_for(unit, on=on)
    if remaining:
        raise DomainError(
            "supervisors_remain",
            _("%(unit)s的任务可由%(names)s核查，不需要代核人；只有督办人员都须回避时才指定。")
            % {"unit": unit.name, "names": "、".join(one.name for one in remaining[:3])},
        )
    _check_person(person, unit, on=max(on, since))
    if since < on:
        raise DomainError(
            "substitute_in_past",
            _("起始日期 %(since)s 早于今天（%(today)s），请填写今天或以后的日期。")
            % {"since": since, "today": on},
            fields={"since": _("不能早于今天")},
        )
    row = SubstituteVerifier(
        unit=unit, person=person, since=since, until=until, reason=reason, by=by
    )
    audit.record(
        "substitute.name",
        unit,
        by=by,
        summary=_("指定%(person)s为%(unit)s任务的代核人（%(since)s 至 %(until)s）")
        % {"person": person.name, "unit": unit.name, "since": since, "until": until},
        data={
            "on": on.isoformat(),
            "person": person.pk,
            "since": since.isoformat(),
            "until": until.isoformat(),
            "reason": reason,
        },
    )
    save_checked(row)
    return row


@transaction.atomic
def end_substitute(row: SubstituteVerifier, *, on: dt.date, by: User) -> SubstituteVerifier:
    """End a substitute's time today, before its last day."""
    row = (
        SubstituteVerifier.objects.select_for_update(of=("self",))
        .select_related("unit", "person")
        .get(pk=row.pk)
    )
    _authorise(row.unit, on=on, by=by)
    if row.ended_on is not None or row.until < on:
        raise ConflictError(
            "already_ended",
            _("%(person)s的代核已于 %(day)s 结束。")
            % {"person": row.person.name, "day": row.ended_on or row.until},
        )
    audit.record(
        "substitute.end",
        row.unit,
        by=by,
        summary=_("终止%(person)s对%(unit)s任务的代核")
        % {"person": row.person.name, "unit": row.unit.name},
        data={"on": on.isoformat(), "person": row.person_id, "substitute": row.pk},
    )
    row.ended_on = on
    save_checked(row, only=["ended_on"])
    return row


def supervisors_for(unit: Unit, *, on: dt.date) -> list[User]:
    """Return the supervisors over the unit who need not stand back from it."""
    grants = (
        RoleGrant.objects.on(on)
        .filter(role=Role.SUPERVISOR, user__is_active=True)
        .select_related("user__unit", "unit")
        .order_by("user__staff_number")
    )
    people = dict.fromkeys(grant.user for grant in grants if unit.path.startswith(grant.unit.path))
    return [one for one in people if not concerned_in(standing_of(one, on=on), unit)]


def people_substituting(on: dt.date) -> QuerySet[User]:
    """Return the people who are substitute verifiers on the day."""
    named = SubstituteVerifier.objects.on(on).values("person")
    return User.objects.filter(pk__in=named)


def _authorise(unit: Unit, *, on: dt.date, by: User) -> None:
    standing = standing_of(by, on=on)
    if not may_name_substitute(standing, unit):
        raise NotAllowedError(
            "not_allowed",
            _("只有局领导可以指定或终止代核人；%(name)s没有这项权限。") % {"name": by.name},
        )
    by.acting_for = standing.acts_for(lambda own: may_name_substitute(own, unit))


def _check_person(person: User, unit: Unit, *, on: dt.date) -> None:
    values = {"person": person.name, "unit": unit.name}
    standing = standing_of(person, on=on)
    if not person.is_active:
        sentence = _("%(person)s的账号已停用，请另选他人。") % values
        raise DomainError("substitute_closed", sentence, fields={"person": sentence})
    if standing.has(*OFFICER_ROLES):
        sentence = _("%(person)s是三员，不能担任代核人，请另选他人。") % values
        raise DomainError("substitute_officer", sentence, fields={"person": sentence})
    if concerned_in(standing, unit):
        sentence = _("%(person)s与%(unit)s有关，也须回避，请另选他人。") % values
        raise DomainError("substitute_concerned", sentence, fields={"person": sentence})
