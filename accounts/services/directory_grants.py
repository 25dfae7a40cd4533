"""Open and close the roles that the groups of the office's directory give."""

import datetime as dt
from collections.abc import Collection

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import clock
from accounts.choices import Role
from accounts.errors import DomainError
from accounts.models import Unit, User
from accounts.rules.directory import GroupRule, roles_given
from accounts.services import audit
from accounts.services.delegations import shorten
from accounts.services.granting import grant_role
from accounts.services.saving import save_checked


def role_map() -> tuple[GroupRule, ...]:
    """Return which group gives which role in this installation; empty where none does."""
    rules: tuple[GroupRule, ...] = settings.DIRECTORY_ROLES
    return rules


def unknown_units() -> list[str]:
    """Return the unit codes of the map that no unit has."""
    codes = {rule.unit for rule in role_map()}
    return sorted(codes - set(Unit.objects.filter(code__in=codes).values_list("code", flat=True)))


@transaction.atomic
def follow_groups(user: User, groups: Collection[str], *, at: dt.datetime) -> None:
    """Make a person's roles from the directory those that their groups give, and no others.

    What was granted by hand is left alone, and not doubled. A role that would join an officer's
    with another is not given; the entry says so, and the person signs in without it.
    """
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    today = clock.date_of(at)
    wanted = roles_given(role_map(), groups)
    held = list(user.grants.on(today).select_related("unit").order_by("id"))
    for grant in held:
        pair = (Role(grant.role), grant.unit.code)
        if grant.from_directory_at is None or pair in wanted:
            continue
        audit.record(
            "role.revoke",
            grant,
            by=None,
            summary=_("统一身份目录不再给予 %(name)s %(role)s（%(unit)s）")
            % {"name": user.name, "role": grant.get_role_display(), "unit": grant.unit.name},
            data={
                "user": user.pk,
                "role": grant.role,
                "unit": grant.unit.code,
                "from_directory": True,
            },
        )
        shorten(grant, today=today)
        save_checked(grant, only=["until", "withdrawn"])
    missing = wanted - {(Role(grant.role), grant.unit.code) for grant in held}
    units = {
        unit.code: unit for unit in Unit.objects.filter(code__in={code for _r, code in missing})
    }
    for role, code in sorted(missing):
        if code in units:
            _give(user, role, units[code], at=at)


def _give(user: User, role: Role, unit: Unit, *, at: dt.datetime) -> None:
    try:
        with transaction.atomic():
            grant_role(
                user, role, unit=unit, since=clock.date_of(at), from_directory_at=at, by=None
            )
    except DomainError as refusal:
        audit.record(
            "role.refused",
            user,
            by=None,
            summary=_("统一身份目录给予的角色未生效：%(why)s") % {"why": refusal.message},
            data={"role": role.value, "unit": unit.code, "code": refusal.code},
        )
