"""Sign a test client in as the sign-in page does: a session with a sign-in behind it.

`Client.force_login` alone opens a session no page would take. A sign-in is fresh when it is made,
as it is in life; a test of a stale one moves the clock.
"""

import datetime as dt
from typing import Any

from django.test import Client

from accounts import clock
from accounts.models import SignIn, User
from accounts.services.sessions import open_sign_in
from accounts.signed_in import SIGN_IN

_login = Client.force_login


def sign_in(client: Client, user: User, backend: str | None = None) -> SignIn:
    """Sign the client in as the person, now; return the sign-in."""
    _login(client, user, backend)
    made = open_sign_in(user, address="127.0.0.1", agent="", at=clock.now())
    session: Any = client.session
    session[SIGN_IN] = made.pk
    session.save()
    return made


def age(made: SignIn, *, by: dt.timedelta) -> None:
    """Let a sign-in's last proof lie back in time."""
    SignIn.objects.filter(pk=made.pk).update(proved_at=made.proved_at - by)
