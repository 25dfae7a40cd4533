"""The scratch database of scenarios, which is no database of the test run."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker


@pytest.fixture
def scratch(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let a test judge scenarios; not together with a test's own database."""
    with django_db_blocker.unblock():
        yield
