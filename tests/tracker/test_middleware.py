"""Which proxy is believed, and the policy every page is sent with."""

from ipaddress import ip_network
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from tracker.middleware import trust_configured_proxies

PROXY, OTHER_PROXY, CLIENT, STRANGER = "10.0.0.5", "10.0.0.6", "203.0.113.9", "198.51.100.7"


@pytest.fixture(autouse=True)
def trusted(settings: Any) -> None:
    settings.TRUSTED_PROXIES = (ip_network("10.0.0.0/28"),)


def seen(remote: str, forwarded: str | None = None, proto: str | None = None) -> HttpRequest:
    """Return the request as a view would get it."""
    request = RequestFactory().get("/", REMOTE_ADDR=remote)
    if forwarded is not None:
        request.META["HTTP_X_FORWARDED_FOR"] = forwarded
    if proto is not None:
        request.META["HTTP_X_FORWARDED_PROTO"] = proto
    trust_configured_proxies(lambda _request: HttpResponse())(request)
    return request


@pytest.mark.parametrize(
    ("remote", "forwarded", "address"),
    [
        (STRANGER, CLIENT, STRANGER),  # not a proxy: its claim is dropped
        (PROXY, CLIENT, CLIENT),
        (PROXY, f"{STRANGER}, {CLIENT}", CLIENT),  # the client's own claim stands further left
        (PROXY, f"{CLIENT}, {OTHER_PROXY}", CLIENT),  # two proxies of ours
        (PROXY, f"nonsense, {CLIENT}", CLIENT),
        (PROXY, f"{CLIENT}, nonsense", PROXY),
        (PROXY, f"{CLIENT}:5678", CLIENT),  # some proxies tell the port too
        (PROXY, f"{STRANGER}:80, {CLIENT}:5678, {OTHER_PROXY}:443", CLIENT),
        (PROXY, "[2001:db8::9]:443", "2001:db8::9"),
        (PROXY, "[2001:DB8::9]", "2001:db8::9"),
        (PROXY, "2001:db8::9", "2001:db8::9"),
        (PROXY, f"::ffff:{CLIENT}", CLIENT),
        (PROXY, f"{CLIENT}, [::ffff:{OTHER_PROXY}]:80", CLIENT),
        (f"::ffff:{PROXY}", CLIENT, CLIENT),
        *(
            (PROXY, f"{CLIENT}, {rubbish}", PROXY)
            for rubbish in (
                f"{STRANGER}:",
                f"{STRANGER}:http",
                f"{STRANGER}:123456",
                f"{STRANGER}:80:80",
                f"[{STRANGER}]:80",
                f"{STRANGER} {CLIENT}",
                f"{STRANGER}/24",
                "[2001:db8::9",
                "[2001:db8::9]443",
                "2001:db8::9]:443",
                "fe80::1%eth0",
                "300.1.1.1",
                "unknown",
                "for=198.51.100.7",
                "１.2.3.4",
            )
        ),
        (PROXY, "", PROXY),
        (PROXY, None, PROXY),
        ("10.0.0.15", CLIENT, CLIENT),  # the last address of the trusted network
        ("10.0.0.16", CLIENT, "10.0.0.16"),  # the first outside it
    ],
)
def test_a_client_is_known_by_the_address_the_trusted_proxies_saw(
    remote: str, forwarded: str | None, address: str
) -> None:
    assert seen(remote, forwarded).META["REMOTE_ADDR"] == address


def test_only_a_trusted_proxy_can_say_that_a_request_came_by_tls(settings: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert seen(PROXY, CLIENT, "https").is_secure()
    assert not seen(STRANGER, CLIENT, "https").is_secure()


def test_every_answer_carries_the_strict_policy(client: Client) -> None:
    policy = client.get("/healthz").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src 'self';" in policy
