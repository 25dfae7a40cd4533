"""The services of the machine: missing ones are named, or fail where they are required."""

from pathlib import Path

from tests import machine


def test_postgresql_answers() -> None:
    if not machine.postgres_answers():
        machine.leave_out(
            "PostgreSQL does not answer at TEST_DATABASE_URL: the database suites on PostgreSQL"
        )


def test_redis_answers(redis_url: str) -> None:
    assert redis_url.startswith(("redis://", "rediss://", "unix://"))


def test_chromium_is_installed(chromium: Path) -> None:
    assert chromium.exists()
