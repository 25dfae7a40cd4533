"""The benchmark harness: fair turns, honest medians, limits at their edges."""

import importlib
import pkgutil

import pytest

import benchmarks
from benchmarks.harness import AtLeast, AtMost, machine, medians


def test_candidates_take_turns_and_the_order_turns_around() -> None:
    calls: list[str] = []
    medians({"a": lambda: calls.append("a"), "b": lambda: calls.append("b")})
    assert "".join(calls) == "ab" + "ab" + "ba" + "ab" + "ba" + "ab"


def test_a_median_shrugs_off_one_slow_round(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = 0.0
    pauses = iter([1.0, 1.0, 2.0, 500.0, 3.0, 2.0])  # the first is not measured

    def work() -> None:
        nonlocal clock
        clock += next(pauses)

    monkeypatch.setattr("benchmarks.harness.time.perf_counter", lambda: clock)
    assert medians({"work": work}) == {"work": 2.0}


def test_fewer_rounds_than_five_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 5 rounds"):
        medians({}, rounds=4)


def test_limits_include_their_number() -> None:
    assert [AtMost(1.5).holds(ratio) for ratio in (1.49, 1.5, 1.51)] == [True, True, False]
    assert [AtLeast(5).holds(ratio) for ratio in (4.99, 5.0, 5.01)] == [False, True, True]


@pytest.mark.django_db
def test_the_machine_is_described_without_its_name() -> None:
    found = machine()
    assert found.keys() == {"processor", "cores", "memory_gib", "system", "python", "database"}


def test_every_benchmark_can_run_and_says_what_its_ratios_must_be() -> None:
    names = [m.name for m in pkgutil.iter_modules(benchmarks.__path__) if m.name[:6] == "bench_"]
    assert names
    for name in names:
        module = importlib.import_module(f"benchmarks.{name}")
        assert callable(module.run), name
        assert module.MUST, name
