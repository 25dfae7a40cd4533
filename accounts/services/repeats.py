"""Recognise a page's form that is sent twice: a double click, a reload, a retry of the network."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping

from django.db import transaction

from accounts import clock
from accounts.models import SentRequest, User

# Keeps the keys of pages apart from those that programs send as `Idempotency-Key`.
_PAGE = "page:"


def new_token() -> str:
    """Return the token a page carries from its opening on, the same through every correction."""
    return secrets.token_urlsafe(12)


def first_time(token: str, content: Mapping[str, Iterable[object]], *, by: User) -> bool:
    """Claim a form for the transaction it is carried out in; False when it was carried out.

    `content` maps names to the values sent: the same page with other content is another form. Of
    two at the same moment the second waits for the first; one that is rolled back leaves no trace
    and may be sent again. Without a token every form is the first.
    """
    if not token:
        return True
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("first_time needs a transaction")
    digest = _digest(content)
    _row, created = SentRequest.objects.get_or_create(
        user=by,
        key=_key(token, digest),
        defaults={"fingerprint": digest, "sent_at": clock.now()},
    )
    return created


def _key(token: str, digest: str) -> str:
    return f"{_PAGE}{token[:32]}:{digest}"


def _digest(content: Mapping[str, Iterable[object]]) -> str:
    plain = {name: [str(value) for value in values] for name, values in content.items()}
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
