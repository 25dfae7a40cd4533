"""Grant roles on a subtree of units for a period, and end grants; none is ever deleted."""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.db.models.query import QuerySet
from django.utils.translation import gettext as _

from accounts import clock
from accounts.choices import OFFICER_ROLES, Role, SignInEnd
from accounts.errors import DomainError, NotAllowedError
from accounts.models import RoleGrant, Unit, User
from accounts.permissions import granted_scope, may_grant, may_grant_to
from accounts.scopes import standing_of
from accounts.services import audit
from accounts.services.delegations import shorten
from accounts.services.managing_people import MACHINE_PREFIX
from accounts.services.saving import save_checked
from accounts.services.sessions import end_all_sessions


def reads_grants(user: User) -> bool:
    """Whether the person is offered the pages of grants."""
    return bool(granted_scope(standing_of(user, on=clock.today())).roots)


def grants_read_by(user: User) -> QuerySet[RoleGrant]:
    """Return the grants the person may read: of people of their units, or over them."""
    units = granted_scope(standing_of(user, on=clock.today())).units()
    found: QuerySet[RoleGrant] = (
        RoleGrant.objects.filter(Q(unit__in=units) | Q(user__unit__in=units))
        .select_related("user__unit", "unit", "granted_by")
        .order_by("user__unit__position", "user__staff_number", "-since", "id")
    )
    return found


def people_read_by(user: User) -> QuerySet[User]:
    """Return the people whose grants the person may read."""
    units = granted_scope(standing_of(user, on=clock.today())).units()
    people = User.objects.filter(unit__in=units).exclude(username__startswith=MACHINE_PREFIX)
    return people.select_related("unit").order_by("unit__position", "staff_number")


def search_grants(
    grants: QuerySet[RoleGrant], *, words: str, role: str, on: dt.date | None
) -> QuerySet[RoleGrant]:
    """Narrow grants by words of person or unit, by role, and to those in force on a day."""
    for word in words.split():
        grants = grants.filter(
            Q(user__name__icontains=word)
            | Q(user__staff_number__icontains=word)
            | Q(unit__name__icontains=word)
        )
    if role:
        grants = grants.filter(role=role)
    if on is not None:
        grants = grants.filter(pk__in=RoleGrant.objects.on(on).values("pk"))
    return grants


def units_to_grant(user: User) -> QuerySet[Unit]:
    """Return the units over which the person may grant roles."""
    return standing_of(user, on=clock.today()).scope(Role.SECADMIN).units().active()


@transaction.atomic
def grant_role(
    user: User,
    role: Role,
    *,
    unit: Unit,
    since: dt.date,
    until: dt.date | None = None,
    from_directory_at: dt.datetime | None = None,
    by: User | None,
) -> RoleGrant:
    """Grant a role over a unit and everything below it; `by` is None for data that is loaded.

    `from_directory_at` marks what the office's directory gives, and may take away again.

    Raises `own_grant`, `not_granter`, `grant_in_past`, `person_closed`, and `roles_exclude` when
    on one of its days it would join an officer's role (三员) with any other role.
    """
    # Two grants to one person take turns; the triggers lock the same row.
    user = User.objects.select_for_update(of=("self",)).select_related("unit").get(pk=user.pk)
    if by is not None:
        _authorise(user, unit, since, by=by)
    _refuse_excluded(user, role, since=since, until=until)
    grant = RoleGrant(
        user=user,
        role=role,
        unit=unit,
        since=since,
        until=until,
        granted_by=by,
        from_directory_at=from_directory_at,
    )
    save_checked(grant)
    audit.record(
        "role.grant",
        grant,
        by=by,
        summary=_("授予 %(name)s %(role)s（%(unit)s）")
        % {"name": user.name, "role": role.label, "unit": unit.name},
        data={
            "user": user.pk,
            "role": role.value,
            "unit": unit.code,
            "since": since.isoformat(),
            "until": until.isoformat() if until else None,
            "from_directory": from_directory_at is not None,
        },
    )
    return grant


@transaction.atomic
def revoke_role(grant: RoleGrant, *, on: dt.date, by: User | None) -> RoleGrant:
    """Take a role away at once: it held until the day before, or, of the same day, never.

    Its person is signed out everywhere. Raises `own_grant`, `not_granter`, `already_ended`.
    """
    grant = _lock_lasting(grant, on=on, by=by)
    shorten(grant, today=on)
    save_checked(grant, only=["until", "withdrawn"])
    entry = audit.record(
        "role.revoke",
        grant,
        by=by,
        summary=_("收回 %(name)s 的角色 %(role)s（%(unit)s）")
        % {"name": grant.user.name, "role": grant.get_role_display(), "unit": grant.unit},
        data={"user": grant.user_id, "role": grant.role, "unit": grant.unit.code},
    )
    end_all_sessions(grant.user, end=SignInEnd.ROLES, at=entry.at, by=by)
    return grant


