"""The second factor of a person: enrol an authenticator app, take a code once, reset a lost one.

Codes are RFC 6238's, of 30 seconds; one step earlier and later is taken, for clocks that differ.
Times are the machine's own (`clock.machine_now`): the app has no other.
"""

import datetime as dt
import secrets
from hmac import compare_digest

import pyotp
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts import clock
from accounts.choices import Role, SignInEnd
from accounts.duties import holders_of
from accounts.errors import DomainError, NotAllowedError
from accounts.models import RecoveryCode, SecondFactor, User
from accounts.scopes import roles_of, standing_of
from accounts.sealing import seal, unseal
from accounts.services import attempts, audit
from accounts.services.attempts import Locked
from accounts.services.sessions import end_all_sessions

ISSUER = "四清单"
DIGITS = 6
DRIFT = 1
RECOVERY_CODES = 10
# 32 signs without 0, 1, I and O, which are mistaken for one another; 10 of them are 50 bits.
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_RECOVERY_LENGTH = 10


def has_second_factor(user: User) -> bool:
    """Whether the person has one in use, so that signing in asks for a code."""
    return bool(SecondFactor.objects.filter(user=user).confirmed().exists())


def needs_second_factor(user: User, *, on: dt.date) -> bool:
    """Whether a role of the person, or whose duties they have, demands a second factor here."""
    roles = settings.SECOND_FACTOR_ROLES
    return bool(roles) and (
        not roles_of(user, on=on).isdisjoint(roles)
        or any(holders.filter(pk=user.pk).exists() for holders in holders_of(roles, on=on))
    )


@transaction.atomic
def begin_enrolment(user: User, *, at: dt.datetime, by: User) -> SecondFactor:
    """Make a new secret for a person's app; it counts only once a code of it was shown."""
    _own(user, by)
    User.objects.select_for_update().get(pk=user.pk)
    _refuse_second(user)
    audit.record(
        "second_factor.begin",
        user,
        by=by,
        summary=_("%(name)s 开始绑定动态口令") % {"name": user.name},
    )
    factor, _made = SecondFactor.objects.update_or_create(
        user=user,
        defaults={
            "secret": seal(pyotp.random_base32()),
            "last_step": 0,
            "begun_at": at,
            "confirmed_at": None,
        },
    )
    return factor


def pending_factor(user: User) -> SecondFactor | None:
    """Return the secret a person is about to put into their app."""
    return SecondFactor.objects.filter(user=user, confirmed_at=None).first()


def app_address(factor: SecondFactor) -> str:
    """Return the address the app reads from the QR code."""
    return _app(factor).provisioning_uri(name=factor.user.username, issuer_name=ISSUER)


def typed_secret(factor: SecondFactor) -> str:
    """Return the secret in groups of four, for who cannot scan."""
    secret = _app(factor).secret
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


@transaction.atomic
def confirm_enrolment(user: User, code: str, *, at: dt.datetime, by: User) -> list[str]:
    """Put a person's app to use by its first code; return the recovery codes, shown this once."""
    _own(user, by)
    User.objects.select_for_update().get(pk=user.pk)
    _refuse_second(user)
    factor = pending_factor(user)
    if factor is None:
        raise DomainError("not_begun", _("请先开始绑定，再输入动态口令。"))
    step = _step_of(factor, _plain(code), at=at)
    if step is None:
        sentence = _("动态口令不正确，请核对手机时间是否准确，输入最新显示的 6 位数字。")
        raise DomainError("wrong_code", sentence, fields={"code": sentence})
    entry = audit.record(
        "second_factor.enrol",
        user,
        by=by,
        summary=_("%(name)s 启用动态口令") % {"name": user.name},
    )
    factor.last_step, factor.confirmed_at = step, entry.at
    factor.save(update_fields=["last_step", "confirmed_at"])
    return _new_recovery_codes(user)


@transaction.atomic
def renew_recovery_codes(user: User, *, by: User) -> list[str]:
    """Replace a person's recovery codes; return the new ones, shown this once."""
    _own(user, by)
    User.objects.select_for_update().get(pk=user.pk)
    if not has_second_factor(user):
        raise DomainError("no_second_factor", _("尚未启用动态口令，没有备用码。"))
    audit.record(
        "second_factor.recovery_codes",
        user,
        by=by,
        summary=_("%(name)s 重新生成备用码") % {"name": user.name},
    )
    return _new_recovery_codes(user)


def check_code(user: User, code: str, *, address: str, at: dt.datetime) -> None:
    """Take a person's code of the app, or a recovery code; either counts once.

    A wrong one is a failed try of the account, like a wrong password: raises `wrong_code`, and
    `locked` after too many. `at` is the machine's time, also for the count.
    """
    key = attempts.key_of_account(user)
    now = clock.now()
    slot = attempts.take_slot(key, address=address, address_counts=True, at=now)
    if isinstance(slot, Locked):
        _record(user, "second_factor.refused", _("暂停登录期间的尝试，未核验动态口令"), address)
        raise _locked(slot)
    with transaction.atomic():
        how = spend_code(user, code, at=at)
        if how is not None:
            attempts.return_slot(slot, at=now)
            _record(user, "second_factor.used", how, address)
            return
        lock = attempts.keep_slot(slot, at=now)
        _record(user, "second_factor.failed", _("动态口令核验未通过"), address)
    if lock is not None:
        raise _locked(lock)
    sentence = _("动态口令不正确或已用过，请等待手机显示新的 6 位数字后再输入。")
    raise DomainError("wrong_code", sentence, fields={"code": sentence})


