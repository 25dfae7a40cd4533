"""The sign-in page: one sentence for every mistake, demo accounts in demo mode only."""

import pytest
from django.test import Client
from pytest_django import Settings

from tests.cast import Cast
from tracker.demo.people import demo_accounts

PASSWORD = "a-long-enough-password-2023"
SENTENCE = "登录名或密码不正确"


@pytest.fixture
def member(cast: Cast) -> Cast:
    """The cast, whose head can sign in with a password."""
    cast.head.set_password(PASSWORD)
    cast.head.save()
    return cast


def sign_in(client: Client, username: str, password: str, **more: str) -> str:
    data = {"username": username, "password": password, **more}
    return client.post("/login/", data, follow=True).content.decode()


def test_the_right_password_leads_to_the_person_s_own_work(client: Client, member: Cast) -> None:
    assert "我的工作" in sign_in(client, "head", PASSWORD)


def test_signing_in_leads_back_to_the_page_asked_for(client: Client, member: Cast) -> None:
    data = {"username": "head", "password": PASSWORD, "next": "/password/"}
    assert client.post("/login/", data)["Location"] == "/password/"


def test_signing_in_never_leads_to_another_site(client: Client, member: Cast) -> None:
    data = {"username": "head", "password": PASSWORD, "next": "https://example.com/"}
    assert client.post("/login/", data)["Location"] == "/"


@pytest.mark.parametrize(
    ("username", "password"),
    [("head", "wrong"), ("nobody", PASSWORD), ("supervisor", PASSWORD)],
    ids=["wrong password", "unknown name", "no password set"],
)
def test_every_failed_sign_in_gets_the_same_sentence(
    client: Client, member: Cast, username: str, password: str
) -> None:
    page = sign_in(client, username, password)
    assert page.count(SENTENCE) == 1
    assert "我的工作" not in page


def test_a_disabled_account_is_not_told_apart(client: Client, member: Cast) -> None:
    member.head.is_active = False
    member.head.save()
    assert SENTENCE in sign_in(client, "head", PASSWORD)


def test_demo_accounts_are_listed_in_demo_mode(
    client: Client, db: None, settings: Settings
) -> None:
    settings.MODE = "demo"
    page = client.get("/login/").content.decode()
    assert all(one.login in page and one.title in page for one in demo_accounts())


def test_demo_accounts_are_not_listed_in_production(
    client: Client, db: None, settings: Settings
) -> None:
    settings.MODE = "production"
    page = client.get("/login/").content.decode()
    assert "demo-sqd-2023" not in page
    assert "演示账号" not in page


def test_signing_out_needs_a_post_and_ends_the_session(client: Client, member: Cast) -> None:
    client.force_login(member.head)
    assert client.get("/logout/").status_code == 405
    client.post("/logout/")
    assert client.get("/").status_code == 302


def test_a_changed_password_is_confirmed_and_used_from_then_on(
    client: Client, member: Cast
) -> None:
    sign_in(client, "head", PASSWORD)
    new = "another-long-password-2024"
    data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert "密码已修改" in client.post("/password/", data, follow=True).content.decode()
    member.head.refresh_from_db()
    assert member.head.check_password(new)


@pytest.mark.parametrize(
    "new", ["short-1", "password123", "2023202320232023"], ids=["7 signs", "common", "digits only"]
)
def test_a_weak_new_password_is_refused(client: Client, member: Cast, new: str) -> None:
    client.force_login(member.head)
    data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert "errorlist" in client.post("/password/", data).content.decode()
    member.head.refresh_from_db()
    assert member.head.check_password(PASSWORD)


def test_a_wrong_old_password_changes_nothing(client: Client, member: Cast) -> None:
    client.force_login(member.head)
    data = {"old_password": "wrong", "new_password1": "x9X9-x9x9", "new_password2": "x9X9-x9x9"}
    assert "errorlist" in client.post("/password/", data).content.decode()
    member.head.refresh_from_db()
    assert member.head.check_password(PASSWORD)