@transaction.atomic
def end_grant(grant: RoleGrant, *, until: dt.date, by: User) -> RoleGrant:
    """Let a grant end with a day from today on, which still counts.

    Raises `own_grant`, `not_granter`, `already_ended`, `end_in_past`, `end_not_earlier`.
    """
    today = clock.today()
    grant = _lock_lasting(grant, on=today, by=by)
    _check_last_day(grant, until, today=today)
    grant.until = until
    save_checked(grant, only=["until"])
    audit.record(
        "role.end",
        grant,
        by=by,
        summary=_("%(name)s 的角色 %(role)s（%(unit)s）到 %(until)s 为止")
        % {
            "name": grant.user.name,
            "role": grant.get_role_display(),
            "unit": grant.unit,
            "until": until,
        },
        data={
            "user": grant.user_id,
            "role": grant.role,
            "unit": grant.unit.code,
            "until": until.isoformat(),
        },
    )
    return grant


def _lock_lasting(grant: RoleGrant, *, on: dt.date, by: User | None) -> RoleGrant:
    """Lock a grant that is not over, and refuse who may not end it."""
    User.objects.select_for_update().get(pk=grant.user_id)
    rows = RoleGrant.objects.select_for_update(of=("self",))
    grant = rows.select_related("user__unit", "unit").get(pk=grant.pk)
    if by is not None and not may_grant(standing_of(by, on=on), grant.user, grant.unit):
        raise _not_granter(grant.user, by=by)
    if grant.withdrawn or (grant.until is not None and grant.until < on):
        day = grant.since if grant.withdrawn or grant.until is None else grant.until
        raise DomainError(
            "already_ended", _("该角色已于 %(day)s 到期或收回，无需办理。") % {"day": day}
        )
    return grant


def _authorise(user: User, unit: Unit, since: dt.date, *, by: User) -> None:
    today = clock.today()
    standing = standing_of(by, on=today)
    if not (may_grant_to(standing, user) and may_grant(standing, user, unit)):
        raise _not_granter(user, by=by)
    if not user.is_active:
        sentence = _("%(name)s的账号已停用，不能授予角色。") % {"name": user.name}
        raise DomainError("person_closed", sentence, fields={"user": sentence})
    if since < today:
        sentence = _("起始日期 %(since)s 早于今天（%(today)s），授权不能追溯。") % {
            "since": since,
            "today": today,
        }
        raise DomainError("grant_in_past", sentence, fields={"since": sentence})


def _not_granter(user: User, *, by: User) -> NotAllowedError:
    if user.pk == by.pk:
        return NotAllowedError(
            "own_grant", _("不能给本人授予或收回角色，请由另一位安全管理员办理。")
        )
    return NotAllowedError("not_granter", _("只有安全管理员可以授予和收回角色。"))


def _refuse_excluded(user: User, role: Role, *, since: dt.date, until: dt.date | None) -> None:
    """Refuse an officer's role beside any other, and any beside an officer's, on a common day."""
    others = RoleGrant.objects.touching(since, until).filter(user=user).exclude(role=role)
    if role not in OFFICER_ROLES:
        others = others.filter(role__in=OFFICER_ROLES)
    held = others.select_related("unit").order_by("since").first()
    if held is None:
        return
    end = _("至 %(until)s") % {"until": held.until} if held.until else _("起")
    sentence = _(
        "%(name)s 已有角色“%(held)s”（%(since)s %(end)s），不能再授予“%(role)s”："
        "三员角色互斥，也不能兼任业务角色；请先收回原角色，或改起止日期。"
    ) % {
        "name": user.name,
        "held": held.get_role_display(),
        "since": held.since,
        "end": end,
        "role": role.label,
    }
    raise DomainError("roles_exclude", sentence)


def _check_last_day(grant: RoleGrant, until: dt.date, *, today: dt.date) -> None:
    earliest = max(today, grant.since)
    if until < earliest:
        sentence = _("最后一天 %(until)s 早于 %(earliest)s；要立即收回请留空。") % {
            "until": until,
            "earliest": earliest,
        }
        raise DomainError("end_in_past", sentence, fields={"until": sentence})
    if grant.until is not None and until >= grant.until:
        sentence = _("授权本来就到 %(until)s 为止，请填写更早的日期，或留空立即收回。") % {
            "until": grant.until
        }
        raise DomainError("end_not_earlier", sentence, fields={"until": sentence})
