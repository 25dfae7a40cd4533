"""Officers work from named addresses, everybody else from anywhere."""

import datetime as dt
from ipaddress import ip_network
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry, SignIn
from accounts.services.desks import is_officers_address
from accounts.services.tokens import issue_token
from tests.cast import Cast

DESK, ELSEWHERE = "10.1.2.3", "10.9.9.9"
OFFICERS = ("sysadmin", "secadmin", "auditor")


@pytest.fixture(autouse=True)
def desks(settings: Any) -> None:
    settings.OFFICER_ADDRESSES = (ip_network("10.1.2.0/30"), ip_network("fd00::/64"))


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("10.1.1.255", False),
        ("10.1.2.0", True),
        ("10.1.2.3", True),
        ("10.1.2.4", False),
        ("::ffff:10.1.2.3", True),
        ("fd00::1", True),
        ("fd00:0:0:1::1", False),
        ("", False),
        ("nonsense", False),
    ],
)
def test_an_address_is_inside_the_networks_or_not(address: str, inside: bool) -> None:
    assert is_officers_address(address) is inside


@pytest.mark.parametrize("officer", OFFICERS)
def test_an_officer_s_session_ends_when_it_is_used_from_elsewhere(cast: Cast, officer: str) -> None:
    client = Client()
    client.force_login(cast.named(officer))
    assert client.get("/account/", REMOTE_ADDR=DESK).status_code == 200
    refused = client.get("/account/", REMOTE_ADDR=ELSEWHERE)
    assert refused.status_code == 403
    assert f"您当前的地址是 {ELSEWHERE}" in refused.content.decode()
    assert SignIn.objects.get(user=cast.named(officer)).end == "address"
    entry = AuditEntry.objects.get(action="sign_in.elsewhere")
    assert (entry.actor, entry.data["address"]) == (cast.named(officer), ELSEWHERE)
    # And at the desk they have to sign in again.
    assert client.get("/account/", REMOTE_ADDR=DESK).status_code == 302


def test_the_api_says_so_in_json_and_to_a_token_as_well(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.auditor)
    refused = client.get("/api/v1/audit/", REMOTE_ADDR=ELSEWHERE)
    assert (refused.status_code, refused.json()["code"]) == (403, "officer_address")
    _token, secret = issue_token(cast.auditor, label="x", valid_for=dt.timedelta(days=1), by=None)
    for address, status in ((DESK, 200), (ELSEWHERE, 403)):
        answer = Client().get(
            "/api/v1/audit/", headers={"authorization": f"Bearer {secret}"}, REMOTE_ADDR=address
        )
        assert answer.status_code == status
    assert AuditEntry.objects.filter(action="sign_in.elsewhere").count() == 2


def test_everybody_else_works_from_anywhere(cast: Cast) -> None:
    for name in ("head", "supervisor", "hr", "discipline"):
        client = Client()
        client.force_login(cast.named(name))
        assert client.get("/account/", REMOTE_ADDR=ELSEWHERE).status_code == 200


def test_without_named_addresses_officers_do_too(cast: Cast, settings: Any) -> None:
    settings.OFFICER_ADDRESSES = ()
    client = Client()
    client.force_login(cast.sysadmin)
    assert client.get("/account/", REMOTE_ADDR=ELSEWHERE).status_code == 200
