"""The person behind a request."""

from typing import Any

from django.core.exceptions import PermissionDenied

from accounts.models import User


def person_of(request: Any) -> User:
    """Return the signed-in person of a page's or the API's request; refuse where there is none."""
    user = request.user
    if not isinstance(user, User):
        raise PermissionDenied
    return user


def address_of(request: Any) -> str:
    """Return where a request came from, as seen by the proxies this installation trusts."""
    return str(request.META.get("REMOTE_ADDR", ""))
