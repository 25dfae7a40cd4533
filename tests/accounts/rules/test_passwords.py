"""What a new password must be, for any password anybody can type."""

import datetime as dt
import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from accounts.rules.passwords import LONGEST, PROFILES, Flaw, flaws_of, is_due

DENGBAO, ASVS = PROFILES["dengbao"], PROFILES["asvs"]
CLASSES = (string.ascii_uppercase, string.ascii_lowercase, string.digits, "!@#$%^&*-_ 中")
SET = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)


def never(_password: str) -> bool:
    return False


def flaws(password: str, profile: str = "dengbao", *attributes: str) -> set[Flaw]:
    return set(flaws_of(password, PROFILES[profile], attributes=attributes, is_common=never))


def of_classes(count: int, length: int) -> str:
    """Return a password of exactly so many classes and signs."""
    signs = [CLASSES[index][0] for index in range(count)]
    return "".join(signs[index % count] for index in range(length))


def test_the_numbers_are_those_of_the_profiles() -> None:
    assert (DENGBAO.length, DENGBAO.classes, DENGBAO.history) == (8, 3, 5)
    assert DENGBAO.rotation == dt.timedelta(days=90)
    assert DENGBAO.attributes
    assert (ASVS.length, ASVS.classes, ASVS.history, ASVS.rotation) == (12, 0, 0, None)


@pytest.mark.parametrize(
    ("profile", "length", "short"),
    [
        ("dengbao", 7, True),
        ("dengbao", 8, False),
        ("dengbao", 9, False),
        ("asvs", 11, True),
        ("asvs", 12, False),
        ("asvs", 13, False),
    ],
)
def test_the_least_length(profile: str, length: int, short: bool) -> None:
    assert (Flaw.SHORT in flaws(of_classes(4, length), profile)) is short


@pytest.mark.parametrize(
    ("length", "long"), [(LONGEST - 1, False), (LONGEST, False), (LONGEST + 1, True)]
)
def test_the_greatest_length(length: int, long: bool) -> None:
    assert (Flaw.LONG in flaws(of_classes(4, length))) is long


@pytest.mark.parametrize(("count", "few"), [(1, True), (2, True), (3, False), (4, False)])
def test_three_of_four_classes(count: int, few: bool) -> None:
    assert (Flaw.CLASSES in flaws(of_classes(count, 16))) is few
    assert Flaw.CLASSES not in flaws(of_classes(count, 16), "asvs")


@given(st.permutations(CLASSES), st.lists(st.integers(0, 2), min_size=5, max_size=30))
def test_any_three_classes_will_do_in_any_order(classes: list[str], picks: list[int]) -> None:
    password = "".join(classes[pick][0] for pick in [0, 1, 2, *picks])
    assert flaws(password) == set()


@given(st.text(max_size=200))
def test_a_password_either_has_no_flaw_or_is_told_each_of_them(password: str) -> None:
    found = flaws(password)
    assert (Flaw.SHORT in found) == (len(password) < 8)
    assert (Flaw.LONG in found) == (len(password) > LONGEST)
    assert Flaw.ATTRIBUTE not in found
    assert Flaw.CLASSES not in flaws(password, "asvs")


@given(
    st.text(string.ascii_letters + string.digits, min_size=3, max_size=12),
    st.text(max_size=10),
    st.text(max_size=10),
    st.sampled_from([str, str.upper, str.swapcase, lambda word: word[::-1]]),
)
def test_an_own_name_is_found_wherever_and_however_it_stands(
    word: str, before: str, after: str, written: object
) -> None:
    password = before + written(word) + after  # type: ignore[operator]
    assert Flaw.ATTRIBUTE in flaws(password, "dengbao", word)
    assert Flaw.ATTRIBUTE not in flaws(password, "asvs", word)


@given(st.text(string.ascii_lowercase, max_size=2), st.text(string.ascii_lowercase, max_size=20))
def test_pieces_shorter_than_three_signs_are_no_attribute(piece: str, password: str) -> None:
    assert Flaw.ATTRIBUTE not in flaws(password, "dengbao", piece)


@given(st.text(string.digits, min_size=3), st.text(string.ascii_letters, min_size=3))
def test_what_does_not_hold_the_word_is_not_held_against_it(password: str, word: str) -> None:
    assume(word.casefold().isascii())
    assert Flaw.ATTRIBUTE not in flaws(password, "dengbao", word)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_common_password_is_refused_by_every_profile(profile: str) -> None:
    found = flaws_of(
        of_classes(4, 20), PROFILES[profile], attributes=(), is_common=lambda _password: True
    )
    assert found == (Flaw.COMMON,)


@pytest.mark.parametrize(
    ("after", "due"),
    [
        (dt.timedelta(days=90) - dt.timedelta(microseconds=1), False),
        (dt.timedelta(days=90), True),
        (dt.timedelta(days=91), True),
    ],
)
def test_a_password_holds_ninety_days(after: dt.timedelta, due: bool) -> None:
    since = SET + dt.timedelta(days=90) if due else None
    assert is_due(SET, DENGBAO, at=SET + after) == since
    assert is_due(SET, ASVS, at=SET + after) is None
    assert is_due(None, DENGBAO, at=SET + after) is None
