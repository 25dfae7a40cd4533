"""/metrics: what it counts, over several processes too, and who may read it."""

import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from accounts import clock
from tracker import heartbeat

pytestmark = pytest.mark.django_db

TOKEN = "0123456789-abcdefghijkl"


def number(text: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    assert found is not None, f"{name} is not in\n{text}"
    return float(found[1])


def read(client: Client) -> str:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=")
    return answer.content.decode()


def test_a_request_is_counted_once_under_its_route(client: Client) -> None:
    name = 'four_lists_http_requests_total{method="GET",route="healthz",status="200"}'
    client.get("/healthz")
    before = number(read(client), name)
    client.get("/healthz")
    assert number(read(client), name) == before + 1


def test_addresses_nobody_serves_share_one_route(client: Client) -> None:
    client.get("/nosuch-12345/")
    text = read(client)
    assert "nosuch-12345" not in text
    assert number(text, 'four_lists_http_requests_total{method="GET",route="unknown",status="404"}')


def test_what_the_database_knows_is_read_at_the_moment(client: Client) -> None:
    assert number(read(client), "four_lists_outbox_waiting") == 0
    assert number(read(client), "four_lists_audit_entries") == 0
    assert "heartbeat" not in read(client)
    heartbeat.record_heartbeat(at=clock.now())
    assert 0 <= number(read(client), "four_lists_heartbeat_age_seconds") < 60


@pytest.mark.parametrize(
    ("token", "sent", "status"),
    [
        (TOKEN, f"Bearer {TOKEN}", 200),
        (TOKEN, f"Bearer {TOKEN}x", 404),
        (TOKEN, "", 404),
        ("", "Bearer ", 404),
        ("", "", 404),
    ],
)
def test_in_production_only_the_token_opens_it(
    client: Client, settings: Any, token: str, sent: str, status: int
) -> None:
    settings.CONFIG = replace(settings.CONFIG, mode="production")
    settings.METRICS_TOKEN = token
    answer = client.get("/metrics", headers={"authorization": sent} if sent else {})
    assert answer.status_code == status
