"""What a session is worth from request to request, and the page that lists them."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from rest_framework.test import APIClient

from accounts import clock
from accounts.choices import SignInEnd
from accounts.models import SignIn
from accounts.services.granting import revoke_role
from accounts.services.managing_people import disable_person
from accounts.signed_in import SIGN_IN
from tests.accounts.views.test_entering import MINUTE, NOON, TICK, PutClock, put_clock
from tests.cast import Cast

__all__ = ["put_clock"]


def signed_in(client: Client) -> bool:
    return bool(client.get("/account/").status_code == 200)


@pytest.fixture
def head(cast: Cast, put_clock: PutClock) -> Client:
    """A browser of the head, signed in at noon."""
    client = Client()
    client.force_login(cast.head)
    return client


@pytest.mark.parametrize(
    ("after", "holds"), [(30 * MINUTE - TICK, True), (30 * MINUTE, False), (31 * MINUTE, False)]
)
def test_thirty_idle_minutes_end_a_session(
    head: Client, put_clock: PutClock, after: dt.timedelta, holds: bool
) -> None:
    put_clock(NOON + after)
    assert signed_in(head) is holds
    if not holds:
        assert "已较长时间未操作" in head.get("/", follow=True).content.decode()
        assert SignIn.objects.get().end == SignInEnd.IDLE


def test_twelve_hours_end_the_busiest_session(head: Client, put_clock: PutClock) -> None:
    for number in range(1, 29):
        put_clock(NOON + number * 25 * MINUTE)
        assert signed_in(head), number
    put_clock(NOON + 720 * MINUTE - TICK)
    assert signed_in(head)
    put_clock(NOON + 720 * MINUTE)
    assert not signed_in(head)
    assert "最长时限" in head.get("/", follow=True).content.decode()


def test_a_fourth_browser_ends_the_first(cast: Cast, put_clock: PutClock) -> None:
    browsers = [Client() for _number in range(4)]
    for number, browser in enumerate(browsers):
        put_clock(NOON + number * MINUTE)
        browser.force_login(cast.head)
    assert [signed_in(one) for one in browsers] == [False, True, True, True]


def test_a_session_that_no_sign_in_opened_is_none(head: Client) -> None:
    session: Any = head.session
    del session[SIGN_IN]
    session.save()
    assert not signed_in(head)


def test_a_session_cannot_borrow_the_sign_in_of_another_person(cast: Cast, head: Client) -> None:
    other = Client()
    other.force_login(cast.supervisor)
    session: Any = other.session
    session[SIGN_IN] = head.session[SIGN_IN]
    session.save()
    assert session[SESSION_KEY] == str(cast.supervisor.pk)
    assert not signed_in(other)


def test_the_check_is_one_query_and_a_write_a_minute(
    head: Client, put_clock: PutClock, settings: Any, django_assert_num_queries: Any
) -> None:
    settings.SECOND_FACTOR_ROLES = frozenset({"hr"})
    # Session, sign-in, person: the address itself refuses a GET.
    put_clock(NOON + MINUTE - TICK)
    with django_assert_num_queries(3) as quiet:
        assert head.get("/logout/").status_code == 405
    put_clock(NOON + MINUTE)
    with django_assert_num_queries(len(quiet) + 1):
        assert head.get("/logout/").status_code == 405


@pytest.mark.parametrize("how", ["closed", "role"])
def test_what_is_taken_away_is_gone_at_the_next_request(cast: Cast, head: Client, how: str) -> None:
    api = APIClient()
    api.force_login(cast.head)
    assert api.get("/api/v1/tasks/").status_code == 200
    if how == "closed":
        disable_person(cast.head, by=cast.sysadmin)
    else:
        revoke_role(cast.head.grants.get(), on=NOON.date(), by=cast.secadmin)
    assert api.get("/api/v1/tasks/").status_code == 401
    assert not signed_in(head)


def test_an_account_closed_behind_the_system_s_back_is_closed_too(cast: Cast, head: Client) -> None:
    type(cast.head).objects.filter(pk=cast.head.pk).update(is_active=False)
    assert not signed_in(head)


def test_the_page_lists_the_sign_ins_and_ends_another(cast: Cast, head: Client) -> None:
    other = Client(HTTP_USER_AGENT="x")
    other.force_login(cast.head)
    page = head.get("/account/").content.decode()
    assert page.count("/end/") == 2  # the other one, and all others
    assert "本机" in page
    number = other.session[SIGN_IN]
    assert head.post(f"/account/sign-ins/{number}/end/").status_code == 302
    assert not signed_in(other)
    assert signed_in(head)


def test_all_others_end_by_one_button(cast: Cast, head: Client) -> None:
    others = [Client(), Client()]
    for one in others:
        one.force_login(cast.head)
    head.post("/account/sign-ins/end/")
    assert [signed_in(one) for one in (head, *others)] == [True, False, False]


def test_a_sign_in_of_somebody_else_is_not_found(cast: Cast, head: Client) -> None:
    other = Client()
    other.force_login(cast.liaison)
    answer = head.post(f"/account/sign-ins/{other.session[SIGN_IN]}/end/")
    assert answer.status_code == 404
    assert signed_in(other)


@pytest.mark.parametrize("address", ["/account/", "/account/code/", "/reauth/", "/second-factors/"])
def test_nobody_opens_it_without_signing_in(client: Client, db: None, address: str) -> None:
    assert client.get(address).headers["Location"] == f"/login/?next={address}"


class TestWhoHasToEnrolFirst:
    """A role that needs a second factor, without one."""

    @pytest.fixture
    def hr(self, cast: Cast, put_clock: PutClock, settings: Any) -> Client:
        """HR's browser."""
        settings.SECOND_FACTOR_ROLES = frozenset({"hr"})
        client = Client()
        client.force_login(cast.hr)
        return client

    @pytest.mark.parametrize("address", ["/", "/exclusions/", "/account/", "/inbox/"])
    def test_is_led_to_the_page_that_enrols(self, hr: Client, address: str) -> None:
        assert hr.get(address).headers["Location"] == "/account/code/"

    def test_gets_nothing_by_rest(self, cast: Cast, hr: Client) -> None:
        answer = hr.get("/api/v1/exclusions/")
        assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_needed")

    def test_is_led_there_from_a_fragment_too(self, hr: Client) -> None:
        answer = hr.get("/exclusions/", HTTP_HX_REQUEST="true")
        assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/account/code/")

    def test_may_leave_or_set_a_password(self, hr: Client) -> None:
        assert hr.get("/password/").status_code == 200
        assert hr.post("/logout/").status_code == 302

    def test_is_everybody_who_is_granted_the_role_later(
        self, cast: Cast, hr: Client, put_clock: PutClock
    ) -> None:
        clerk = Client()
        clerk.force_login(cast.clerk)
        assert clerk.get("/account/").status_code == 200
        cast.clerk.grants.create(role="hr", unit=cast.bureau, since=clock.today())
        assert clerk.get("/account/").headers["Location"] == "/account/code/"

    def test_is_nobody_with_another_role(self, cast: Cast, hr: Client) -> None:
        head = Client()
        head.force_login(cast.head)
        assert signed_in(head)
