"""/healthz and /readyz: what each says when a part is down."""

import datetime as dt
import json
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client, RequestFactory

from accounts import clock
from tracker import health, heartbeat, schedule

pytestmark = pytest.mark.django_db


def ready() -> tuple[int, dict[str, bool]]:
    response = health.readyz(RequestFactory().get("/readyz"))
    return response.status_code, json.loads(response.content)["checks"]


@pytest.fixture
def beating(db: None) -> None:
    heartbeat.record_heartbeat(at=clock.now())


def test_everything_at_work_is_ready(beating: None) -> None:
    assert ready() == (200, {"database": True, "broker": True, "heartbeat": True})


def test_before_the_first_heartbeat_it_is_not_ready() -> None:
    assert ready() == (503, {"database": True, "broker": True, "heartbeat": False})


@pytest.mark.parametrize(
    ("cycles", "extra", "status"), [(1, 0, 200), (2, 0, 200), (2, 1, 503), (3, 0, 503)]
)
def test_a_heartbeat_older_than_two_cycles_is_none(cycles: int, extra: int, status: int) -> None:
    now = clock.now()
    age = dt.timedelta(seconds=cycles * schedule.HEARTBEAT_SECONDS + extra)
    heartbeat.record_heartbeat(at=now - age)
    assert heartbeat.heart_beats(now=now) is (status == 200)


def test_a_database_that_is_down_is_said_and_nothing_else_is_told(
    beating: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_args: object) -> None:
        raise OperationalError("connection to server at db.example failed")

    monkeypatch.setattr(connection, "cursor", down)
    response = health.readyz(RequestFactory().get("/readyz"))
    assert response.status_code == 503
    assert json.loads(response.content) == {
        "ready": False,
        "checks": {"database": False, "broker": True, "heartbeat": False},
    }


def test_a_broker_that_is_down_is_said(beating: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(health.PROBES, "broker", lambda: False)
    assert ready() == (503, {"database": True, "broker": False, "heartbeat": True})


def test_the_process_is_alive_whatever_is_down(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"alive": True})
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_only_reading_is_allowed(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405


def test_probes_are_answered_without_tls_in_production(client: Client, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    assert client.get("/healthz").status_code == 200
    assert client.get("/login/").status_code == 301
