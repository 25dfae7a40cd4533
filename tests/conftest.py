"""What every test shares: the services of the machine and the database of this run."""

import datetime as dt
import gc
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client, TransactionTestCase

from accounts import calendar
from accounts.append_only import TABLES, lifted
from accounts.models import AuditHead
from accounts.services import audit
from tests import division, machine, signing
from tests.browser import browser
from tests.migrated import django_db_keepdb, django_db_setup
from tracker.settings_test import POSTGRES

# One browser a run: Playwright refuses a second beside it, so nothing else imports the fixture.
__all__ = ["browser", "django_db_keepdb", "django_db_setup"]

# Pages take no session but one a sign-in opened, so test clients open one too.
Client.force_login = signing.sign_in  # type: ignore[assignment,method-assign]

GENESIS_AT = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]


def _flush_append_only(case: TransactionTestCase) -> None:
    """Empty the tables after a test as their owner can: the application itself has no such way.

    The audit chain's head is laid again, so that a test finds what migrating leaves.
    """
    with lifted(connection, *TABLES):
        _flush(case)
    AuditHead.objects.create(pk=1, seq=0, digest=audit.GENESIS, at=GENESIS_AT)


TransactionTestCase._fixture_teardown = _flush_append_only  # type: ignore[attr-defined]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """By hand on PostgreSQL run what uses the database, and nothing else."""
    if not POSTGRES or config.pluginmanager.has_plugin(division.__name__):
        return
    kept = [item for item in items if division.uses_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def pytest_collection_finish() -> None:
    """Spare the collector of garbage what stays to the end: thousands of tests and all modules."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what the machine could not run, in the last lines before pytest's closing one."""
    passed = [dict(report.user_properties) for report in terminalreporter.stats.get("passed", [])]
    if rows := sum(properties.get("permission rows", 0) for properties in passed):
        terminalreporter.line(f"permission table: {rows} rows of address × method × person × unit")
    if lives := sum(properties.get("task lives", 0) for properties in passed):
        terminalreporter.line(f"random lives of a task agreed with the plain model: {lives}")
    missing = set()
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
        if machine.LEFT_OUT in reason:
            missing.add(reason.split(machine.LEFT_OUT, 1)[1])
    if missing:
        terminalreporter.section("left out on this machine")
        for what in sorted(missing):
            terminalreporter.line(what)


@pytest.fixture(autouse=True)
def _calendar_of_this_test() -> None:
    """Let no test read the working days that another one entered."""
    calendar.forget()


@pytest.fixture
def redis_url() -> str:
    """A Redis database of this run's own; left out where no server answers."""
    if not machine.redis_answers():
        machine.leave_out(f"Redis does not answer at {machine.TEST_REDIS_URL}: the broker suites")
    return machine.redis_url()


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser's program; the browser suites are left out where there is none."""
    path = machine.chromium_path()
    if path is None:
        machine.leave_out("Chromium is not installed: the browser suites")
    return path
