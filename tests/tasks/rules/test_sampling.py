"""Samples: how many, and the same again from the same seed."""

import hashlib

import pytest

from tasks.rules.sampling import VERIFICATION, SampleRule, draw_sample


@pytest.mark.parametrize(
    ("candidates", "drawn"),
    [
        (0, 0),
        (1, 1),
        (4, 4),
        (5, 5),
        (6, 5),
        (50, 5),
        (51, 6),
        (299, 30),
        (300, 30),
        (301, 30),
        (5000, 30),
    ],
)
def test_a_tenth_rounded_up_is_drawn_within_five_and_thirty(candidates: int, drawn: int) -> None:
    assert VERIFICATION.size(candidates) == drawn
    assert len(draw_sample(range(candidates), "seed", VERIFICATION)) == drawn


def test_the_same_seed_draws_the_same_in_any_order_and_another_seed_does_not() -> None:
    ids = list(range(1, 301))
    first = draw_sample(ids, "5f", VERIFICATION)
    assert draw_sample(reversed(ids), "5f", VERIFICATION) == first
    assert draw_sample([*ids, *ids], "5f", VERIFICATION) == first
    assert draw_sample(ids, "60", VERIFICATION) != first
    assert set(first) <= set(ids)


def test_a_draw_can_be_repeated_with_nothing_but_a_hash_function() -> None:
    ids = [3, 8, 11, 20, 41, 77]
    by_hand = sorted(ids, key=lambda one: hashlib.sha256(f"abc:{one}".encode()).hexdigest())[:2]
    rule = SampleRule(percent=1, least=2, most=2)
    assert list(draw_sample(ids, "abc", rule)) == sorted(by_hand)


def test_every_candidate_is_drawn_about_as_often() -> None:
    rule = SampleRule(percent=10, least=1, most=30)
    times = dict.fromkeys(range(50), 0)
    for seed in range(2000):
        for one in draw_sample(times, str(seed), rule):
            times[one] += 1
    # 2000 draws of 5 out of 50: 200 each; five standard deviations are about 67.
    assert all(133 <= count <= 267 for count in times.values()), times
