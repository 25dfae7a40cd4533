"""Name a substitute for one's leave (AB 岗), and end it early."""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.db.models.query import QuerySet
from django.utils.translation import gettext as _

from accounts import clock
from accounts.choices import BUSINESS_ROLES, OFFICER_ROLES
from accounts.errors import DomainError, NotAllowedError
from accounts.models import Delegation, RoleGrant, User
from accounts.permissions import may_delegate, may_end_delegation
from accounts.scopes import standing_of
from accounts.services import audit
from accounts.services.saving import save_checked


def delegations_of(user: User) -> QuerySet[Delegation]:
    """Return what the person gave and what was given to them, newest first."""
    return Delegation.objects.filter(Q(person=user) | Q(substitute=user)).select_related(
        "person__unit", "substitute__unit", "given_by"
    )


def substitutes_for(user: User) -> QuerySet[User]:
    """Return who may stand in for the person: active people of the unit, and of the bureau's
    other units who hold a business role; never an officer."""
    today = clock.today()
    on_duty = RoleGrant.objects.on(today)
    workers = on_duty.filter(role__in=BUSINESS_ROLES).values("user")
    officers = RoleGrant.objects.touching(today, None).filter(role__in=OFFICER_ROLES)
    return (
        User.objects.filter(Q(unit=user.unit) | Q(pk__in=workers), is_active=True)
        .exclude(pk=user.pk)
        .exclude(pk__in=officers.values("user"))
        .order_by("unit__position", "staff_number")
    )


@transaction.atomic
def delegate(
    *, substitute: User, since: dt.date, until: dt.date, reason: str, by: User
) -> Delegation:
    """Let a substitute hold the person's own business roles from a day to a day, both included.

    Raises `cannot_delegate`, `substitute_officer`, `substitute_closed`, `delegation_in_past`,
    `delegation_overlaps`.
    """
    today = clock.today()
    people = User.objects.select_for_update().order_by("pk")
    list(people.filter(pk__in=[by.pk, substitute.pk]))
    if not may_delegate(standing_of(by, on=today)):
        raise DomainError("cannot_delegate", _("您没有业务角色，没有可以交人代理的权限。"))
    _check_substitute(substitute, by=by, since=since, until=until)
    if since < today:
        raise DomainError(
            "delegation_in_past",
            _("起始日期 %(since)s 早于今天（%(today)s），代理只能从今天或以后开始。")
            % {"since": since, "today": today},
            fields={"since": _("不能早于今天")},
        )
    delegation = Delegation(
        person=by, substitute=substitute, since=since, until=until, reason=reason, given_by=by
    )
    if until >= since:
        _check_free(delegation)
    save_checked(delegation)
    audit.record(
        "delegation.give",
        delegation,
        by=by,
        summary=_("%(since)s 至 %(until)s 由%(substitute)s代理%(person)s（%(reason)s）")
        % {
            "since": since,
            "until": until,
            "substitute": substitute.name,
            "person": by.name,
            "reason": reason,
        },
        data={
            "person": by.pk,
            "substitute": substitute.pk,
            "since": since.isoformat(),
            "until": until.isoformat(),
            "reason": reason,
        },
    )
    return delegation


@transaction.atomic
def end_delegation(delegation: Delegation, *, by: User) -> Delegation:
    """End one's own delegation at once: yesterday was its last day, or it never held."""
    today = clock.today()
    rows = Delegation.objects.select_for_update(of=("self",))
    delegation = rows.select_related("person", "substitute").get(pk=delegation.pk)
    if delegation.person_id != by.pk:
        raise NotAllowedError("not_own_delegation", _("只能结束本人设置的代理。"))
    if not may_end_delegation(by, delegation, on=today):
        raise DomainError("delegation_over", _("该代理已经结束，无需办理。"))
    shorten(delegation, today=today)
    save_checked(delegation, only=["until", "withdrawn"])
    audit.record(
        "delegation.end",
        delegation,
        by=by,
        summary=_("结束由%(substitute)s代理%(person)s")
        % {"substitute": delegation.substitute.name, "person": delegation.person.name},
        data={"until": delegation.until.isoformat(), "withdrawn": delegation.withdrawn},
    )
    return delegation


def shorten(period: Delegation | RoleGrant, *, today: dt.date) -> None:
    """Let something that holds end at once: its last day was yesterday, or it never held."""
    if period.since < today:
        period.until = today - dt.timedelta(days=1)
    else:
        period.withdrawn = True


def _check_substitute(substitute: User, *, by: User, since: dt.date, until: dt.date) -> None:
    if not substitute.is_active or substitute.pk == by.pk:
        sentence = _("%(name)s的账号已停用或就是您本人，请另选代理人。") % {"name": substitute.name}
        raise DomainError("substitute_closed", sentence, fields={"substitute": sentence})
    officer = RoleGrant.objects.touching(since, until).filter(
        user=substitute, role__in=OFFICER_ROLES
    )
    if officer.exists():
        sentence = _("%(name)s担任三员角色，不能代理业务角色，请另选代理人。") % {
            "name": substitute.name
        }
        raise DomainError("substitute_officer", sentence, fields={"substitute": sentence})


def _check_free(delegation: Delegation) -> None:
    """Refuse a second substitute of one person on the same day."""
    other = (
        Delegation.objects.filter(person=delegation.person)
        .touching(delegation.since, delegation.until)
        .select_related("substitute")
        .first()
    )
    if other is not None:
        raise DomainError(
            "delegation_overlaps",
            _("%(since)s 至 %(until)s 已由%(name)s代理，请先结束该代理或另选日期。")
            % {"since": other.since, "until": other.until, "name": other.substitute.name},
            fields={"since": _("已有代理")},
        )
