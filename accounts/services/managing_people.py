"""Keep people's accounts: who they are, where they work, whether they may sign in."""

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.query import QuerySet
from django.utils.translation import gettext as _

from accounts import clock
from accounts.choices import Role, SignInEnd
from accounts.errors import DomainError, NotAllowedError
from accounts.models import Unit, User
from accounts.permissions import may_manage_people, may_manage_person_of
from accounts.scopes import standing_of
from accounts.services import attempts, audit
from accounts.services.people import register_person
from accounts.services.saving import save_checked
from accounts.services.sessions import end_all_sessions

# The accounts of the machine itself begin with this and are nobody's to manage.
MACHINE_PREFIX = "_"


def manages_people(user: User) -> bool:
    """Whether the person is offered the pages of accounts."""
    return may_manage_people(standing_of(user, on=clock.today()))


def people_managed_by(user: User) -> QuerySet[User]:
    """Return the people whose accounts the person keeps; nobody's for anybody else."""
    standing = standing_of(user, on=clock.today())
    units = standing.scope(Role.SYSADMIN).units()
    return User.objects.filter(unit__in=units).exclude(username__startswith=MACHINE_PREFIX)


def units_managed_by(user: User) -> QuerySet[Unit]:
    """Return the units in which the person may register people."""
    return standing_of(user, on=clock.today()).scope(Role.SYSADMIN).units().active()


def search_people(people: QuerySet[User], *, words: str, state: str) -> QuerySet[User]:
    """Narrow people by words of name, login, staff number or unit, and by `open` or `closed`."""
    for word in words.split():
        people = people.filter(
            Q(name__icontains=word)
            | Q(username__icontains=word)
            | Q(staff_number__icontains=word)
            | Q(unit__name__icontains=word)
        )
    if state:
        people = people.filter(is_active=state == "open")
    return people.select_related("unit").order_by("unit__position", "staff_number")


def refuse_unless_manager(unit: Unit, *, by: User) -> None:
    """Refuse everybody but the system administrator over the unit."""
    if not may_manage_person_of(standing_of(by, on=clock.today()), unit):
        raise NotAllowedError("not_manager", _("只有系统管理员可以管理账号。"))


@transaction.atomic
def add_person(
    *, username: str, staff_number: str, name: str, email: str, unit: Unit, by: User
) -> User:
    """Register a person; they have no role and no password yet."""
    refuse_unless_manager(unit, by=by)
    if username.startswith(MACHINE_PREFIX):
        sentence = _("登录名不能以“_”开头，请换一个。")
        raise DomainError("reserved_username", sentence, fields={"username": sentence})
    taken = User.objects.filter(staff_number=staff_number).first()
    if taken is not None:
        sentence = _("工号“%(number)s”已登记给%(name)s，请核对。") % {
            "number": staff_number,
            "name": taken.name,
        }
        raise DomainError("staff_number_taken", sentence, fields={"staff_number": sentence})
    return register_person(
        username=username, staff_number=staff_number, name=name, unit=unit, email=email, by=by
    )


def edit_contact(user: User, *, name: str, email: str, by: User) -> User:
    """Correct a person's name and mail address; a new address takes no reset for some days."""
    changes: dict[str, Any] = {"name": name, "email": email}
    if email != user.email:
        changes["email_set_at"] = clock.now()
    # What was changed, not the contact itself: entries are kept longer than contacts.
    kinds = [field for field in ("name", "email") if changes[field] != getattr(user, field)]
    summary = _("修改 %(name)s 的姓名或邮箱") % {"name": user.name}
    return _change(user, changes, "person.contact", summary, by=by, data={"fields": kinds})


def move_person(user: User, *, unit: Unit, by: User) -> User:
    """Put a person into another unit; their roles stay until the security administrator acts."""
    refuse_unless_manager(unit, by=by)
    if unit.closed_on is not None:
        raise DomainError("unit_closed", _("%(unit)s 已撤销，请选其他单位。") % {"unit": unit})
    summary = _("%(name)s 由 %(old)s 调至 %(new)s") % {
        "name": user.name,
        "old": user.unit,
        "new": unit,
    }
    data = {"from": user.unit.code, "to": unit.code}
    return _change(user, {"unit": unit}, "person.move", summary, by=by, data=data)


def disable_person(user: User, *, by: User) -> User:
    """Close an account; its person is signed out everywhere at once."""
    if user == by:
        raise DomainError("own_account", _("不能停用本人的账号，请由其他系统管理员办理。"))
    if not user.is_active:
        raise DomainError("already_closed", _("%(name)s 的账号已经停用。") % {"name": user.name})
    summary = _("停用 %(name)s 的账号") % {"name": user.name}
    with transaction.atomic():
        user = _change(user, {"is_active": False}, "person.disable", summary, by=by)
        user.password_tickets.filter(closed_at=None).update(closed_at=clock.now())
        end_all_sessions(user, end=SignInEnd.CLOSED, at=clock.now(), by=by)
    return user


def enable_person(user: User, *, by: User) -> User:
    """Open an account again; the person signs in with the password they had."""
    if user.is_active:
        raise DomainError("already_open", _("%(name)s 的账号已经启用。") % {"name": user.name})
    summary = _("启用 %(name)s 的账号") % {"name": user.name}
    return _change(user, {"is_active": True}, "person.enable", summary, by=by)


@transaction.atomic
def unlock_person(user: User, *, by: User) -> User:
    """Forget an account's wrong passwords, so that its person may try again at once."""
    refuse_unless_manager(user.unit, by=by)
    if not attempts.clear_account(user):
        raise DomainError("not_locked", _("%(name)s 的账号没有锁定。") % {"name": user.name})
    audit.record(
        "sign_in.unlock", user, by=by, summary=_("解除 %(name)s 的登录锁定") % {"name": user.name}
    )
    return user


@transaction.atomic
def _change(
    user: User,
    changes: dict[str, Any],
    action: str,
    summary: str,
    *,
    by: User,
    data: dict[str, Any] | None = None,
) -> User:
    """Write some columns of a person under one entry."""
    refuse_unless_manager(user.unit, by=by)
    user = User.objects.select_for_update().select_related("unit").get(pk=user.pk)
    for field, value in changes.items():
        setattr(user, field, value)
    audit.record(action, user, by=by, summary=summary, data=data)
    save_checked(user, only=sorted(changes))
    return user
