"""What a log line holds, and what never stands in one."""

import json
import logging
import sys
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import resolve

from accounts.request_ids import current
from tracker.logs import JsonLine, TextLine

SECRET = "13800138000"


def record(message: object, *args: object, name: str = "tasks.jobs", **extra: Any) -> Any:
    made = logging.LogRecord(name, logging.ERROR, "file.py", 1, message, args, None)
    made.__dict__.update(extra)
    return made


def parsed(one: logging.LogRecord) -> dict[str, Any]:
    line = JsonLine().format(one)
    assert "\n" not in line
    found: dict[str, Any] = json.loads(line)
    return found


def raised(error: BaseException) -> Any:
    try:
        raise error
    except type(error):
        return sys.exc_info()


def both(one: logging.LogRecord) -> str:
    return JsonLine().format(one) + TextLine().format(one)


def ticket_request() -> HttpRequest:
    request = RequestFactory().get(f"/password/set/{SECRET}/", {"q": SECRET})
    request.resolver_match = resolve(f"/password/set/{SECRET}/")
    return request


def test_a_line_says_when_where_what_and_for_which_request() -> None:
    token = current.set("request-1")
    try:
        line = parsed(record("columns of task %s differ", 7))
    finally:
        current.reset(token)
    assert line["message"] == "columns of task 7 differ"
    assert (line["level"], line["logger"], line["request"]) == ("ERROR", "tasks.jobs", "request-1")
    assert line["time"].endswith("Z")


def test_a_line_outside_a_request_names_none() -> None:
    assert "request" not in parsed(record("started"))


def test_an_exception_is_told_by_type_and_place_without_its_words() -> None:
    try:
        try:
            raise ValueError(SECRET)
        except ValueError as error:
            raise RuntimeError(SECRET) from error
    except RuntimeError:
        one = record("it failed", exc_info=sys.exc_info())
    trouble = parsed(one)["exception"]
    assert trouble.startswith("RuntimeError at tests/tracker/test_logs.py:")
    assert "; caused by ValueError at tests/tracker/test_logs.py:" in trouble
    assert SECRET not in both(one)


@pytest.mark.parametrize(
    "one",
    [
        record("mail is down: %s", ValueError(SECRET)),
        record("mail is down: %(error)r", {"error": ValueError(SECRET)}),
        record(ValueError(SECRET)),
        record(f"Invalid HTTP_HOST header: {SECRET}", name="django.security.DisallowedHost"),
        record("Internal Server Error: %s", f"/password/set/{SECRET}/", request=ticket_request()),
        record(
            "Task %(name)s[%(id)s] %(description)s: %(exc)s\n%(traceback)s",
            {"name": "tasks.jobs.x", "id": "1", "exc": SECRET, "traceback": SECRET},
            name="celery.app.trace",
            data={"args": SECRET, "kwargs": SECRET},
        ),
    ],
)
def test_what_somebody_typed_does_not_stand_in_a_line(one: logging.LogRecord) -> None:
    assert SECRET not in both(one)


def test_a_failed_request_is_told_by_its_route() -> None:
    one = record("Internal Server Error: %s", "/x", request=ticket_request(), status_code=500)
    assert parsed(one)["message"] == "answered 500: GET /password/set/<str:secret>/"


def test_a_message_cannot_begin_a_line_of_its_own() -> None:
    line = TextLine().format(record("name %s", "a\n2026-01-01 ERROR root: b\u2028c"))
    assert len(line.splitlines()) == 1


def test_a_message_that_does_not_fit_its_values_is_still_told() -> None:
    assert parsed(record("%s and %s", "one"))["message"] == "%s and %s"


def test_an_exception_that_causes_itself_is_told_once() -> None:
    error = ValueError("x")
    error.__context__ = KeyError("y")
    error.__context__.__context__ = error
    assert parsed(record("x", exc_info=raised(error)))["exception"].count("ValueError") == 1
