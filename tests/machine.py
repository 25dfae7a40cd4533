"""What this machine offers the suite: database and broker servers, a browser.

`REQUIRE_SERVICES=1` turns everything missing into a failure.
"""

import os
import shutil
from functools import cache
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
import redis

TEST_DATABASE_URL = os.environ.get(
    "TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/four_lists"
)
TEST_REDIS_URL = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
REQUIRED = os.environ.get("REQUIRE_SERVICES") == "1"
# Starts the reason of every such skip; the closing summary lists them.
LEFT_OUT = "left out: "


@cache
def postgres_answers() -> bool:
    """Whether the server of `TEST_DATABASE_URL` lets us in; the database need not exist."""
    server = urlunsplit(urlsplit(TEST_DATABASE_URL)._replace(path="/postgres"))
    try:
        psycopg.connect(server, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


@cache
def redis_answers() -> bool:
    """Whether `TEST_REDIS_URL` answers a ping."""
    client = redis.Redis.from_url(TEST_REDIS_URL, socket_connect_timeout=3, socket_timeout=3)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


@cache
def chromium_path() -> Path | None:
    """Return the browser to drive: `CHROMIUM`, or the first one found."""
    for name in (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"):
        if name and (found := shutil.which(name)):
            return Path(found)
    return None


def redis_url() -> str:
    """Return the Redis database of this run; the PostgreSQL run keeps to the one below."""
    parts = urlsplit(TEST_REDIS_URL)
    number = int(parts.path.strip("/") or 0)
    if os.environ.get("TEST_DATABASE") == "postgres" and number:
        number -= 1
    return urlunsplit(parts._replace(path=f"/{number}"))


def leave_out(what: str) -> NoReturn:
    """Skip the running test, or fail it where services are required; `what` names both."""
    if REQUIRED:
        pytest.fail(f"REQUIRE_SERVICES=1, but {what}", pytrace=False)
    pytest.skip(f"{LEFT_OUT}{what}")
