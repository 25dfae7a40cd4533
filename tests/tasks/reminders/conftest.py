"""Fixtures of the reminder tests."""

import pytest

from tests.cast import Cast, build_cast
from tests.tasks.reminders.mail_server import mail_server

__all__ = ["mail_server"]


@pytest.fixture
def committed_cast(transactional_db: None) -> Cast:
    """The cast as other connections see it."""
    return build_cast()
