"""Pages as a person of the cast opens them."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from tests.making import SetClock, set_clock
from tests.reports.making import LAGGING

__all__ = ["set_clock"]

PageOf = Callable[[User], Client]


@pytest.fixture
def as_person(set_clock: SetClock) -> PageOf:
    """Return a browser signed in as a person, on the day the task of the tests lags seriously."""
    set_clock(LAGGING)

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in
