"""The two stacks the story is played on: SQLite with files, PostgreSQL with Redis."""

import contextlib
import logging
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
import redis
from playwright.sync_api import expect
from psycopg import sql

from tests import machine
from tests.story.stack import Stack
from tests.tasks.reminders.mail_server import MailServer


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """Let a page take its time: six processes and a browser share the machine."""
    expect.set_options(timeout=30_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def mailbox() -> Iterator[MailServer]:
    """A mail server that the running system sends to."""
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    server = MailServer()
    server.controller.start()
    yield server
    server.controller.stop()


@pytest.fixture(params=["sqlite-files", "postgres-redis"])
def stack(request: pytest.FixtureRequest, tmp_path: Path, mailbox: MailServer) -> Iterator[Stack]:
    """The system on one of the two stacks, empty."""
    (tmp_path / "data").mkdir()
    variables = {"EMAIL_URL": f"smtp://127.0.0.1:{mailbox.controller.port}"}
    if request.param == "sqlite-files":
        yield Stack(tmp_path, variables)
        return
    if not machine.postgres_answers():
        machine.leave_out(f"PostgreSQL does not answer at {machine.TEST_DATABASE_URL}: the story")
    broker = str(request.getfixturevalue("redis_url"))
    with _database() as address, _emptied(broker):
        yield Stack(tmp_path, variables | {"DATABASE_URL": address, "CELERY_BROKER_URL": broker})


@contextlib.contextmanager
def _database() -> Iterator[str]:
    """Make a database of this test's own and drop it afterwards."""
    parts = urlsplit(machine.TEST_DATABASE_URL)
    label = f"story_{uuid.uuid4().hex}"
    name = sql.Identifier(label)
    server = urlunsplit(parts._replace(path="/postgres"))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            yield urlunsplit(parts._replace(path=f"/{label}"))
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@contextlib.contextmanager
def _emptied(broker: str) -> Iterator[None]:
    """Leave nothing of the test in its Redis database."""
    with redis.Redis.from_url(broker) as client:
        client.flushdb()
        try:
            yield
        finally:
            client.flushdb()
