"""Clients of the API."""

from tests.tasks.api.conftest import ClientOf, client_of

__all__ = ["ClientOf", "client_of"]
