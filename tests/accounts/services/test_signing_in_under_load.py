"""What an attacker could measure: tries in parallel, and the time an answer takes."""

import datetime as dt
import math
import secrets
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher, make_password
from django.db import connection
from django.test import Client

from accounts import clock
from accounts.models import AttemptCount, AuditEntry, User
from accounts.services.signing_in import SignInRefusedError, sign_in_with_password
from tests.cast import build_cast

RIGHT, WRONG = "Right-Password-2023", "Wrong-Password-2023"
NOON = dt.datetime(2026, 3, 2, 12, tzinfo=clock.BEIJING)
PARALLEL = 50
TRIES = 200
# A difference in time this improbable by chance fails the test.
ALPHA = 0.001


class CountingHasher(MD5PasswordHasher):
    """Counts how often a password is looked at, and takes long enough for all to overlap."""

    looked = 0
    lock = threading.Lock()

    def verify(self, password: str, encoded: str) -> bool:
        with CountingHasher.lock:
            CountingHasher.looked += 1
        time.sleep(0.1)
        return super().verify(password, encoded)


@pytest.fixture
def counting(settings: object) -> type[CountingHasher]:
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]  # type: ignore[attr-defined]
    CountingHasher.looked = 0
    return CountingHasher


def all_at_once(names: list[str], *, password: str = WRONG) -> list[str]:
    """Try every name at the same moment, each from its own address; the answers' codes."""
    start = threading.Barrier(len(names))

    def attempt(number: int) -> str:
        start.wait(timeout=30)
        try:
            sign_in_with_password(names[number], password, address=f"198.51.100.{number}", at=NOON)
        except SignInRefusedError as refusal:
            return refusal.code
        finally:
            connection.close()
        return "in"

    with ThreadPoolExecutor(max_workers=len(names)) as pool:
        return list(pool.map(attempt, range(len(names))))


@pytest.mark.parametrize("known", [True, False], ids=["an account", "a name nobody has"])
def test_fifty_wrong_passwords_at_once_are_looked_at_five_times(
    transactional_db: None, counting: type[CountingHasher], known: bool
) -> None:
    head = build_cast().head
    head.set_password(RIGHT)
    head.save()
    answers = all_at_once([head.username if known else "nobody"] * PARALLEL)
    assert counting.looked == 5
    assert answers.count("wrong_credentials") == 4
    assert answers.count("locked") == PARALLEL - 4
    entries = AuditEntry.objects.values_list("action", flat=True)
    assert sorted(entries) == sorted(
        ["sign_in.failed"] * 5 + ["sign_in.locked"] + ["sign_in.refused"] * (PARALLEL - 5)
    )


def test_people_of_one_office_signing_in_at_once_all_get_in(
    transactional_db: None, counting: type[CountingHasher]
) -> None:
    unit = build_cast().air
    names = [f"p{number}" for number in range(20)]
    User.objects.bulk_create(
        User(username=n, staff_number=n, name=n, unit=unit, password=make_password(RIGHT))
        for n in names
    )
    assert all_at_once(names, password=RIGHT) == ["in"] * len(names)
    assert set(AttemptCount.objects.values_list("failures", flat=True)) == {0}


@pytest.mark.one_database
def test_an_unknown_name_takes_as_long_as_a_wrong_password(
    db: None, settings: object, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two hundred tries through the page, in random order, with the hasher of production.

    Mann-Whitney's U says how probable times this different are where nothing differs.
    """
    settings.PASSWORD_HASHERS = ["accounts.hashers.OfficeArgon2"]  # type: ignore[attr-defined]
    unit = build_cast().air
    encoded = make_password(RIGHT)
    known = [f"known{number:03d}" for number in range(TRIES // 2)]
    User.objects.bulk_create(
        User(username=n, staff_number=n, name=n, unit=unit, password=encoded) for n in known
    )
    tries = [(name, True) for name in known]
    tries += [(name.replace("known", "other"), False) for name in known]
    secrets.SystemRandom().shuffle(tries)
    client = Client()
    _page_after(client, "warm", 0)
    times: dict[bool, list[float]] = {True: [], False: []}
    pages = set()
    for number, (name, is_known) in enumerate(tries):
        began = time.perf_counter()
        page = _page_after(client, name, number)
        times[is_known].append(time.perf_counter() - began)
        pages.add(page)
    assert len(pages) == 1
    p = mann_whitney(times[True], times[False])
    medians = [statistics.median(times[kind]) * 1000 for kind in (True, False)]
    with capsys.disabled():
        print(  # noqa: T201 - the measured statistic is what the test is for
            f"\n{TRIES} tries: median {medians[0]:.2f} ms wrong password, "
            f"{medians[1]:.2f} ms unknown name; Mann-Whitney p = {p:.3f}"
        )
    assert p > ALPHA


def _page_after(client: Client, name: str, number: int) -> str:
    """Try to sign in from an address of its own; return the page without what differs anyway."""
    answer = client.post(
        "/login/",
        {"username": name, "password": WRONG},
        REMOTE_ADDR=f"10.1.{number // 250}.{number % 250}",
    )
    assert answer.status_code == 200
    page = answer.content.decode().replace(name, "NAME")
    token = answer.context["csrf_token"]
    return page.replace(str(token), "TOKEN")


def mann_whitney(one: list[float], other: list[float]) -> float:
    """Return the two-sided p of the rank-sum test, by its normal approximation."""
    ranked = sorted([(value, True) for value in one] + [(value, False) for value in other])
    ranks = sum(rank for rank, (_value, first) in enumerate(ranked, start=1) if first)
    n, m = len(one), len(other)
    u = ranks - n * (n + 1) / 2
    z = (u - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12)
    return math.erfc(abs(z) / math.sqrt(2))


def test_the_statistic_finds_a_difference_where_there_is_one() -> None:
    same = [math.sin(number) for number in range(100)]
    assert mann_whitney(same, [value + 1 for value in same]) < ALPHA
    assert mann_whitney(same[::2], same[1::2]) > ALPHA
