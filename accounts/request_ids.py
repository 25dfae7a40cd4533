"""The id of the request, or of the background job, that is being worked on.

It stands in the answer (X-Request-ID), on error pages and in every log line, so that what a person
reports can be found.
"""

import re
import secrets
from contextvars import ContextVar

# "" while nothing is worked on: a management command, the start of a process.
current: ContextVar[str] = ContextVar("request_id", default="")

_GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")


def fresh_id() -> str:
    """Return an id nobody else has lately, short enough to be read out on the phone."""
    return secrets.token_hex(6)


def given_id(text: str) -> str:
    """Return the id a trusted proxy gave, if it can stand in a log; else a fresh one."""
    return text if _GIVEN.fullmatch(text) else fresh_id()
