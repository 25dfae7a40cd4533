"""Signing in with a password: who gets in, what is counted, what is written down."""

import datetime as dt

import pytest

from accounts import clock
from accounts.models import AttemptCount, AuditEntry, User
from accounts.services import attempts
from accounts.services.signing_in import (
    SignInRefusedError,
    check_own_password,
    sign_in_with_password,
)
from tests.cast import Cast

RIGHT, WRONG = "Right-Password-2023", "Wrong-Password-2023"
NOON = dt.datetime(2026, 3, 2, 12, tzinfo=clock.BEIJING)
LOCK = dt.timedelta(minutes=30)
HERE, ELSEWHERE = "203.0.113.9", "203.0.113.10"


@pytest.fixture
def head(cast: Cast) -> User:
    """The cast's head with a password."""
    return with_password(cast.head)


def with_password(user: User) -> User:
    user.set_password(RIGHT)
    user.save(update_fields=["password"])
    return user


def attempt(
    username: str = "head",
    password: str = WRONG,
    *,
    address: str = HERE,
    at: dt.datetime = NOON,
) -> str:
    """Try once; return the refusal's code, or `in`."""
    try:
        sign_in_with_password(username, password, address=address, at=at)
    except SignInRefusedError as refusal:
        return refusal.code
    return "in"


def actions() -> list[str]:
    return list(AuditEntry.objects.values_list("action", flat=True))


def test_the_right_password_opens_the_account(head: User) -> None:
    assert sign_in_with_password("head", RIGHT, address=HERE, at=NOON) == head


def test_the_fifth_failure_locks_and_the_fourth_does_not(head: User) -> None:
    answers = [attempt() for _ in range(4)]
    assert answers == ["wrong_credentials"] * 4
    assert attempt() == "locked"
    assert attempt(password=RIGHT) == "locked"


def test_after_four_failures_the_right_password_opens_and_clears_the_count(head: User) -> None:
    for _ in range(4):
        attempt()
    assert attempt(password=RIGHT) == "in"
    assert [attempt() for _ in range(5)] == ["wrong_credentials"] * 4 + ["locked"]


@pytest.mark.parametrize(
    ("later", "answer"),
    [
        (LOCK - dt.timedelta(microseconds=1), "locked"),
        (LOCK, "in"),
        (LOCK + dt.timedelta(microseconds=1), "in"),
    ],
)
def test_a_lock_lasts_thirty_minutes(head: User, later: dt.timedelta, answer: str) -> None:
    for _ in range(5):
        attempt()
    assert attempt(password=RIGHT, at=NOON + later) == answer


def test_tries_during_a_lock_do_not_lengthen_it(head: User) -> None:
    for _ in range(5):
        attempt()
    attempt(at=NOON + LOCK - dt.timedelta(seconds=1))
    assert attempt(password=RIGHT, at=NOON + LOCK) == "in"


def test_failures_a_day_apart_do_not_add_up(head: User) -> None:
    for _ in range(4):
        attempt()
    day = dt.timedelta(days=1)
    assert attempt(at=NOON + day - dt.timedelta(microseconds=1)) == "locked"
    AttemptCount.objects.all().delete()
    for _ in range(4):
        attempt()
    assert attempt(at=NOON + day) == "wrong_credentials"


def failures_from(cast: Cast, count: int, *, address: str = HERE) -> list[str]:
    """Fail `count` times from an address, over as many people as that takes; the answers."""
    answers = []
    for number in range(count):
        name = f"p{number:03d}"
        if not User.objects.filter(username=name).exists():
            user = User(username=name, staff_number=name, name=name, unit=cast.air)
            user.set_password(RIGHT)
            user.save()
        answers.append(attempt(name, address=address))
    return answers


