"""Nothing is asked of any other machine while pages are served."""

import importlib
import pkgutil
import socket
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

import accounts
import reports
import tasks
import tracker
from tests.cast import Cast
from tests.making import issued_task

LOCAL = ("localhost", "127.0.0.1", "::1", None, "", socket.gethostname())


class CalledOutError(AssertionError):
    """Something asked another machine."""


@pytest.fixture
def closed_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Refuse every connection and every name but this machine's own; yield what was asked."""
    asked: list[str] = []
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def refuse(what: object) -> None:
        asked.append(str(what))
        raise CalledOutError(f"asked {what}")

    def connected(self: socket.socket, address: Any) -> Any:
        if isinstance(address, tuple) and not ip_address(address[0]).is_loopback:
            refuse(address)
        return connect(self, address)

    def looked_up(host: Any, *args: Any, **options: Any) -> Any:
        if host not in LOCAL and not str(host).startswith("127."):
            refuse(host)
        return look_up(host, *args, **options)

    monkeypatch.setattr(socket.socket, "connect", connected)
    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    yield asked
    assert asked == []


@pytest.mark.one_database
def test_importing_everything_and_serving_pages_asks_no_other_machine(
    closed_network: list[str], cast: Cast
) -> None:
    for package in (accounts, tasks, reports, tracker):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.startswith("tracker.settings"):
                importlib.import_module(module.name)
    task = issued_task(cast)
    pages = ["/", "/tasks/", f"/tasks/{task.pk}/", "/units/", "/inbox/", "/account/", "/api/docs/"]
    pages += ["/api/v1/tasks/", "/api/schema/", "/rankings/", "/mine/", "/readyz"]
    for name in ("head", "supervisor", "leader", "hr", "sysadmin", "auditor"):
        client = Client()
        client.force_login(cast.named(name))
        for page in pages:
            cache.clear()
            assert client.get(page).status_code < 600
    assert Client().get("/login/").status_code == 200


def test_the_closed_network_does_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CalledOutError), pytest.MonkeyPatch.context() as patch:
        closed = closed_network.__wrapped__(patch)  # type: ignore[attr-defined]
        next(closed)
        socket.create_connection(("203.0.113.1", 80), timeout=0.1)
