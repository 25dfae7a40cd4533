"""The id of a request: from whom it is taken, and where it is told."""

import json
import logging
import re
from ipaddress import ip_network
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from tracker.urls import urlpatterns as ours

PROXY = "10.0.0.5"


def fails(_request: HttpRequest) -> HttpResponse:
    raise ValueError("13800138000")


urlpatterns = [path("fails/", fails), path("api/fails/", fails), *ours]
handler500 = "tracker.error_pages.server_error"


@pytest.fixture(autouse=True)
def trusted(settings: Any) -> None:
    settings.TRUSTED_PROXIES = (ip_network(f"{PROXY}/32"),)


def told(given: str, remote: str) -> str:
    answer = Client().get("/healthz", headers={"x-request-id": given}, REMOTE_ADDR=remote)
    return str(answer.headers["X-Request-ID"])


def test_a_trusted_proxy_names_the_request() -> None:
    assert told("abc-123_4.5", PROXY) == "abc-123_4.5"


@pytest.mark.parametrize(
    ("given", "remote"),
    [
        ("abc-123_4.5", "198.51.100.7"),  # not a proxy of ours
        ("a" * 7, PROXY),
        ("a" * 65, PROXY),
        ("a b c d e f", PROXY),
        ("请求请求请求请求", PROXY),
        ("", PROXY),
    ],
)
def test_anything_else_gets_an_id_of_our_own(given: str, remote: str) -> None:
    assert re.fullmatch("[0-9a-f]{12}", told(given, remote))


@pytest.mark.parametrize("given", ["a" * 8, "a" * 64])
def test_ids_of_both_lengths_at_the_edge_are_taken(given: str) -> None:
    assert told(given, PROXY) == given


def test_two_requests_have_two_ids() -> None:
    assert told("", PROXY) != told("", PROXY)


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("address", ["/fails/", "/api/fails/"])
def test_a_failure_gives_its_number_to_the_person_and_the_log_and_nothing_else(
    db: None, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = Client(raise_request_exception=False)
    with caplog.at_level(logging.INFO, logger="tracker.requests"):
        answer = client.get(address)
    number = answer.headers["X-Request-ID"]
    assert answer.status_code == 500
    assert number in answer.content.decode()
    assert "13800138000" not in answer.content.decode()
    if address.startswith("/api/"):
        assert set(json.loads(answer.content)) == {"code", "detail", "fields"}
    lines = [one.getMessage() for one in caplog.records if one.name == "tracker.requests"]
    assert [line.rsplit(" in ", 1)[0] for line in lines] == [f"GET {address} 500"]


@pytest.mark.parametrize(
    ("length", "status"), [("0", 200), (str(204 * 2**20), 200), (str(204 * 2**20 + 1), 413)]
)
def test_a_body_larger_than_any_form_is_not_even_read(length: str, status: int) -> None:
    for address in ("/healthz", "/api/nosuch/"):
        answer = Client().get(address, CONTENT_LENGTH=length)
        wanted = 404 if status == 200 and "api" in address else status
        assert answer.status_code == wanted
    if status == 413:
        assert "204 MB" in json.loads(answer.content)["detail"]


def test_a_length_that_is_no_number_is_refused() -> None:
    assert Client().get("/healthz", CONTENT_LENGTH="-1").status_code == 413
