"""Sign-in by OpenID Connect, against a provider on loopback."""

import datetime as dt
import time
import urllib.request
from collections.abc import Iterator
from http.client import HTTPMessage
from typing import IO, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from accounts import clock
from accounts.choices import Role, SignInEnd, SignInSource
from accounts.models import AuditEntry, DirectoryAccount, RoleGrant, SignIn, User
from accounts.rules.directory import GroupRule
from tests.cast import Cast
from tests.provider import Provider
from tests.signing import age

MINUTE = dt.timedelta(minutes=1)
UNFINISHED = "单位统一身份登录未完成或已过期"


@pytest.fixture
def provider(cast: Cast, settings: Any) -> Iterator[Provider]:
    """An office whose provider signs the head in, asked at every request."""
    running = Provider()
    running.signed_in = "head"
    settings.OIDC = running.config()
    settings.DIRECTORY_CACHE = dt.timedelta(0)
    settings.DIRECTORY_ROLES = (GroupRule(group="air-liaisons", role=Role.LIAISON, unit="DQK"),)
    yield running
    running.stop()


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> None:
        return None


def visit(address: str) -> str:
    """Open the provider's page as a browser does; return where it leads."""
    try:
        urllib.request.build_opener(_Stay).open(address)
    except urllib.error.HTTPError as answer:
        with answer:
            return str(answer.headers["Location"])
    raise AssertionError("the provider leads nowhere")


def come_back(client: Client, way: str = "/login/sso/") -> Any:
    """Go there and back; return the answer, the page it leads to included."""
    there = client.get(way).headers["Location"]
    back = urlsplit(visit(there))
    return client.get(f"{back.path}?{back.query}", follow=True)


def says(answer: Any) -> str:
    return str(answer.content.decode())


def is_in(client: Client) -> bool:
    return bool(client.get("/account/").status_code == 200)


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("seq").values_list("action", flat=True))


def test_the_button_stands_there_only_where_there_is_a_provider(
    client: Client, provider: Provider, settings: Any
) -> None:
    assert "单位统一身份登录" in says(client.get("/login/?next=/tasks/"))
    settings.OIDC = None
    assert "单位统一身份登录" not in says(client.get("/login/"))
    assert "未启用" in says(client.get("/login/sso/", follow=True))


def test_the_provider_lets_a_person_in(client: Client, provider: Provider) -> None:
    answer = come_back(client, "/login/sso/?next=/tasks/")
    assert answer.redirect_chain == [("/tasks/", 302)] and is_in(client)
    assert SignIn.objects.get().source == SignInSource.OIDC
    assert "sign_in.provider" in actions()


