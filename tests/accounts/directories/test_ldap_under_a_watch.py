"""What an attacker could measure where an office has a directory: the time an answer takes."""

import datetime as dt
import secrets
import statistics
import time
from itertools import combinations
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from accounts.choices import Role
from accounts.directories.ldap import LdapDirectory
from accounts.models import RoleGrant, User
from tests.accounts.directories.conftest import DIRECTORY_PASSWORD
from tests.accounts.services.test_signing_in_under_load import ALPHA, mann_whitney
from tests.cast import Cast
from tests.slapd import Slapd

EACH = 67
LOCAL = "Local-Password-2023"


@pytest.mark.one_database
def test_no_name_tells_by_its_time_whether_it_is_an_officers(
    office: Slapd, cast: Cast, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two hundred wrong passwords in random order: officers, people of the directory, nobody.

    Each account is tried once, with the hasher of production; Mann-Whitney's U says how probable
    times this different are where nothing differs.
    """
    settings.PASSWORD_HASHERS = ["accounts.hashers.OfficeArgon2"]
    encoded = make_password(LOCAL)
    names = {
        kind: [f"{kind}{number:03d}" for number in range(EACH)]
        for kind in ("officer", "person", "nobody")
    }
    User.objects.bulk_create(
        User(username=name, staff_number=name, name=name, unit=cast.air, password=encoded)
        for kind in ("officer", "person")
        for name in names[kind]
    )
    RoleGrant.objects.bulk_create(
        RoleGrant(user=user, role=Role.SYSADMIN, unit=cast.bureau, since=dt.date(2022, 1, 1))
        for user in User.objects.filter(username__in=names["officer"])
    )
    office.fill(dict.fromkeys(names["person"], DIRECTORY_PASSWORD))
    tries = [(kind, name) for kind, of_kind in names.items() for name in of_kind]
    secrets.SystemRandom().shuffle(tries)
    client = Client()
    _try(client, "warm", 0)
    times: dict[str, list[float]] = {kind: [] for kind in names}
    for number, (kind, name) in enumerate(tries, start=1):
        began = time.perf_counter()
        _try(client, name, number)
        times[kind].append(time.perf_counter() - began)
    medians = {kind: statistics.median(values) * 1000 for kind, values in times.items()}
    found = {
        f"{one}/{other}": mann_whitney(times[one], times[other])
        for one, other in combinations(names, 2)
    }
    with capsys.disabled():
        told = "; ".join(f"{pair} p = {p:.3f}" for pair, p in found.items())
        told_medians = ", ".join(f"{kind} {value:.2f} ms" for kind, value in medians.items())
        print(f"\n{len(tries)} tries with a directory: median {told_medians}; {told}")  # noqa: T201
    assert min(found.values()) > ALPHA


def _try(client: Client, name: str, number: int) -> None:
    answer = client.post(
        "/login/",
        {"username": name, "password": "Wrong-Password-1"},
        REMOTE_ADDR=f"10.2.0.{number}",
    )
    assert "登录名或密码不正确" in answer.content.decode()


def test_an_officers_password_is_never_shown_to_the_directory(
    client: Client, office: Slapd, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    identify = LdapDirectory.identify

    def overhear(self: LdapDirectory, name: str, password: str) -> Any:
        shown.extend((name, password))
        return identify(self, name, password)

    monkeypatch.setattr(LdapDirectory, "identify", overhear)
    cast.sysadmin.set_password(LOCAL)
    cast.sysadmin.save()
    for password in (LOCAL + "x", LOCAL):
        client.post("/login/", {"username": "sysadmin", "password": password})
    assert len(shown) == 2 and not {"sysadmin", LOCAL, LOCAL + "x"} & set(shown)
    assert client.get("/account/").status_code == 200
