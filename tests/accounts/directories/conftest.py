"""The real servers of these tests, and an office that uses them."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from accounts.choices import Role
from accounts.rules.directory import GroupRule
from tests import machine
from tests.cast import Cast
from tests.slapd import Slapd, slapd_path

DIRECTORY_PASSWORD = "Directory-Password-1"


@pytest.fixture(scope="session")
def slapd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    """A running LDAP server; left out where slapd is not installed."""
    program = slapd_path()
    if program is None:
        machine.leave_out("slapd is not installed: sign-in by LDAP")
    server = Slapd(program, tmp_path_factory.mktemp("slapd"))
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def office(slapd: Slapd, cast: Cast, settings: Any) -> Iterator[Slapd]:
    """An office whose people are in the directory, asked at every request."""
    slapd.fill(
        dict.fromkeys(("head", "liaison", "clerk", "sysadmin", "newcomer"), DIRECTORY_PASSWORD)
    )
    settings.LDAP = slapd.config()
    settings.DIRECTORY_CACHE = dt.timedelta(0)
    settings.DIRECTORY_ROLES = (
        GroupRule(group="air-liaisons", role=Role.LIAISON, unit="DQK"),
        GroupRule(group="inspectors", role=Role.SUPERVISOR, unit="TYHB"),
    )
    yield slapd
    # A test of a server that is down leaves it running for the next.
    slapd.stop()
    slapd.start()
