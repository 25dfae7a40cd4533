"""Draw samples that anybody can draw again: the same rule, seed and candidates give the same."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRule:
    """How many are drawn: a percentage of the candidates, rounded up, at least and at most."""

    percent: int
    least: int
    most: int

    def size(self, candidates: int) -> int:
        """Return how many of so many candidates are drawn; never more than there are."""
        share = -(-candidates * self.percent // 100)
        return min(candidates, max(self.least, min(self.most, share)))


# Enough to notice, and what one person can open in a sitting.
VERIFICATION = SampleRule(percent=10, least=5, most=30)
LOOK_BACK = SampleRule(percent=10, least=3, most=30)


def draw_sample(candidates: Iterable[int], seed: str, rule: SampleRule) -> tuple[int, ...]:
    """Return the ids drawn, in ascending order.

    Drawn are the first `rule.size` candidates in the order of SHA-256("seed:id"), so that the
    draw can be repeated with nothing but a hash function.
    """
    known = sorted(set(candidates))
    order = sorted(known, key=lambda one: hashlib.sha256(f"{seed}:{one}".encode()).digest())
    return tuple(sorted(order[: rule.size(len(known))]))
