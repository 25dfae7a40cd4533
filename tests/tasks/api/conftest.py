"""Clients of the API."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from accounts.models import User

ClientOf = Callable[[User], APIClient]


@pytest.fixture
def client_of() -> ClientOf:
    """Return a client signed in by session as a person."""

    def make(user: User) -> APIClient:
        client = APIClient()
        client.force_login(user)
        return client

    return make