def test_what_is_asked_carries_state_nonce_and_challenge(
    client: Client, provider: Provider
) -> None:
    asked = parse_qs(urlsplit(client.get("/login/sso/").headers["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"] and len(asked["code_challenge"][0]) == 43
    assert asked["response_type"] == ["code"] and asked["nonce"] and asked["state"]
    assert asked["redirect_uri"] == ["http://127.0.0.1:8000/login/sso/back/"]


def test_another_site_is_never_gone_on_to(client: Client, provider: Provider) -> None:
    answer = come_back(client, "/login/sso/?next=https://elsewhere.example/")
    assert answer.redirect_chain == [("/", 302)]


def test_whom_only_the_provider_knows_is_turned_away_and_not_registered(
    client: Client, provider: Provider
) -> None:
    provider.signed_in = "newcomer"
    people = User.objects.count()
    assert "本系统没有“newcomer”的启用账号" in says(come_back(client))
    assert not is_in(client) and User.objects.count() == people
    assert actions() == ["sign_in.provider_refused"]


def test_a_closed_account_is_turned_away(client: Client, provider: Provider, cast: Cast) -> None:
    User.objects.filter(pk=cast.head.pk).update(is_active=False)
    assert "启用账号" in says(come_back(client)) and not is_in(client)


def test_an_officer_comes_in_by_this_systems_password_only(
    client: Client, provider: Provider
) -> None:
    provider.signed_in = "sysadmin"
    assert "须用本系统的登录名和密码" in says(come_back(client)) and not is_in(client)


def test_a_person_can_be_known_by_staff_number(
    client: Client, provider: Provider, cast: Cast, settings: Any
) -> None:
    settings.OIDC = provider.config(person_field="staff_number", person_claim="staff")
    provider.claims = {"staff": cast.head.staff_number}
    come_back(client)
    assert SignIn.objects.get().user == cast.head


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "http://127.0.0.1:1/"},
        {"aud": "another-system"},
        {"nonce": "another"},
        {"exp": int(time.time()) - 3600},
        {"preferred_username": ""},
        {"preferred_username": ["head"]},
    ],
    ids=["issuer", "audience", "nonce", "expired", "no name", "not a name"],
)
def test_a_token_for_something_else_lets_nobody_in(
    client: Client, provider: Provider, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    assert UNFINISHED in says(come_back(client)) and not is_in(client)


@pytest.mark.parametrize(("late", "let_in"), [(40, True), (100, False)])
def test_clocks_may_differ_by_a_minute(
    client: Client, provider: Provider, late: int, let_in: bool
) -> None:
    now = int(time.time())
    provider.claims = {"iat": now - 300, "exp": now - late}
    come_back(client)
    assert is_in(client) is let_in


def test_a_signature_with_a_key_the_provider_does_not_publish_is_refused(
    client: Client, provider: Provider
) -> None:
    foreign = Provider()
    foreign.stop()
    provider.published = [foreign.key]
    assert UNFINISHED in says(come_back(client)) and not is_in(client)


def test_a_new_key_of_the_provider_is_fetched_when_it_is_used(
    client: Client, provider: Provider
) -> None:
    come_back(Client())
    provider.rotate_key()
    come_back(client)
    assert is_in(client)


def test_an_answer_nobody_asked_for_is_refused(client: Client, provider: Provider) -> None:
    back = urlsplit(visit(Client().get("/login/sso/").headers["Location"]))
    answer = client.get(f"{back.path}?{back.query}", follow=True)
    assert UNFINISHED in says(answer) and not is_in(client)


def test_an_answer_works_once(client: Client, provider: Provider) -> None:
    back = urlsplit(visit(client.get("/login/sso/").headers["Location"]))
    client.get(f"{back.path}?{back.query}")
    assert is_in(client)
    client.post("/logout/")
    assert UNFINISHED in says(client.get(f"{back.path}?{back.query}", follow=True))


def test_groups_give_roles_and_take_them(client: Client, provider: Provider, cast: Cast) -> None:
    provider.signed_in, provider.groups = "clerk", ["air-liaisons"]
    come_back(client)
    assert RoleGrant.objects.on(clock.today()).get(user=cast.clerk).role == Role.LIAISON
    provider.groups = []
    come_back(Client())
    assert not RoleGrant.objects.on(clock.today()).filter(user=cast.clerk).exists()


@pytest.mark.parametrize("renews", [True, False], ids=["refresh token", "user data"])
def test_disabled_there_means_signed_out_here_at_the_next_request(
    client: Client, provider: Provider, renews: bool
) -> None:
    provider.issues_refresh_tokens = renews
    come_back(client)
    for _request in range(3):
        assert is_in(client)
    assert (provider.renewals > 2) is renews
    provider.disabled = {"head"}
    assert "统一身份账号已停用" in says(client.get("/", follow=True)) and not is_in(client)
    assert SignIn.objects.get().end == SignInEnd.DIRECTORY
    assert UNFINISHED in says(come_back(client))


def test_the_providers_tokens_are_kept_sealed(client: Client, provider: Provider) -> None:
    come_back(client)
    kept = DirectoryAccount.objects.get()
    tokens = set(provider._tokens)
    assert kept.refresh_token and kept.access_token
    assert not {kept.refresh_token, kept.access_token} & tokens


def test_a_provider_that_is_down_says_so(client: Client, provider: Provider) -> None:
    provider.stop()
    assert "暂时无法连接" in says(client.get("/login/sso/", follow=True))
    provider.start()
    come_back(client)
    assert is_in(client)


def test_who_is_in_stays_for_the_grace_while_the_provider_is_down(
    client: Client, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = dt.datetime(2026, 3, 2, 12, tzinfo=clock.BEIJING)
    monkeypatch.setattr(clock, "now", lambda: noon)
    come_back(client)
    provider.stop()
    monkeypatch.setattr(clock, "now", lambda: noon + MINUTE)
    assert "可继续使用至 12:15" in says(client.get("/account/"))
    monkeypatch.setattr(clock, "now", lambda: noon + 15 * MINUTE)
    assert "长时间无法连接" in says(client.get("/", follow=True)) and not is_in(client)


def test_a_dangerous_act_is_proved_again_at_the_provider(
    client: Client, provider: Provider
) -> None:
    come_back(client)
    age(SignIn.objects.get(), by=20 * MINUTE)
    page = says(client.get("/reauth/?next=/tasks/"))
    assert "重新验证" in page and "proof-password" not in page
    asked = client.get("/login/sso/?anew=1&next=/tasks/").headers["Location"]
    assert parse_qs(urlsplit(asked).query)["prompt"] == ["login"]
    back = urlsplit(visit(asked))
    client.get(f"{back.path}?{back.query}")
    newest = SignIn.objects.order_by("-pk").first()
    assert newest is not None and clock.now() - newest.proved_at < MINUTE


def test_an_old_sign_in_there_does_not_count_as_proved_again(
    client: Client, provider: Provider
) -> None:
    come_back(client)
    provider.claims = {"auth_time": int(time.time()) - 600}
    assert UNFINISHED in says(come_back(client, "/login/sso/?anew=1"))
    assert SignIn.objects.count() == 1
