"""Sign in with a password: the only place that looks at one.

The answer, the words and the work are the same for a wrong password, an unknown name, a closed
account and one that never had a password. The password is hashed outside of any transaction, so
nobody waits for it. Where the office has an LDAP directory the password is the directory's, but
for the people who keep one of this system (accounts.services.directory_people); whoever signs in
by a provider has none here. With a directory every try costs one hash and one question, so that
the time does not tell who keeps a password of this system: the officers.
"""

import datetime as dt
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.contrib.auth.hashers import make_password, verify_password
from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from accounts import clock
from accounts.choices import SignInSource
from accounts.directories.answers import DirectoryDownError, Identity
from accounts.errors import DomainError
from accounts.models import AttemptCount, User
from accounts.services import attempts, audit
from accounts.services.attempts import Locked, Slot
from accounts.services.directory_grants import follow_groups
from accounts.services.directory_people import (
    ldap_config,
    ldap_directory,
    name_in_directory,
    oidc_config,
    password_source,
)
from accounts.services.directory_state import remember_identity
from accounts.services.second_factor import has_second_factor


class SignInRefusedError(DomainError):
    """A name and password that let nobody in, or a lock; nothing tells whether the name exists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What a look at the password showed; `identity` is who the directory says it is."""

    right: bool
    outdated: bool = False
    identity: Identity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Try:
    """One try: whose account it would open (None: nobody's), from where, and for what."""

    user: User | None
    username: str
    name_key: str
    address: str
    at: dt.datetime
    own: bool


def sign_in_with_password(username: str, password: str, *, address: str, at: dt.datetime) -> User:
    """Return the person whose login name and password these are.

    Raises SignInRefusedError `wrong_credentials` for everything that does not fit, `locked` after
    too many failures of the name or of the address, `directory_down` where the directory does not
    answer, and `not_registered` for whom it knows and this system does not. Every try leaves an
    entry.
    """
    user = None if "\x00" in username else User.objects.filter(username=username).first()
    name_key = attempts.key_of_account(user) if user else attempts.key_of_name(username)
    return _decide(
        _Try(
            user=user,
            username=username,
            name_key=name_key,
            address=address,
            at=at,
            own=False,
        ),
        password,
    )


def check_own_password(user: User, password: str, *, address: str, at: dt.datetime) -> User:
    """Let a signed-in person show again that they know their password; counted like a sign-in."""
    key = attempts.key_of_account(user)
    return _decide(
        _Try(
            user=user,
            username=user.username,
            name_key=key,
            address=address,
            at=at,
            own=True,
        ),
        password,
    )


def _decide(one: _Try, password: str) -> User:
    taken = attempts.take_slot(
        one.name_key, address=one.address, address_counts=one.user is not None, at=one.at
    )
    if isinstance(taken, Locked):
        _record_refusal(one, taken)
        raise _locked(taken)
    try:
        seen = _look(one, password)
    except DirectoryDownError as error:
        _give_back(one, taken)
        raise _directory_down() from error
    if seen.identity is not None and one.user is None:
        _turn_away(one, taken)
        raise _not_registered()
    if seen.right:
        renewed = make_password(password) if seen.outdated else None
        user = _accept(one, taken, renewed, seen.identity)
        if user is not None:
            return user
    lock = _reject(one, taken)
    if lock is not None:
        raise _locked(lock)
    sentence = _wrong(own=one.own)
    fields = {"password": sentence} if one.own else {}
    raise SignInRefusedError("wrong_credentials", sentence, fields=fields)


def _look(one: _Try, password: str) -> _Seen:
    """Compare with this system's where its password counts, and ask the directory where there is
    one."""
    source = password_source(one.user) if one.user else None
    here = _look_at(one.user if source is SignInSource.LOCAL else None, password)
    directory, config = ldap_directory(), ldap_config()
    if directory is None or config is None or here.right:
        return here
    if source is SignInSource.LOCAL:
        # The password is not the directory's to see; what is asked is what a name nobody has costs.
        with suppress(DirectoryDownError):
            directory.identify(get_random_string(20), get_random_string(20))
        return here
    name = name_in_directory(one.user, config.person_field) if one.user else one.username
    identity = directory.identify(name, password)
    open_here = one.user is not None and one.user.is_active
    return _Seen(right=identity is not None and open_here, identity=identity)


def _look_at(user: User | None, password: str) -> _Seen:
    """Hash the password once and compare; for nobody's account with a hash that nothing fits."""
    nobody = _hash_of_nobody(settings.PASSWORD_HASHERS[0])
    can = user is not None and user.is_active and user.has_usable_password()
    right, outdated = verify_password(password, user.password if user and can else nobody)
    return _Seen(right=right and can, outdated=outdated)


@lru_cache(maxsize=1)
def _hash_of_nobody(hasher: str) -> str:
    """Return a hash by the first hasher of the settings, of something nobody knows."""
    return make_password(get_random_string(40))


