"""Who the provider or the directory closed comes in by no other way: password, program, ticket."""

import datetime as dt
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from accounts import clock
from accounts.errors import DomainError
from accounts.models import AuditEntry, User
from accounts.services.local_passwords import set_local_password
from accounts.services.passwords import change_password, store_password
from accounts.services.signing_in import check_own_password
from accounts.services.tokens import issue_token
from tests.accounts.directories.test_oidc import come_back
from tests.cast import Cast
from tests.provider import Provider
from tests.slapd import Slapd

LEFTOVER = "Leftover-Password-2023"
WRONG = "登录名或密码不正确"


@pytest.fixture
def provider(cast: Cast, settings: Any) -> Iterator[Provider]:
    """A provider that signs the head in; the head has a password here from before."""
    running = Provider()
    running.signed_in = "head"
    settings.OIDC = running.config()
    settings.DIRECTORY_CACHE = dt.timedelta(0)
    give_password(cast.head)
    yield running
    running.stop()


def give_password(user: User) -> None:
    user.set_password(LEFTOVER)
    user.save()


def sign_in(client: Client, name: str = "head", password: str = LEFTOVER) -> Any:
    return client.post("/login/", {"username": name, "password": password})


def says(answer: Any) -> str:
    return str(answer.content.decode())


def is_in(client: Client) -> bool:
    return bool(client.get("/account/").status_code == 200)


def program_of(user: User) -> dict[str, str]:
    _token, secret = issue_token(user, label="报表", valid_for=dt.timedelta(days=1), by=None)
    return {"Authorization": f"Bearer {secret}"}


def asked_by(program: dict[str, str]) -> int:
    return int(Client().get("/api/v1/tasks/", headers=program).status_code)


def test_a_password_here_counts_until_the_provider_first_vouched(
    client: Client, provider: Provider
) -> None:
    assert sign_in(client).status_code == 302 and is_in(client)
    come_back(Client())
    refused = says(sign_in(Client()))
    assert WRONG in refused and "单位统一身份登录" in refused
    assert AuditEntry.objects.get(action="sign_in.failed").data["reason"] == "provider_only"


def test_disabled_at_the_provider_no_leftover_password_lets_in(
    client: Client, provider: Provider
) -> None:
    come_back(client)
    provider.disabled = {"head"}
    assert not is_in(client)
    assert WRONG in says(sign_in(client)) and not is_in(client)


def test_disabled_while_away_no_leftover_password_lets_in_either(
    client: Client, provider: Provider
) -> None:
    """Nobody asks the provider while the person is signed out; their password is no way round."""
    come_back(client)
    client.post("/logout/")
    provider.disabled = {"head"}
    assert WRONG in says(sign_in(client)) and not is_in(client)


def test_whom_the_provider_vouches_for_sets_and_proves_no_password_here(
    client: Client, provider: Provider, cast: Cast
) -> None:
    come_back(client)
    with pytest.raises(DomainError) as refused:
        store_password(cast.head, "Another-Password-2023", action="password.set")
    assert refused.value.code == "directory_password"
    with pytest.raises(DomainError) as refused:
        change_password(
            cast.head,
            old=LEFTOVER,
            new="Another-Password-2023",
            address="198.51.100.1",
            at=clock.now(),
            by=cast.head,
        )
    assert refused.value.code == "directory_password"
    with pytest.raises(DomainError) as refused:
        check_own_password(cast.head, LEFTOVER, address="198.51.100.1", at=clock.now())
    assert refused.value.code == "wrong_credentials"


def test_a_password_kept_deliberately_goes_on(
    client: Client, provider: Provider, cast: Cast
) -> None:
    come_back(client)
    provider.disabled = {"head"}
    assert not is_in(client)
    set_local_password(cast.head, local=True, at=clock.now())
    assert sign_in(client).status_code == 302 and is_in(client)
    assert asked_by(program_of(cast.head)) == 200


def test_a_provider_given_up_leaves_people_their_passwords(
    client: Client, provider: Provider, settings: Any
) -> None:
    come_back(client)
    settings.OIDC = None
    assert sign_in(Client()).status_code == 302


@pytest.mark.parametrize("scope", ["openid profile", "openid offline_access"])
def test_a_program_stops_once_the_provider_closed_its_person(
    client: Client, provider: Provider, cast: Cast, settings: Any, scope: str
) -> None:
    settings.OIDC = provider.config(scope=scope)
    come_back(client)
    program = program_of(cast.head)
    assert asked_by(program) == 200
    provider.disabled = {"head"}
    assert not is_in(client)
    assert asked_by(program) == 401
    provider.disabled = set()
    come_back(client)
    assert asked_by(program) == 200


def test_tokens_that_outlive_the_session_are_asked_with_for_a_program_too(
    client: Client, provider: Provider, cast: Cast, settings: Any
) -> None:
    settings.OIDC = provider.config(scope="openid offline_access")
    come_back(client)
    program = program_of(cast.head)
    client.post("/logout/")
    provider.disabled = {"head"}
    assert asked_by(program) == 401
    assert AuditEntry.objects.filter(action="directory.closed").count() == 1


def test_disabled_in_the_directory_no_leftover_password_lets_in(
    client: Client, office: Slapd, cast: Cast
) -> None:
    give_password(cast.head)
    office.disable("head")
    assert WRONG in says(sign_in(client)) and not is_in(client)


def let_locally(*words: str, format: str = "json") -> str:
    out = io.StringIO()
    call_command("let_sign_in_locally", *words, format=format, stdout=out)
    return out.getvalue()


def test_the_command_lets_a_person_in_locally_and_takes_it_back(
    client: Client, office: Slapd, cast: Cast
) -> None:
    give_password(cast.head)
    assert json.loads(let_locally("head")) == {"username": "head", "local": True}
    assert sign_in(client).status_code == 302 and is_in(client)
    assert "统一身份认证登录" in let_locally("head", "--undo", format="text")
    assert not is_in(client) and WRONG in says(sign_in(client))
    acts = AuditEntry.objects.filter(action__in=("sign_in.local", "sign_in.by_directory"))
    assert [entry.action for entry in acts.order_by("seq")] == [
        "sign_in.local",
        "sign_in.by_directory",
    ]
    assert all(entry.actor is None and entry.subject_id == str(cast.head.pk) for entry in acts)


def test_the_command_refuses_a_name_nobody_has(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        let_locally("nobody", format="text")
    assert ended.value.code == 1 and "没有登录名“nobody”" in capsys.readouterr().err
    assert not AuditEntry.objects.exists()
