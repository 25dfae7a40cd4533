"""How a log line looks, and what never stands in one.

A line says what happened, where in the code and to which request; never a value somebody typed.
So exceptions are told by their types and places, without their messages, which quote values (a
database's error quotes the row, a mail server's the recipient); and what Django and Celery log of
a request or a job is told by route and name, without address, headers or arguments.
"""

import datetime as dt
import json
import logging
import re
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from accounts.request_ids import current

_PROJECT = str(Path(__file__).resolve().parent.parent) + "/"
_LIBRARIES = re.compile(r"^.*/site-packages/|^.*/lib/python[\d.]+/")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# Frames of an exception that are printed, the innermost ones.
_FRAMES = 12


class JsonLine(logging.Formatter):
    """One JSON object a line: time, level, logger, process, request, message, exception."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON."""
        line: dict[str, Any] = {
            "time": _moment(record),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
        }
        if request := current.get():
            line["request"] = request
        line["message"] = message_of(record)
        if trouble := exception_of(record):
            line["exception"] = trouble
        return json.dumps(line, ensure_ascii=False)


class TextLine(logging.Formatter):
    """The same for reading: one line an event whatever the message holds."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text."""
        request = f" [{current.get()}]" if current.get() else ""
        head = f"{_moment(record)} {record.levelname} {record.processName} {record.name}{request}"
        trouble = exception_of(record)
        return _CONTROLS.sub(
            " ", f"{head}: {message_of(record)}{' | ' if trouble else ''}{trouble}"
        )


def message_of(record: logging.LogRecord) -> str:
    """Return what a record says without anybody's values."""
    if record.name.startswith("django.security."):
        return f"refused: {record.name.rsplit('.', 1)[1]}{_request_of(record)}"
    if hasattr(record, "request"):
        # Django's message holds the address, which may hold a secret of a mail.
        return f"answered {getattr(record, 'status_code', '?')}{_request_of(record)}"
    if record.name == "celery.app.trace" and isinstance(record.args, Mapping):
        given = record.args
        words = f"job {given.get('name', '')} {given.get('description', record.levelname.lower())}"
        return words.strip()
    if isinstance(record.msg, BaseException):
        return _name(record.msg)
    args: Any = record.args
    if isinstance(args, Mapping):
        args = {key: _told(value) for key, value in args.items()}
    elif args:
        args = tuple(_told(value) for value in args)
    try:
        return str(record.msg) % args if args else str(record.msg)
    except (TypeError, ValueError, KeyError):
        return str(record.msg)


def exception_of(record: logging.LogRecord) -> str:
    """Return the types of a record's exception and of those behind it, each with its places."""
    error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
    return "; caused by ".join(_links(error)) if error is not None else ""


def _links(error: BaseException | None) -> Iterator[str]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield f"{_name(error)} at {' < '.join(_places(error.__traceback__)) or 'an unknown place'}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-_FRAMES:]
    return [f"{_short(one.filename)}:{one.lineno} {one.name}" for one in reversed(frames)]


def _short(filename: str) -> str:
    return _LIBRARIES.sub("", filename).removeprefix(_PROJECT)


def _told(value: object) -> object:
    """Return an argument of a log call, an exception by its name."""
    return _name(value) if isinstance(value, BaseException) else value


def _name(error: BaseException) -> str:
    kind = type(error)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


def _request_of(record: logging.LogRecord) -> str:
    request = getattr(record, "request", None)
    method, match = getattr(request, "method", None), getattr(request, "resolver_match", None)
    if not method:
        return ""
    word = method if str(method).isalpha() and len(str(method)) <= 8 else "other"
    return f": {word} /{match.route}" if match else f": {word} an unknown address"


def _moment(record: logging.LogRecord) -> str:
    at = dt.datetime.fromtimestamp(record.created, tz=dt.UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