@transaction.atomic
def _accept(one: _Try, slot: Slot, renewed: str | None, identity: Identity | None) -> User | None:
    """Let the person in; None when the account was closed or its password changed meanwhile."""
    if one.user is None:
        return None
    user = User.objects.select_for_update().get(pk=one.user.pk)
    if not user.is_active or user.password != one.user.password:
        return None
    # Where a code has to follow, that code clears the count.
    attempts.return_slot(slot, at=one.at, clears=not has_second_factor(user))
    if renewed is not None:
        user.password = renewed
        user.save(update_fields=["password"])
    action, summary = (
        ("sign_in.confirmed", _("%(name)s 再次核验本人密码"))
        if one.own
        else ("sign_in.password", _("%(name)s 密码核验通过"))
    )
    data = {"address": one.address}
    if identity is not None:
        data["source"] = SignInSource.LDAP.value
    audit.record(action, user, by=user, summary=summary % {"name": user.name}, data=data)
    if identity is not None:
        remember_identity(user, identity, source=SignInSource.LDAP, at=one.at)
        if not one.own:
            follow_groups(user, identity.groups, at=one.at)
    return user


@transaction.atomic
def _reject(one: _Try, slot: Slot) -> Locked | None:
    """Record a wrong password and the lock it brought about; return the lock."""
    lock = attempts.keep_slot(slot, at=one.at)
    subject = _subject(one)
    audit.record(
        "sign_in.failed",
        subject,
        by=one.user if one.own else None,
        summary=_("密码核验未通过"),
        data={"address": one.address, "reason": _reason(one.user)},
    )
    if lock is not None:
        audit.record(
            "sign_in.locked",
            subject,
            by=None,
            summary=_("连续输错，暂停登录至 %(until)s") % {"until": _clock_time(lock.until)},
            data={"address": one.address, "whole_address": lock.whole_address},
        )
    return lock


@transaction.atomic
def _give_back(one: _Try, slot: Slot) -> None:
    """Give back the slot of a try whose password nobody could look at."""
    attempts.return_slot(slot, at=one.at, clears=False)
    audit.record(
        "sign_in.directory_down",
        _subject(one),
        by=one.user if one.own else None,
        summary=_("统一身份认证服务无法连接，未核验密码"),
        data={"address": one.address},
    )


@transaction.atomic
def _turn_away(one: _Try, slot: Slot) -> None:
    """Record somebody whom the directory knows and this system does not."""
    attempts.return_slot(slot, at=one.at)
    audit.record(
        "sign_in.not_registered",
        _subject(one),
        by=None,
        summary=_("统一身份认证通过，但本系统没有账号"),
        data={"address": one.address, "source": SignInSource.LDAP.value},
    )


@transaction.atomic
def _record_refusal(one: _Try, lock: Locked) -> None:
    audit.record(
        "sign_in.refused",
        _subject(one),
        by=one.user if one.own else None,
        summary=_("暂停登录期间的尝试，未核验密码"),
        data={"address": one.address, "whole_address": lock.whole_address},
    )


def _subject(one: _Try) -> User | AttemptCount:
    """Return what an entry is about: the account, else the count of the name nobody has."""
    return one.user or AttemptCount(key=one.name_key)


def _reason(user: User | None) -> str:
    """Say for the auditor, and nobody else, why it did not fit."""
    if user is None:
        return "unknown_name"
    if not user.is_active:
        return "closed"
    if password_source(user) is SignInSource.OIDC:
        return "provider_only"
    return "wrong_password" if user.has_usable_password() else "no_password"


def _wrong(*, own: bool) -> str:
    if own:
        return _("密码不正确，请核对后重新输入。")
    if oidc_config() is not None:
        return _(
            "登录名或密码不正确，请核对后重新输入；已用过“单位统一身份登录”的人员请从那里登录，"
            "忘记密码请联系系统管理员。"
        )
    return _("登录名或密码不正确，请核对后重新输入；忘记密码请联系系统管理员。")


def _directory_down() -> SignInRefusedError:
    return SignInRefusedError(
        "directory_down",
        _(
            "统一身份认证服务暂时无法连接，未能核验密码，请稍后再试；"
            "三员等使用本系统密码的账号仍可登录。"
        ),
    )


def _not_registered() -> SignInRefusedError:
    return SignInRefusedError(
        "not_registered",
        _("您已通过统一身份认证，但本系统没有您的账号，请联系系统管理员登记。"),
    )


def _locked(lock: Locked) -> SignInRefusedError:
    sentence = (
        _("您所在网络登录失败次数过多，已暂停登录，请于 %(until)s 后再试。")
        if lock.whole_address
        else _(
            "该登录名连续输错次数过多，已暂停登录，请于 %(until)s 后再试；"
            "急需使用请联系系统管理员解锁。"
        )
    )
    return SignInRefusedError("locked", sentence % {"until": _clock_time(lock.until)})


def _clock_time(moment: dt.datetime) -> str:
    """Return the Beijing hour and minute from which it is certainly over."""
    rounded = moment.astimezone(clock.BEIJING) + dt.timedelta(seconds=59)
    return rounded.strftime("%H:%M")
