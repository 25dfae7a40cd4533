"""Pages as one person sees them."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User

PageOf = Callable[[User], Client]


@pytest.fixture
def page_of() -> PageOf:
    """Return a browser signed in as a person."""

    def make(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return make
