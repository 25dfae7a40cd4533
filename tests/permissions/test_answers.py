"""What every answer tells the browser, whoever asks for whatever: the whole table, once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from tests.cast import Cast
from tests.making import SetClock, set_clock
from tests.permissions.table import PASS, Row, Table
from tests.permissions.world import ON, World, build_world

__all__ = ["set_clock"]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# What a file somebody uploaded is sent with on top, should a browser ever show it.
SANDBOX = f"{POLICY}; sandbox"
TABLE = Table()
# Whoever sees most first, so that few people are enough for all addresses.
PEOPLE = ("supervisor", "leader", "hr", "discipline", "sysadmin", "secadmin", "auditor", "head")


def faults(answer: Any) -> list[str]:
    """Return what an answer lacks of what every answer carries."""
    wanted = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Frame-Options": "DENY",
        "Permissions-Policy": settings.PERMISSIONS_POLICY,
    }
    found = [
        f"{name}: {answer.headers.get(name)}"
        for name, value in wanted.items()
        if answer.headers.get(name) != value
    ]
    if answer.headers.get("Content-Security-Policy") not in (POLICY, SANDBOX):
        found.append(str(answer.headers.get("Content-Security-Policy")))
    if len(answer.headers.get("X-Request-ID", "")) < 8:
        found.append("no request id")
    return found


def may_be_kept(answer: Any) -> bool:
    """Whether a browser or a proxy may keep the answer."""
    return "no-store" not in answer.headers.get("Cache-Control", "")


def pages() -> Iterator[Row]:
    """Yield one GET of every address, by the first person who may."""
    rows = {person: list(TABLE.rows(person)) for person in PEOPLE}
    for name in TABLE.addresses:
        found = (
            row
            for person in PEOPLE
            for row in rows[person]
            if (row.name, row.method, row.side, row.answer) == (name, "GET", "own", PASS)
        )
        if (row := next(found, None)) is not None:
            yield row


@pytest.fixture
def world(cast: Cast, set_clock: SetClock) -> World:
    set_clock(ON)
    return build_world(cast)


@pytest.mark.one_database
def test_every_answer_of_every_address_is_protected_and_kept_by_nobody(world: World) -> None:
    clients = {person: Client() for person in PEOPLE}
    for person, client in clients.items():
        client.force_login(world.people[person])
    seen, lacking = 0, []
    for row in pages():
        cache.clear()
        address = row.at.format(**world.things["own"])
        # The page itself, what it answers to a method it does not have, and to a missing thing.
        for method in ("get", "delete"):
            answer = getattr(clients[row.person], method)(address)
            seen += answer.status_code == 200
            if answer.streaming:
                assert b"".join(answer.streaming_content)
            lacking += [f"{method} {row.name}: {fault}" for fault in faults(answer)]
            if may_be_kept(answer):
                lacking.append(f"{method} {row.name} may be kept")
    assert lacking == []
    assert seen >= 40


@pytest.mark.parametrize(
    "address", ["/nosuch/", "/api/v1/nosuch/", "/api/v1/tasks/", "/", "/login/", "/healthz"]
)
def test_refusals_and_redirects_are_protected_too(db: None, address: str) -> None:
    answer = Client().get(address)
    assert faults(answer) == []
    assert not may_be_kept(answer)


def test_a_host_that_is_not_ours_is_refused_with_the_same_protection(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["four-lists.example"]
    for address in ("/", "/api/v1/tasks/"):
        answer = Client().get(address, headers={"host": "elsewhere.example"})
        assert (answer.status_code, faults(answer)) == (400, [])


def test_a_redirect_to_tls_is_protected_too(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = Client().get("/login/")
    assert (answer.status_code, faults(answer)) == (301, [])


def test_a_static_file_is_protected_and_may_be_kept(db: None) -> None:
    name = "test-answers.js"
    path = Path(settings.STATIC_ROOT) / name
    path.write_text("'use strict';")
    try:
        answer = Client().get(f"/static/{name}")
        assert answer.status_code == 200
        assert faults(answer) == []
        assert may_be_kept(answer)
        assert "Access-Control-Allow-Origin" not in answer.headers
        answer.close()
    finally:
        path.unlink()
