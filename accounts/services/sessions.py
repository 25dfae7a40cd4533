"""Open a sign-in, keep it alive, and end it: one, or all of a person at once."""

import datetime as dt
from ipaddress import ip_address

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts import clock
from accounts.choices import BUSINESS_ROLES, SignInEnd, SignInSource
from accounts.duties import holders_of
from accounts.errors import DomainError
from accounts.models import Delegation, RoleGrant, SecondFactor, SignIn, User
from accounts.rules import sessions as rules
from accounts.rules.agents import short_agent
from accounts.rules.sessions import Lapse, SessionLimits
from accounts.services import audit

_ENDS = {Lapse.IDLE: SignInEnd.IDLE, Lapse.WHOLE: SignInEnd.WHOLE}


def session_limits() -> SessionLimits:
    """Return the limits of this installation."""
    return SessionLimits(
        idle=settings.SESSION_IDLE,
        whole=settings.SESSION_WHOLE,
        fresh=settings.FRESH_SIGN_IN,
        at_once=settings.SESSIONS_AT_ONCE,
    )


@transaction.atomic
def open_sign_in(
    user: User,
    *,
    address: str,
    agent: str,
    at: dt.datetime,
    source: SignInSource = SignInSource.LOCAL,
) -> SignIn:
    """Record that a person is signed in; their oldest sign-ins beyond the limit end."""
    # One after the other, so that two sign-ins at the same moment do not both find room.
    User.objects.select_for_update().get(pk=user.pk)
    limits = session_limits()
    audit.record(
        "sign_in.open",
        user,
        by=user,
        summary=_("%(name)s 登录") % {"name": user.name},
        data={"address": address, "source": source.value},
    )
    held = SignIn.objects.filter(user=user).live(limits, at=at).order_by("-since", "-id")
    crowded = list(held.values_list("pk", flat=True)[limits.at_once - 1 :])
    _close(SignIn.objects.filter(pk__in=crowded), SignInEnd.CROWDED, at=at)
    return SignIn.objects.create(
        user=user,
        since=at,
        last_seen_at=at,
        proved_at=at,
        address=_address(address),
        agent=short_agent(agent),
        source=source,
    )


def find_sign_in(number: object, user_id: str, *, at: dt.datetime) -> SignIn | None:
    """Return the sign-in a session carries, with `must_enrol`, in one query; None if it has ended.

    `must_enrol` says that a role of the person, or of somebody they stand in for, or whose duties
    they have, needs a second factor they do not have.
    """
    if not isinstance(number, int):
        return None
    roles = settings.SECOND_FACTOR_ROLES
    found = SignIn.objects.filter(pk=number, user_id=user_id, ended_at=None)
    if roles:
        day = clock.date_of(at)
        lenders = Delegation.objects.on(day).filter(substitute_id=OuterRef("user_id"))
        held = Q(user_id=OuterRef("user_id")) | Q(
            user__in=lenders.values("person"), role__in=BUSINESS_ROLES
        )
        grants = RoleGrant.objects.on(day).filter(held, role__in=roles)
        factors = SecondFactor.objects.filter(user_id=OuterRef("user_id")).confirmed()
        guarded: Q | Exists = Exists(grants)
        for holders in holders_of(roles, on=day):
            guarded |= Q(user_id__in=holders)
        found = found.annotate(must_enrol=guarded & ~Exists(factors))
    return found.first()


def note_request(sign_in: SignIn, *, at: dt.datetime) -> SignInEnd | None:
    """Keep a sign-in alive at a request, written once a minute at most.

    Ends it, and returns why, where a limit has passed.
    """
    lapse = rules.lapse_of(
        since=sign_in.since, last_seen=sign_in.last_seen_at, limits=session_limits(), at=at
    )
    if lapse is not None:
        end_sign_in(sign_in, end=_ENDS[lapse], at=at, by=None)
        return _ENDS[lapse]
    if at >= sign_in.last_seen_at + rules.SEEN_EVERY:
        SignIn.objects.filter(pk=sign_in.pk).update(last_seen_at=at)
    return None


def is_fresh(sign_in: SignIn, *, at: dt.datetime) -> bool:
    """Whether the person proved who they are recently enough for a dangerous act."""
    return rules.is_fresh(sign_in.proved_at, session_limits(), at=at)


def refresh_sign_in(sign_in: SignIn, *, at: dt.datetime) -> None:
    """Note that the person has just proved again who they are."""
    SignIn.objects.filter(pk=sign_in.pk, ended_at=None).update(proved_at=at, last_seen_at=at)


@transaction.atomic
def end_sign_in(sign_in: SignIn, *, end: SignInEnd, at: dt.datetime, by: User | None) -> None:
    """End one sign-in; nothing where it had ended already.

    Only the person themselves ends one by hand; without a person it is a limit that ended it.
    """
    if by is not None and by.pk != sign_in.user_id:
        raise DomainError("not_own_sign_in", _("只能结束本人的登录。"))
    ended = _close(SignIn.objects.filter(pk=sign_in.pk), end, at=at)
    if ended:
        audit.record(
            "sign_in.end",
            sign_in.user,
            by=by,
            summary=_("%(name)s 的一次登录结束：%(why)s")
            % {"name": sign_in.user.name, "why": end.label},
            data={"sign_in": sign_in.pk, "end": end.value},
        )


@transaction.atomic
def end_all_sessions(
    user: User,
    *,
    end: SignInEnd,
    at: dt.datetime,
    by: User | None,
    except_key: int | None = None,
) -> int:
    """End every sign-in of a person at once, but `except_key`'s; return how many."""
    doomed = SignIn.objects.filter(user=user)
    if except_key is not None:
        doomed = doomed.exclude(pk=except_key)
    ended = _close(doomed, end, at=at)
    if ended:
        audit.record(
            "sign_in.end_all",
            user,
            by=by,
            summary=_("%(name)s 的 %(count)s 次登录结束：%(why)s")
            % {"name": user.name, "count": ended, "why": end.label},
            data={"count": ended, "end": end.value},
        )
    return ended


def live_sign_ins(user: User, *, at: dt.datetime) -> list[SignIn]:
    """Return a person's sign-ins that hold, the newest first."""
    return list(SignIn.objects.filter(user=user).live(session_limits(), at=at))


def sign_in_before(sign_in: SignIn) -> SignIn | None:
    """Return the person's sign-in before this one; None where this is the first."""
    earlier = SignIn.objects.filter(user_id=sign_in.user_id, pk__lt=sign_in.pk)
    return earlier.order_by("-pk").first()


def _close(sign_ins: models.QuerySet[SignIn], end: SignInEnd, *, at: dt.datetime) -> int:
    return sign_ins.filter(ended_at=None).update(ended_at=at, end=end)


def _address(text: str) -> str | None:
    try:
        return str(ip_address(text))
    except ValueError:
        return None
