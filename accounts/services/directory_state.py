"""Ask the office's directory, at a request, whether a person's account there is still open.

Asked once in `DIRECTORY_CACHE` and by one of many requests at once. A directory that does not
answer leaves people in for `DIRECTORY_GRACE` after it last confirmed them.
"""

import datetime as dt
import logging
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.choices import SignInEnd, SignInSource
from accounts.directories.answers import AccountState, DirectoryDownError, Identity
from accounts.models import DirectoryAccount, SignIn, User
from accounts.sealing import seal, unseal
from accounts.services import audit
from accounts.services.directory_people import (
    keeps_local_password,
    ldap_config,
    ldap_directory,
    name_in_directory,
    oidc_config,
    oidc_provider,
)
from accounts.services.sessions import end_all_sessions, end_sign_in

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a request does: `end` signs the person out; `down_until` is told once an outage."""

    end: SignInEnd | None = None
    down_until: dt.datetime | None = None


GOES_ON = Verdict()


@transaction.atomic
def remember_identity(
    user: User, identity: Identity, *, source: SignInSource, at: dt.datetime
) -> None:
    """Keep what a later question needs: who vouched, when, and the provider's tokens, sealed."""
    DirectoryAccount.objects.update_or_create(
        user=user,
        defaults={
            "source": source,
            "refresh_token": _sealed(identity.refresh_token),
            "access_token": _sealed(identity.access_token),
            "is_open": True,
            "checked_at": at,
            "confirmed_at": at,
            "down_since": None,
        },
    )


def judge_sign_in(sign_in: SignIn, *, at: dt.datetime) -> Verdict:
    """Say whether a sign-in goes on; one by this system's password asks nobody."""
    if sign_in.source == SignInSource.LOCAL:
        return GOES_ON
    account = (
        DirectoryAccount.objects.filter(user_id=sign_in.user_id).select_related("user").first()
    )
    if account is None or account.source != sign_in.source or not _configured(account):
        end_sign_in(sign_in, end=SignInEnd.DIRECTORY, at=at, by=None)
        return Verdict(end=SignInEnd.DIRECTORY)
    return _judge(account, at=at)


def refuses_token_of(user: User, *, at: dt.datetime) -> bool:
    """Whether the directory or the provider closed the account a program acts for.

    LDAP is asked by name. A provider is asked where it gave tokens that outlive its own session
    (`offline_access`); else those end every evening without saying anything about the person, and
    its last answer stands until they sign in again.
    """
    account = DirectoryAccount.objects.filter(user=user).select_related("user").first()
    if account is None or not _configured(account) or keeps_local_password(user):
        return False
    if account.source == SignInSource.LDAP or _outlives_its_session(account):
        return _judge(account, at=at).end is not None
    return not account.is_open


def _outlives_its_session(account: DirectoryAccount) -> bool:
    config = oidc_config()
    return (
        config is not None
        and bool(account.refresh_token)
        and "offline_access" in config.scope.split()
    )


def _judge(account: DirectoryAccount, *, at: dt.datetime) -> Verdict:
    if at < account.checked_at + settings.DIRECTORY_CACHE:
        return _as_known(account, at=at)
    # Of many requests at once the one that moves the time asks; the others go on meanwhile.
    mine = DirectoryAccount.objects.filter(pk=account.pk, checked_at=account.checked_at)
    if not mine.update(checked_at=at):
        return _as_known(account, at=at)
    account.checked_at = at
    try:
        state = _ask(account)
    except DirectoryDownError as error:
        logger.warning("the directory does not answer: %s", error)
        return _note_down(account, at=at)
    if state is AccountState.CLOSED:
        return _note_closed(account, at=at)
    account.confirmed_at, account.down_since, account.is_open = at, None, True
    account.save(
        update_fields=["refresh_token", "access_token", "confirmed_at", "down_since", "is_open"]
    )
    return GOES_ON


def _ask(account: DirectoryAccount) -> AccountState:
    if account.source == SignInSource.LDAP:
        directory, config = ldap_directory(), ldap_config()
        if directory is None or config is None:
            return AccountState.CLOSED
        return directory.state_of(name_in_directory(account.user, config.person_field))
    provider = oidc_provider()
    if provider is None:
        return AccountState.CLOSED
    state, refresh_token, access_token = provider.state_of(
        refresh_token=unseal(account.refresh_token) or "",
        access_token=unseal(account.access_token) or "",
    )
    account.refresh_token, account.access_token = _sealed(refresh_token), _sealed(access_token)
    return state


@transaction.atomic
def _note_closed(account: DirectoryAccount, *, at: dt.datetime) -> Verdict:
    """End every sign-in of the person: their account there is closed, or its tokens are."""
    if account.is_open:
        audit.record(
            "directory.closed",
            account.user,
            by=None,
            summary=_("统一身份认证已停用或注销 %(name)s 的登录") % {"name": account.user.name},
            data={"source": account.source},
        )
        account.is_open = False
        account.save(update_fields=["is_open"])
    end_all_sessions(account.user, end=SignInEnd.DIRECTORY, at=at, by=None)
    return Verdict(end=SignInEnd.DIRECTORY)


@transaction.atomic
def _note_down(account: DirectoryAccount, *, at: dt.datetime) -> Verdict:
    first = account.down_since is None
    if first:
        account.down_since = at
        account.save(update_fields=["down_since"])
        audit.record(
            "directory.down",
            account.user,
            by=None,
            summary=_("统一身份认证服务无法连接，%(name)s 的登录暂时保留")
            % {"name": account.user.name},
            data={"source": account.source},
        )
    verdict = _as_known(account, at=at)
    if verdict.end is None and first:
        return Verdict(down_until=account.confirmed_at + settings.DIRECTORY_GRACE)
    return verdict


def _as_known(account: DirectoryAccount, *, at: dt.datetime) -> Verdict:
    """Judge by the last answer, and by how long none has come."""
    if not account.is_open:
        return Verdict(end=SignInEnd.DIRECTORY)
    if account.down_since is None or at < account.confirmed_at + settings.DIRECTORY_GRACE:
        return GOES_ON
    end_all_sessions(account.user, end=SignInEnd.UNCONFIRMED, at=at, by=None)
    return Verdict(end=SignInEnd.UNCONFIRMED)


def _configured(account: DirectoryAccount) -> bool:
    if account.source == SignInSource.LDAP:
        return ldap_config() is not None
    return oidc_provider() is not None


def _sealed(token: str) -> str:
    return seal(token) if token else ""
