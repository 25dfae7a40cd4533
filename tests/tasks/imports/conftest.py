"""The shipped units beside the cast's people, on the day of the ledgers."""

import pytest

from accounts.services.organisation import load_organisation
from tests.cast import Cast
from tests.making import SetClock
from tests.tasks.imports.making import DAY


@pytest.fixture(autouse=True)
def bureau(cast: Cast, set_clock: SetClock) -> None:
    """Put the clock on the day of the ledgers and load the bureau's units."""
    load_organisation()
    set_clock(DAY)
