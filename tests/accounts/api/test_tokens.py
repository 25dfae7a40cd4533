"""Tokens: shown once, kept as digests, scoped, expiring, revocable."""

import datetime as dt
import json

import pytest
from django.core.management import call_command
from rest_framework.test import APIClient

from accounts import clock
from accounts.errors import DomainError
from accounts.models import ApiToken, AuditEntry
from accounts.services.tokens import issue_token, revoke_token
from tests.cast import Cast

UNITS = "/api/v1/units/"
MONTH = dt.timedelta(days=30)


def answer(secret: str, method: str = "get", url: str = UNITS) -> int:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    status: int = getattr(client, method)(url).status_code
    return status


def test_a_program_acts_as_the_person_of_its_token(cast: Cast) -> None:
    _token, secret = issue_token(cast.head, label="台账同步", valid_for=MONTH, by=cast.secadmin)
    assert answer(secret) == 200
    assert answer(secret + "x") == 401
    assert answer("") == 401


def test_only_the_digest_is_kept(cast: Cast) -> None:
    token, secret = issue_token(cast.head, label="台账同步", valid_for=MONTH, by=cast.secadmin)
    stored = ApiToken.objects.values().get()
    assert secret not in str(stored)
    assert secret not in str(list(AuditEntry.objects.values()))
    assert secret.startswith(token.hint)


def test_a_token_without_write_scope_only_reads(cast: Cast) -> None:
    _token, secret = issue_token(cast.head, label="只读", valid_for=MONTH, by=None)
    assert answer(secret, "post", "/api/v1/progress-reports/") == 403
    _token, secret = issue_token(cast.head, label="可写", valid_for=MONTH, writes=True, by=None)
    assert answer(secret, "post", "/api/v1/progress-reports/") == 422


def test_a_token_ends_when_it_expires_is_revoked_or_its_person_is_closed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, secret = issue_token(cast.head, label="一", valid_for=MONTH, by=None)
    assert answer(secret) == 200
    revoke_token(token, by=cast.secadmin)
    assert answer(secret) == 401
    _token, secret = issue_token(cast.head, label="二", valid_for=MONTH, by=None)
    cast.head.is_active = False
    cast.head.save()
    assert answer(secret) == 401
    token, secret = issue_token(cast.liaison, label="三", valid_for=MONTH, by=None)
    monkeypatch.setattr(clock, "now", lambda: token.expires_at - dt.timedelta(seconds=1))
    assert answer(secret) == 200
    monkeypatch.setattr(clock, "now", lambda: token.expires_at)
    assert answer(secret) == 401


@pytest.mark.parametrize("days", [0, 367])
def test_a_lifetime_has_its_limits(cast: Cast, days: int) -> None:
    with pytest.raises(DomainError, match="1 到 366 天"):
        issue_token(cast.head, label="x", valid_for=dt.timedelta(days=days), by=None)


def test_the_command_prints_a_token_that_works(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("issue_token", "head", "--label", "台账同步", "--format", "json")
    assert answer(json.loads(capsys.readouterr().out)["token"]) == 200
    with pytest.raises(SystemExit):
        call_command("issue_token", "nobody", "--label", "x")
    assert "没有登录名“nobody”" in capsys.readouterr().err
