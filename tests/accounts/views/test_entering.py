"""From password to session: the second step, the new id, the last sign-in, and signing out."""

import datetime as dt
from collections.abc import Callable

import pyotp
import pytest
from django.test import Client

from accounts import clock
from accounts.choices import SignInEnd
from accounts.models import SecondFactor, SignIn, User
from accounts.sealing import unseal
from accounts.services import second_factor
from tests.cast import Cast

PASSWORD = "Right-Password-2023"
NOON = dt.datetime(2026, 3, 2, 12, tzinfo=clock.BEIJING)
MINUTE, TICK = dt.timedelta(minutes=1), dt.timedelta.resolution

PutClock = Callable[[dt.datetime], None]


@pytest.fixture
def put_clock(monkeypatch: pytest.MonkeyPatch) -> PutClock:
    """Let a test put both clocks, the shown one and the machine's, at a moment."""

    def put(moment: dt.datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)
        monkeypatch.setattr(clock, "machine_now", lambda: moment)

    put(NOON)
    return put


@pytest.fixture
def person(cast: Cast, put_clock: PutClock) -> User:
    """The head, who has a password."""
    cast.head.set_password(PASSWORD)
    cast.head.save()
    return cast.head


@pytest.fixture
def enrolled(person: User) -> pyotp.TOTP:
    """The head's authenticator app, enrolled some minutes ago."""
    before = NOON - 10 * MINUTE
    second_factor.begin_enrolment(person, at=before, by=person)
    secret = unseal(SecondFactor.objects.get(user=person).secret)
    assert secret is not None
    app = pyotp.TOTP(secret)
    second_factor.confirm_enrolment(person, app.at(before), at=before, by=person)
    return app


def give_password(client: Client, **more: str) -> str:
    """Send the sign-in form; return where it leads."""
    answer = client.post("/login/", {"username": "head", "password": PASSWORD, **more})
    return str(answer.headers["Location"])


def signed_in(client: Client) -> bool:
    return bool(client.get("/account/").status_code == 200)


def test_a_sign_in_is_on_record_with_address_and_device(client: Client, person: User) -> None:
    client.post(
        "/login/",
        {"username": "head", "password": PASSWORD},
        REMOTE_ADDR="192.0.2.7",
        HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Firefox/140.0",
    )
    one = SignIn.objects.get()
    assert (one.user, one.since, one.address) == (person, NOON, "192.0.2.7")
    assert one.agent == "Firefox · Windows"


def test_the_id_rotates_when_a_person_signs_in(client: Client, person: User) -> None:
    client.get("/login/")
    session = client.session
    session["anything"] = 1
    session.save()
    fixed = session.session_key
    client.cookies["sessionid"] = str(fixed)
    give_password(client)
    assert client.session.session_key != fixed
    assert not signed_in(_with_cookie(str(fixed)))
    assert signed_in(client)


def test_the_id_rotates_at_each_of_the_two_steps(client: Client, enrolled: pyotp.TOTP) -> None:
    session = client.session
    session["anything"] = 1
    session.save()
    keys = [session.session_key]
    client.cookies["sessionid"] = str(keys[0])
    give_password(client)
    keys.append(client.session.session_key)
    client.post("/login/code/", {"code": enrolled.at(NOON)})
    keys.append(client.session.session_key)
    assert len(set(keys)) == 3
    assert [signed_in(_with_cookie(str(key))) for key in keys] == [False, False, True]


def test_a_password_alone_opens_nothing_where_a_code_has_to_follow(
    client: Client, enrolled: pyotp.TOTP
) -> None:
    assert give_password(client, next="/password/") == "/login/code/"
    assert not signed_in(client)
    assert client.get("/api/v1/tasks/").status_code == 401
    assert "head" in client.get("/login/code/").content.decode()
    assert client.post("/login/code/", {"code": "abc"}).status_code == 422
    assert not SignIn.objects.exists()
    answer = client.post("/login/code/", {"code": enrolled.at(NOON)})
    assert answer.headers["Location"] == "/password/"
    assert signed_in(client)


def test_a_code_used_for_one_sign_in_is_none_for_the_next(
    client: Client, enrolled: pyotp.TOTP
) -> None:
    code = enrolled.at(NOON)
    for browser, status in ((client, 302), (Client(), 422)):
        give_password(browser)
        assert browser.post("/login/code/", {"code": code}).status_code == status


@pytest.mark.parametrize(
    ("after", "status"), [(5 * MINUTE - TICK, 200), (5 * MINUTE, 302), (5 * MINUTE + TICK, 302)]
)
def test_the_second_step_waits_five_minutes(
    client: Client,
    enrolled: pyotp.TOTP,
    put_clock: PutClock,
    after: dt.timedelta,
    status: int,
) -> None:
    give_password(client)
    put_clock(NOON + after)
    assert client.get("/login/code/").status_code == status
    if status == 302:
        answer = client.post("/login/code/", {"code": enrolled.at(NOON + after)}, follow=True)
        assert "登录" in answer.content.decode()
        assert not SignIn.objects.exists()


@pytest.mark.parametrize("change", ["closed", "password"])
def test_a_second_step_ends_with_the_password_it_followed(
    client: Client, person: User, enrolled: pyotp.TOTP, change: str
) -> None:
    give_password(client)
    if change == "closed":
        person.is_active = False
    else:
        person.set_password("Other-Password-2023")
    person.save()
    assert client.post("/login/code/", {"code": enrolled.at(NOON)}).status_code == 302
    assert not SignIn.objects.exists()


def test_the_second_step_without_a_first_leads_to_the_sign_in_page(
    client: Client, db: None
) -> None:
    assert client.get("/login/code/").headers["Location"] == "/login/"


def test_wrong_codes_lock_the_account_and_the_page_says_until_when(
    client: Client, enrolled: pyotp.TOTP
) -> None:
    give_password(client)
    for _try in range(5):
        page = client.post("/login/code/", {"code": "zzzzzz"}).content.decode()
    assert "12:31" in page or "12:30" in page
    assert not signed_in(client)
    refused = client.post("/login/", {"username": "head", "password": PASSWORD})
    assert "暂停登录" in refused.content.decode()


def test_the_sign_in_before_is_told_after_the_next(
    client: Client, person: User, put_clock: PutClock
) -> None:
    first = client.post("/login/", {"username": "head", "password": PASSWORD}, follow=True)
    assert "上次登录" not in first.content.decode()
    put_clock(NOON + 65 * MINUTE)
    second = Client().post("/login/", {"username": "head", "password": PASSWORD}, follow=True)
    assert "上次登录：2026-03-02 12:00，127.0.0.1" in second.content.decode()


def test_signing_out_ends_every_sign_in_of_the_person(client: Client, person: User) -> None:
    other = Client()
    give_password(client)
    give_password(other)
    assert signed_in(other)
    client.post("/logout/")
    assert not signed_in(client)
    assert not signed_in(other)
    assert set(SignIn.objects.values_list("end", flat=True)) == {SignInEnd.SIGNED_OUT}


def test_a_new_password_ends_the_others_and_keeps_the_one_it_was_set_in(
    client: Client, person: User
) -> None:
    other = Client()
    give_password(client)
    give_password(other)
    new = "Newer-Pass-2024-word"
    data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    before = client.session.session_key
    assert client.post("/password/", data).status_code == 302
    assert client.session.session_key != before
    assert signed_in(client)
    assert not signed_in(other)


def _with_cookie(key: str) -> Client:
    client = Client()
    client.cookies["sessionid"] = key
    return client
