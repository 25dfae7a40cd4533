"""Issue, revoke and recognise the tokens of programs."""

import datetime as dt
import hashlib
import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import ApiToken, User
from accounts.services import audit
from accounts.services.saving import save_checked

PREFIX = "sqd_"
LONGEST = dt.timedelta(days=366)


@transaction.atomic
def issue_token(
    user: User, *, label: str, valid_for: dt.timedelta, writes: bool = False, by: User | None
) -> tuple[ApiToken, str]:
    """Create a token for a person; return it with its secret, which is never shown again."""
    if not dt.timedelta(0) < valid_for <= LONGEST:
        raise DomainError(
            "token_lifetime",
            _("令牌有效期须为 1 到 %(limit)s 天。") % {"limit": LONGEST.days},
            fields={"valid_for": _("超出范围")},
        )
    secret = PREFIX + secrets.token_urlsafe(32)
    entry = audit.record(
        "token.issue",
        user,
        by=by,
        summary=_("为%(name)s签发接口令牌（%(label)s）") % {"name": user.name, "label": label},
        data={"label": label, "writes": writes, "days": valid_for.days},
    )
    token = ApiToken(
        user=user,
        label=label,
        digest=_digest(secret),
        hint=secret[: len(PREFIX) + 4],
        writes=writes,
        created_at=entry.at,
        expires_at=entry.at + valid_for,
    )
    save_checked(token)
    return token, secret


@transaction.atomic
def revoke_token(token: ApiToken, *, by: User) -> ApiToken:
    """End a token at once."""
    token = ApiToken.objects.select_for_update().get(pk=token.pk)
    entry = audit.record(
        "token.revoke",
        token.user,
        by=by,
        summary=_("吊销接口令牌 %(hint)s…（%(label)s）")
        % {"hint": token.hint, "label": token.label},
        data={"token": token.pk},
    )
    token.revoked_at = token.revoked_at or entry.at
    save_checked(token, only=["revoked_at"])
    return token


def find_token(secret: str, *, at: dt.datetime) -> ApiToken | None:
    """Return the usable token with this secret and its person, or None."""
    tokens = ApiToken.objects.usable(at=at).select_related("user__unit")
    return tokens.filter(digest=_digest(secret)).first()


def _digest(secret: str) -> str:
    # 256 random bits need no slow hash.
    return hashlib.sha256(secret.encode()).hexdigest()
