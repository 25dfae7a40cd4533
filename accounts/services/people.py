"""Register people, appoint them to posts and grant them roles."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.choices import OFFICER_ROLES, PostKind, Role
from accounts.errors import DomainError
from accounts.models import Post, RoleGrant, Unit, User
from accounts.services import audit


@transaction.atomic
def register_person(
    *,
    username: str,
    staff_number: str,
    name: str,
    unit: Unit,
    email: str = "",
    by: User | None,
) -> User:
    """Create a person's account; nobody can sign in with it until the person set a password.

    Raises `username_taken` for a login name that was ever given, also to somebody who left.
    """
    if User.objects.filter(username=username).exists():
        raise DomainError(
            "username_taken",
            _("登录名“%(username)s”已使用过，请换一个。") % {"username": username},
            fields={"username": _("已使用过")},
        )
    user = User.objects.create_user(
        username, staff_number=staff_number, name=name, unit=unit, email=email
    )
    audit.record(
        "person.register",
        user,
        by=by,
        summary=_("登记人员 %(name)s（工号 %(number)s）") % {"name": name, "number": staff_number},
        data={"username": username, "unit": unit.code},
    )
    return user


@transaction.atomic
def appoint(
    user: User, *, unit: Unit, title: str, kind: PostKind, since: dt.date, by: User | None
) -> Post:
    """Give a person a post in a unit from a day on.

    Raises ValidationError when the unit already has a principal whose post did not end.
    """
    post = Post(user=user, unit=unit, title=title, kind=kind, since=since)
    post.full_clean()
    post.save()
    audit.record(
        "post.appoint",
        post,
        by=by,
        summary=_("%(name)s 任 %(unit)s %(title)s")
        % {"name": user.name, "unit": unit.name, "title": title},
        data={"user": user.pk, "unit": unit.code, "since": since.isoformat()},
    )
    return post


@transaction.atomic
def grant_role(user: User, role: Role, *, unit: Unit, since: dt.date, by: User | None) -> RoleGrant:
    """Grant a role over a unit and everything below it, from a day on.

    Raises `roles_exclude` when it would join an officer's role (三员) with any other role.
    """
    User.objects.select_for_update().get(pk=user.pk)
    held = set(user.grants.on(since).values_list("role", flat=True)) - {role.value}
    if held and (role in OFFICER_ROLES or held & set(OFFICER_ROLES)):
        raise DomainError(
            "roles_exclude",
            _(
                "%(name)s 已有角色“%(held)s”，不能再授予“%(role)s”："
                "三员角色互斥，也不能兼任业务角色。"
            )
            % {
                "name": user.name,
                "held": "、".join(str(Role(value).label) for value in sorted(held)),
                "role": role.label,
            },
        )
    grant = RoleGrant(user=user, role=role, unit=unit, since=since, granted_by=by)
    grant.full_clean()
    grant.save()
    audit.record(
        "role.grant",
        grant,
        by=by,
        summary=_("授予 %(name)s %(role)s（%(unit)s）")
        % {"name": user.name, "role": role.label, "unit": unit.name},
        data={"user": user.pk, "role": role.value, "unit": unit.code},
    )
    return grant
