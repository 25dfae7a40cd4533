"""What every test shares: the services of the machine and the database of this run."""

from pathlib import Path

import pytest
from django.db import connection
from django.test import Client, TransactionTestCase

from accounts import calendar
from accounts.append_only import TABLES, lifted
from tests import machine, signing
from tests.browser import browser
from tests.migrated import django_db_keepdb, django_db_setup
from tracker.settings_test import POSTGRES

# One browser a run: Playwright refuses a second beside it, so nothing else imports the fixture.
__all__ = ["browser", "django_db_keepdb", "django_db_setup"]

# Pages take no session but one a sign-in opened, so test clients open one too.
Client.force_login = signing.sign_in  # type: ignore[assignment,method-assign]

_flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]


def _flush_append_only(case: TransactionTestCase) -> None:
    """Empty the tables after a test as their owner can: the application itself has no such way."""
    with lifted(connection, *TABLES):
        _flush(case)


TransactionTestCase._fixture_teardown = _flush_append_only  # type: ignore[attr-defined]

DATABASE_FIXTURES = frozenset({"db", "transactional_db"})


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL run again what uses the database, and nothing else."""
    if not POSTGRES:
        return
    kept = [item for item in items if _uses_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Say in a report's name which database it was, since both runs share the closing line."""
    worker = getattr(report, "node", None)
    if worker is not None and worker.gateway.spec.env.get("TEST_DATABASE") == "postgres":
        report.nodeid += " (on PostgreSQL)"


def _uses_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("one_database"):
        return False
    cls = getattr(item, "cls", None)
    return (
        item.get_closest_marker("django_db") is not None
        or not DATABASE_FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))
        or (cls is not None and issubclass(cls, TransactionTestCase))
    )


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
