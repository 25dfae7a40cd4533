"""The real process in production mode: what it says, and that it does not start."""

import subprocess
import uuid
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from tests import machine
from tests.tracker.processes import environment, free_port, manage
from tests.tracker.test_env import PRODUCTION
from tracker.demo.people import demo_accounts
from tracker.env import BASE_DIR


def start(command: list[str], **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=BASE_DIR,
        env=environment(**variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"SECRET_KEY": "short"}, ["SECRET_KEY"]),
        ({"ALLOWED_HOSTS": "*", "LOG_LEVEL": "DEBUG"}, ["ALLOWED_HOSTS", "LOG_LEVEL"]),
        ({"DATABASE_URL": "sqlite:////srv/x.sqlite3"}, ["DATABASE_URL"]),
    ],
)
@pytest.mark.parametrize("process", ["web", "worker"])
def test_an_unsafe_value_stops_the_start_with_its_sentence_and_no_traceback(
    changes: dict[str, str], names: list[str], process: str, tmp_path: object
) -> None:
    done = start(manage("serve", process), **{**PRODUCTION, "DATA_DIR": str(tmp_path), **changes})
    assert done.returncode == 1
    assert [line.split("：")[0] for line in done.stderr.splitlines()] == names
    assert "short" not in done.stderr
    assert done.stdout == ""


@pytest.fixture
def database() -> Iterator[str]:
    """An empty PostgreSQL database of this test's own."""
    if not machine.postgres_answers():
        machine.leave_out("PostgreSQL does not answer: the start on a database with demo accounts")
    parts = urlsplit(machine.TEST_DATABASE_URL)
    name = f"wt_start_{uuid.uuid4().hex[:10]}"
    server = urlunsplit(parts._replace(path="/postgres"))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
        try:
            yield urlunsplit(parts._replace(path=f"/{name}"))
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@pytest.mark.timeout(900)
def test_a_database_with_the_demo_s_accounts_stops_production(
    database: str, tmp_path: object
) -> None:
    demo = {"DATA_DIR": str(tmp_path), "DATABASE_URL": database}
    for command in (["migrate", "--verbosity", "0"], ["seed_demo", "--tasks", "0"]):
        done = start(manage(*command), **demo)
        assert done.returncode == 0, done.stderr
    port = str(free_port())
    production = {**PRODUCTION, **demo, "PORT": port}
    refused = start(manage("serve", "web"), **production)
    assert refused.returncode == 1
    for account in demo_accounts():
        assert f"演示账号 {account.login} 仍可用公开的演示口令登录" in refused.stderr
    assert "Traceback" not in refused.stderr
    # Once no account takes the published password, nothing else is in the way.
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("UPDATE accounts_user SET is_active = false")
    allowed = start(
        manage("check", "--deploy", "--fail-level", "WARNING", "--database", "default"),
        **production,
    )
    assert allowed.returncode == 0, allowed.stderr
