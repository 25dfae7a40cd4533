"""Set a password by the office's profile, and say when it has to be replaced."""

import datetime as dt
from collections.abc import Callable
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.choices import SignInEnd
from accounts.errors import ConflictError, DomainError
from accounts.models import OldPassword, User
from accounts.rules import passwords as rules
from accounts.rules.passwords import PROFILES, Flaw, PasswordProfile
from accounts.services import audit
from accounts.services.directory_people import refuse_directory_password
from accounts.services.sessions import end_all_sessions
from accounts.services.signing_in import check_own_password

LOCAL_WORDS = Path(__file__).resolve().parent.parent / "data" / "common_passwords.txt"
# The longest history of any profile, so that changing the profile finds it complete.
_KEPT = max(profile.history for profile in PROFILES.values())


def current_profile() -> PasswordProfile:
    """Return the office's profile."""
    return PROFILES[settings.PASSWORD_PROFILE]


def replacement_due(user: User, *, at: dt.datetime) -> dt.datetime | None:
    """Return since when the person has to set another password; None while theirs holds."""
    return rules.is_due(user.password_set_at, current_profile(), at=at)


def describe_profile(profile: PasswordProfile) -> str:
    """Return the profile as the sentence beside the field of a new password."""
    parts = [_("至少 %(length)s 位") % {"length": profile.length}]
    if profile.classes:
        parts.append(
            _("大写字母、小写字母、数字、符号中至少 %(classes)s 类") % {"classes": profile.classes}
        )
    if profile.attributes:
        parts.append(_("不含登录名、工号、姓名、单位等个人信息"))
    parts.append(_("不用常见密码"))
    if profile.history:
        parts.append(_("不与最近 %(history)s 次相同") % {"history": profile.history})
    if profile.rotation:
        parts.append(_("每 %(days)s 天更换一次") % {"days": profile.rotation.days})
    return _("，").join(parts) + _("。")


def change_password(
    user: User,
    *,
    old: str,
    new: str,
    address: str,
    at: dt.datetime,
    by: User,
    except_key: int | None = None,
) -> User:
    """Let a person replace their own password by showing the old one.

    All their sign-ins end but `except_key`'s, the one they do it in.

    Raises SignInRefusedError for a wrong old password, which counts as a failed sign-in, and
    `weak_password` with a sentence for each flaw of the new one.
    """
    if by != user:
        raise DomainError("not_own_password", _("只能修改本人的密码。"))
    refuse_directory_password(user)
    known = check_own_password(user, old, address=address, at=at)
    return store_password(known, new, action="password.change", except_key=except_key)


def store_password(
    user: User,
    new: str,
    *,
    action: str,
    along_with: Callable[[], None] = lambda: None,
    except_key: int | None = None,
) -> User:
    """Judge and store a password the person chose; record it under `action` as their own act.

    `along_with` is done in the same transaction and may refuse. Hashing is done before it. Every
    sign-in of theirs but `except_key`'s ends.
    """
    refuse_directory_password(user)
    _refuse_flaws(user, new)
    _refuse_used(user, new)
    encoded = make_password(new)
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=user.pk)
        if locked.password != user.password or not locked.is_active:
            raise ConflictError("account_changed", _("账号刚刚发生了变动，请重新登录后再试。"))
        along_with()
        entry = audit.record(
            action,
            locked,
            by=locked,
            summary=_("%(name)s 设置了新密码") % {"name": locked.name},
            data={"profile": current_profile().name},
        )
        locked.password, locked.password_set_at = encoded, entry.at
        locked.save(update_fields=["password", "password_set_at"])
        OldPassword.objects.create(user=locked, encoded=encoded, set_at=entry.at)
        kept = locked.old_passwords.values_list("pk", flat=True)[:_KEPT]
        locked.old_passwords.exclude(pk__in=list(kept)).delete()
        end_all_sessions(
            locked, end=SignInEnd.PASSWORD, at=entry.at, by=locked, except_key=except_key
        )
    return locked


def _refuse_flaws(user: User, new: str) -> None:
    profile = current_profile()
    flaws = rules.flaws_of(new, profile, attributes=_attributes_of(user), is_common=_is_common)
    if flaws:
        sentence = " ".join(_sentence(flaw, new, profile) for flaw in flaws)
        raise DomainError("weak_password", sentence, fields={"new_password": sentence})


def _refuse_used(user: User, new: str) -> None:
    """Refuse the present password and those of the profile's history."""
    history = current_profile().history
    encoded = list(user.old_passwords.values_list("encoded", flat=True)[:history])
    if user.has_usable_password() and user.password not in encoded:
        encoded.insert(0, user.password)
    if any(check_password(new, old) for old in encoded):
        sentence = (
            _("新密码与最近 %(history)s 次用过的相同，请换一个。") % {"history": history}
            if history
            else _("新密码与现在的相同，请换一个。")
        )
        raise DomainError("used_password", sentence, fields={"new_password": sentence})


def _attributes_of(user: User) -> list[str]:
    return [
        user.username,
        user.staff_number,
        user.name,
        user.email.partition("@")[0],
        user.unit.name,
        user.unit.code,
    ]


@cache
def _common() -> frozenset[str]:
    local = LOCAL_WORDS.read_text(encoding="utf-8").split()
    return frozenset(CommonPasswordValidator().passwords) | {word.casefold() for word in local}


def _is_common(password: str) -> bool:
    return password.casefold().strip() in _common()


def _sentence(flaw: Flaw, new: str, profile: PasswordProfile) -> str:
    if flaw is Flaw.SHORT:
        return _("密码只有 %(given)s 位，至少要 %(length)s 位。") % {
            "given": len(new),
            "length": profile.length,
        }
    if flaw is Flaw.LONG:
        return _("密码有 %(given)s 位，最多 %(length)s 位。") % {
            "given": len(new),
            "length": rules.LONGEST,
        }
    if flaw is Flaw.CLASSES:
        return _(
            "密码只用了 %(given)s 类字符，大写字母、小写字母、数字、符号中至少要用 %(classes)s 类。"
        ) % {"given": rules.classes_in(new), "classes": profile.classes}
    if flaw is Flaw.ATTRIBUTE:
        return _("密码不能含有本人的登录名、工号、姓名、邮箱或单位。")
    return _("这个密码太常见，容易被猜到，请换一个。")
