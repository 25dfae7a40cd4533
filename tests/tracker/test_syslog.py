"""Audit and security events reach a log server, and a server that is down costs nobody anything."""

import datetime as dt
import json
import logging
import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from accounts import clock
from accounts.services import audit
from tests.cast import Cast
from tracker import health
from tracker.log_settings import logging_config
from tracker.logs import JsonLine
from tracker.syslog import Forwarder
from tracker.watching import log_server

SECONDS = 5.0


@contextmanager
def forwarding(name: str, url: str) -> Iterator[logging.Logger]:
    """Let a logger forward to the address, as LOGGING does."""
    server = log_server(url)
    assert server is not None
    handler = Forwarder(host=server.host, port=server.port, path=server.path, stream=server.stream)
    handler.setFormatter(JsonLine())
    logger = logging.getLogger(name)
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield logger
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
        handler.close()


def listener(kind: int) -> socket.socket:
    made = socket.socket(socket.AF_INET, kind)
    made.bind(("127.0.0.1", 0))
    made.settimeout(SECONDS)
    return made


def told(frame: bytes) -> dict[str, Any]:
    """Return what a frame says behind its priority and name."""
    head, _mark, rest = frame.decode().partition("four-lists: ")
    assert head == "<86>"  # authpriv, informational
    found: dict[str, Any] = json.loads(rest)
    return found


@pytest.mark.django_db(transaction=True)
def test_an_audit_entry_is_told_by_its_numbers_once_it_stands(cast: Cast) -> None:
    with (
        closing(listener(socket.SOCK_DGRAM)) as server,
        forwarding("accounts.audit", f"syslog://127.0.0.1:{server.getsockname()[1]}"),
    ):
        with transaction.atomic():
            entry = audit.record("test.act", cast.head, by=cast.leader, summary="科长做了一事")
            server.settimeout(0.2)
            with pytest.raises(TimeoutError):
                server.recv(4096)
        server.settimeout(SECONDS)
        message = told(server.recv(4096))["message"]
    assert message.startswith(f"audit {entry.seq} at ")
    assert f"test.act of user {cast.head.pk} by {cast.leader.pk}" in message
    assert message.endswith(f"sha256:{entry.digest}")
    assert "科长" not in message


@pytest.mark.django_db(transaction=True)
def test_an_entry_taken_back_is_never_told(cast: Cast) -> None:
    with (
        closing(listener(socket.SOCK_DGRAM)) as server,
        forwarding("accounts.audit", f"syslog://127.0.0.1:{server.getsockname()[1]}"),
    ):
        server.settimeout(0.2)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            audit.record("test.act", cast.head, by=None, summary="x")
            raise ZeroDivisionError
        with pytest.raises(TimeoutError):
            server.recv(4096)


def test_a_stream_carries_a_line_an_event() -> None:
    with closing(listener(socket.SOCK_STREAM)) as server:
        server.listen()
        url = f"syslog+tcp://127.0.0.1:{server.getsockname()[1]}"
        with forwarding("tests.syslog", url) as logger:
            accepted, _address = server.accept()
            with closing(accepted):
                accepted.settimeout(SECONDS)
                logger.info("one")
                logger.info("two")
                got = b""
                while got.count(b"\n") < 2:
                    got += accepted.recv(4096)
    assert [told(line)["message"] for line in got.splitlines()] == ["one", "two"]


def test_a_local_socket_is_written_to(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as server:
        server.bind(str(path))
        server.settimeout(SECONDS)
        with forwarding("tests.syslog", f"syslog://{path}") as logger:
            logger.info("one")
            assert told(server.recv(4096))["message"] == "one"


def test_a_server_that_is_down_is_left_alone_and_no_line_of_it_is_printed(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with closing(listener(socket.SOCK_STREAM)) as taken:
        url = f"syslog+tcp://127.0.0.1:{taken.getsockname()[1]}"  # bound, but nobody listens
        started = time.monotonic()
        with forwarding("tests.syslog", url) as logger:
            for _ in range(50):
                logger.info("lost")
    assert time.monotonic() - started < SECONDS
    assert "Logging error" not in capfd.readouterr().err


def test_without_a_server_audit_events_cost_nothing() -> None:
    config = logging_config(level="INFO", log_format="json", each_request=True, server=None)
    assert config["handlers"]["forward"] == {"class": "logging.NullHandler"}
    assert config["loggers"]["accounts.audit"]["level"] == "CRITICAL"


@pytest.mark.parametrize(
    ("seconds", "differ"), [(0, False), (5, False), (-5, False), (5.001, True), (-5.001, True)]
)
def test_clocks_may_be_five_seconds_apart(seconds: float, differ: bool) -> None:
    now = clock.machine_now()
    assert health.clocks_differ(now + dt.timedelta(seconds=seconds), now) is differ


def test_this_database_s_clock_is_near_ours(db: None) -> None:
    assert not health.clocks_differ(health.database_clock(), clock.machine_now())


def test_clocks_that_differ_are_a_warning_and_no_failure(
    client: Any, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead = clock.machine_now() + dt.timedelta(minutes=1)
    monkeypatch.setattr(health, "database_clock", lambda: ahead)
    monkeypatch.setattr(health, "PROBES", {"database": lambda: True})
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "checks": {"database": True}, "warnings": ["clock"]}