def test_the_fiftieth_failure_locks_an_address_for_everybody_there(head: User, cast: Cast) -> None:
    answers = failures_from(cast, 49)
    assert set(answers) == {"wrong_credentials"}
    assert attempt(password=RIGHT) == "in"
    assert attempt("branch") == "locked"
    assert attempt(password=RIGHT) == "locked"
    assert attempt(password=RIGHT, address=ELSEWHERE) == "in"
    assert attempt(password=RIGHT, at=NOON + LOCK) == "in"


def test_an_address_forgets_after_half_an_hour(head: User, cast: Cast) -> None:
    failures_from(cast, 49)
    assert attempt("branch", at=NOON + LOCK) == "wrong_credentials"
    assert attempt(password=RIGHT, at=NOON + LOCK) == "in"


@pytest.mark.parametrize("username", ["nobody", "", "head\x00", "头" * 64])
def test_a_name_nobody_has_locks_nobody_else(head: User, username: str) -> None:
    for _ in range(60):
        attempt(username)
    assert attempt(password=RIGHT) == "in"


def test_registering_a_name_that_was_tried_before_starts_at_nothing(cast: Cast) -> None:
    for _ in range(5):
        attempt("newcomer")
    user = User(username="newcomer", staff_number="n", name="n", unit=cast.air)
    user.set_password(RIGHT)
    user.save()
    assert attempt("newcomer", RIGHT) == "in"


def test_no_answer_tells_whether_a_name_exists(head: User, cast: Cast) -> None:
    closed = with_password(cast.liaison)
    closed.is_active = False
    closed.save()
    told = []
    for username in ("head", "nobody", "liaison", "clerk"):
        sentences = []
        for _ in range(7):
            with pytest.raises(SignInRefusedError) as refusal:
                sign_in_with_password(username, WRONG, address=HERE, at=NOON)
            sentences.append(str(refusal.value.message))
        told.append(sentences)
    assert told[0] == told[1] == told[2] == told[3]
    assert "12:30" in told[0][-1]


def test_a_closed_account_does_not_open_with_its_password(head: User) -> None:
    head.is_active = False
    head.save()
    assert attempt(password=RIGHT) == "wrong_credentials"


def test_every_try_leaves_an_entry(head: User) -> None:
    attempt(password=RIGHT)
    for _ in range(6):
        attempt()
    attempt("nobody")
    assert actions() == [
        "sign_in.password",
        *["sign_in.failed"] * 5,
        "sign_in.locked",
        "sign_in.refused",
        "sign_in.failed",
    ]
    last = AuditEntry.objects.get(seq=AuditEntry.objects.count())
    assert last.actor is None
    assert last.data == {"address": HERE, "reason": "unknown_name"}


def test_a_name_nobody_has_is_never_written_down(head: User) -> None:
    attempt("MyPassword2023")
    rows = [*AttemptCount.objects.values(), *AuditEntry.objects.values()]
    assert "MyPassword2023" not in str(rows)


def test_the_own_password_is_counted_like_a_sign_in(head: User) -> None:
    for _ in range(4):
        with pytest.raises(SignInRefusedError, match="密码不正确"):
            check_own_password(head, WRONG, address=HERE, at=NOON)
    assert attempt() == "locked"


def test_a_hash_of_an_older_kind_is_replaced_at_sign_in(head: User, settings: object) -> None:
    settings.PASSWORD_HASHERS = [  # type: ignore[attr-defined]
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    assert attempt(password=RIGHT) == "in"
    head.refresh_from_db()
    assert head.password.startswith("pbkdf2_sha256$")
    assert attempt(password=RIGHT) == "in"


def test_an_ipv6_site_is_one_address() -> None:
    one = attempts.key_of_address("2001:db8:1:2::1")
    assert one == attempts.key_of_address("2001:db8:1:2:ffff::9")
    assert one != attempts.key_of_address("2001:db8:1:3::1")


def test_counts_are_forgotten_when_they_say_nothing_any_more(head: User) -> None:
    attempt()
    day = dt.timedelta(days=1, minutes=30)
    assert attempts.forget_old(at=NOON + day) == 0
    assert attempts.forget_old(at=NOON + day + dt.timedelta(microseconds=1)) == 2
