"""Register people, appoint them to posts and grant them roles."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.choices import OFFICER_ROLES, PostKind, Role, SignInEnd
from accounts.errors import DomainError, NotAllowedError
from accounts.models import Post, RoleGrant, Unit, User
from accounts.scopes import roles_of
from accounts.services import audit
from accounts.services.sessions import end_all_sessions


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


@transaction.atomic
def revoke_role(grant: RoleGrant, *, on: dt.date, by: User | None) -> None:
    """Take a role away at once: it held until the day before.

    The security administrator's act, never upon themselves. A grant of the same day leaves no day
    on which it held, so its row goes; the entries of both acts stay.
    """
    user = User.objects.select_for_update().get(pk=grant.user_id)
    if by is not None and (by.pk == user.pk or Role.SECADMIN not in roles_of(by, on=on)):
        raise NotAllowedError("not_allowed", _("角色由安全管理员收回，且不能收回本人的角色。"))
    grant = RoleGrant.objects.select_for_update().get(pk=grant.pk)
    if grant.until is not None and grant.until < on:
        raise DomainError(
            "already_ended", _("该角色已于 %(day)s 到期。") % {"day": grant.until.isoformat()}
        )
    entry = audit.record(
        "role.revoke",
        grant,
        by=by,
        summary=_("收回 %(name)s 的角色 %(role)s（%(unit)s）")
        % {"name": user.name, "role": grant.get_role_display(), "unit": grant.unit},
        data={"user": user.pk, "role": grant.role, "unit": grant.unit.code},
    )
    if grant.since < on:
        grant.until = on - dt.timedelta(days=1)
        grant.save(update_fields=["until"])
    else:
        grant.delete()
    end_all_sessions(user, end=SignInEnd.ROLES, at=entry.at, by=by)