def spend_code(user: User, code: str, *, at: dt.datetime) -> str | None:
    """Use a code up; return how it was shown, None when it is wrong or was used before.

    The database decides who of many at once is first: one conditional update.
    """
    plain = _plain(code)
    factor = SecondFactor.objects.filter(user=user).confirmed().first()
    if factor is None:
        return None
    step = _step_of(factor, plain, at=at)
    if step is not None:
        taken = SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step)
        return _("动态口令核验通过") if taken.update(last_step=step) else None
    left = RecoveryCode.objects.filter(user=user, digest=_digest(plain), used_at=None)
    return _("备用码核验通过") if left.update(used_at=at) else None


@transaction.atomic
def remove_second_factor(user: User, *, by: User) -> None:
    """Let a person take their own second factor away, to enrol another phone."""
    _own(user, by)
    _remove(user)
    audit.record(
        "second_factor.remove",
        user,
        by=by,
        summary=_("%(name)s 解除动态口令") % {"name": user.name},
    )


@transaction.atomic
def reset_second_factor(user: User, *, reason: str, at: dt.datetime, by: User | None) -> None:
    """Take away a second factor its person has lost; all their sign-ins end.

    The security administrator does it for others; the server's administrator (`by` None) for them.
    """
    if by is not None and not may_reset(by, user, on=clock.date_of(at)):
        raise NotAllowedError("not_allowed", _("动态口令由安全管理员重置，且不能重置本人的。"))
    if not reason.strip():
        sentence = _("请写明重置原因，例如：手机遗失，已当面核对本人。")
        raise DomainError("no_reason", sentence, fields={"reason": sentence})
    _remove(user)
    audit.record(
        "second_factor.reset",
        user,
        by=by,
        summary=_("重置 %(name)s 的动态口令：%(reason)s")
        % {"name": user.name, "reason": reason.strip()[:200]},
    )
    end_all_sessions(user, end=SignInEnd.FACTOR, at=at, by=by)


def may_reset(by: User, user: User, *, on: dt.date) -> bool:
    """Whether a person may reset this one's second factor: within their scope, never their own."""
    return by.pk != user.pk and standing_of(by, on=on).over(user.unit, Role.SECADMIN)


def people_to_reset(by: User, *, on: dt.date) -> QuerySet[User]:
    """Return whose second factor a person may reset; nobody's for anybody else."""
    units = standing_of(by, on=on).scope(Role.SECADMIN).units()
    return User.objects.select_related("unit").filter(unit__in=units).exclude(pk=by.pk)


def recovery_codes_left(user: User) -> int:
    """Return how many recovery codes a person can still use."""
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def _remove(user: User) -> None:
    User.objects.select_for_update().get(pk=user.pk)
    deleted, _by_model = SecondFactor.objects.filter(user=user).delete()
    if not deleted:
        raise DomainError(
            "no_second_factor", _("%(name)s 没有启用动态口令。") % {"name": user.name}
        )
    RecoveryCode.objects.filter(user=user).delete()


def _own(user: User, by: User) -> None:
    if by.pk != user.pk:
        raise NotAllowedError("not_own", _("只能管理本人的动态口令。"))


def _refuse_second(user: User) -> None:
    if has_second_factor(user):
        raise DomainError("already_enrolled", _("已启用动态口令；更换手机时请先解除，再重新绑定。"))


def _app(factor: SecondFactor) -> pyotp.TOTP:
    secret = unseal(factor.secret)
    if secret is None:
        raise DomainError(
            "unreadable_second_factor",
            _("系统密钥已更换，原动态口令无法使用，请联系安全管理员重置。"),
        )
    return pyotp.TOTP(secret, digits=DIGITS)


def _step_of(factor: SecondFactor, code: str, *, at: dt.datetime) -> int | None:
    """Return the newest time step whose code this is; None where it is nobody's."""
    if len(code) != DIGITS or not (code.isascii() and code.isdecimal()):
        return None
    app = _app(factor)
    present = app.timecode(at)
    steps = range(present + DRIFT, present - DRIFT - 1, -1)
    return next((n for n in steps if compare_digest(app.generate_otp(n), code)), None)


def _new_recovery_codes(user: User) -> list[str]:
    codes = [
        "".join(secrets.choice(_ALPHABET) for _sign in range(_RECOVERY_LENGTH))
        for _code in range(RECOVERY_CODES)
    ]
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, digest=_digest(code)) for code in codes
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _digest(code: str) -> str:
    # Keyed with SECRET_KEY: 50 bits alone could be searched in a dump of the database.
    return salted_hmac("accounts.recovery", code, algorithm="sha256").hexdigest()


def _plain(code: str) -> str:
    return "".join(sign for sign in code if sign.isalnum()).upper()


def _record(user: User, action: str, summary: str, address: str) -> None:
    with transaction.atomic():
        audit.record(action, user, by=user, summary=summary, data={"address": address})


def _locked(lock: Locked) -> DomainError:
    until = (lock.until.astimezone(clock.BEIJING) + dt.timedelta(seconds=59)).strftime("%H:%M")
    return DomainError(
        "locked",
        _("连续输错次数过多，已暂停登录，请于 %(until)s 后再试。") % {"until": until},
    )
