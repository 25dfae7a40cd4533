"""No address takes an unsafe request of a browser's session without the token of its page."""

import datetime as dt
import json
import re
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from accounts.models import AuditEntry, User
from accounts.services.tokens import issue_token
from tests.cast import Cast
from tests.permissions.crawl import METHODS
from tests.permissions.table import Table

UNSAFE = tuple(method for method in METHODS if method != "GET")
# The token is looked at before the address's thing is looked up, so any id will do.
ADDRESSES = {
    name: re.sub(r"\{\w+\}", "1", entry["at"]) for name, entry in Table().addresses.items()
}
API = {name: at for name, at in ADDRESSES.items() if at.startswith("/api/v1/")}


def send(client: Client, method: str, address: str, **headers: str) -> Any:
    cache.clear()  # the limit on requests a minute is not what is asked about
    body: dict[str, Any] = {"data": "{}", "content_type": "application/json"}
    return getattr(client, method.lower())(address, **body, headers=headers)


@pytest.mark.one_database
@pytest.mark.parametrize("person", ["supervisor", "sysadmin"])
def test_an_unsafe_request_of_a_session_without_its_token_is_refused_at_every_address(
    cast: Cast, person: str
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.named(person))
    before = AuditEntry.objects.count()
    taken = []
    for name, address in ADDRESSES.items():
        for method in UNSAFE:
            answer = send(client, method, address)
            if answer.status_code != 403 or not says_csrf(answer):
                taken.append(f"{method} {name}: {answer.status_code}")
    assert taken == []
    assert AuditEntry.objects.count() == before


def says_csrf(answer: Any) -> bool:
    """Whether it is the token that was missing, not a right."""
    return any(word in answer.content.decode() for word in ("CSRF", "页面已过期"))


@pytest.mark.one_database
def test_nobody_signed_out_gets_past_the_pages_token_either(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    for name in (name for name, at in ADDRESSES.items() if not at.startswith("/api/")):
        assert send(client, "POST", ADDRESSES[name]).status_code == 403, name


def bearer(user: User) -> str:
    _token, secret = issue_token(
        user, label="对账", valid_for=dt.timedelta(days=1), writes=True, by=None
    )
    return f"Bearer {secret}"


@pytest.mark.one_database
def test_a_program_with_a_token_of_its_own_needs_no_page_s(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    secret = bearer(cast.supervisor)
    for name, address in API.items():
        for method in UNSAFE:
            answer = send(client, method, address, authorization=secret)
            assert not says_csrf(answer), f"{method} {name}"
            assert answer.status_code != 401, f"{method} {name}"


def test_a_page_s_token_opens_the_api_to_its_session(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.supervisor)
    client.get("/password/")
    token = client.cookies[settings.CSRF_COOKIE_NAME].value
    answer = send(client, "POST", "/api/v1/progress-reports/", **{"x-csrftoken": token})
    assert answer.status_code == 422
    assert json.loads(answer.content)["code"] == "invalid"
