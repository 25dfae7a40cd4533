"""Every test is run: what uses a database on both of them, the rest once by whoever is free."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from tests.division import ON_POSTGRESQL, Division, uses_database

SHARED = [f"shared {number}" for number in range(6)]
OWN = [f"own {number}" for number in range(4)]
ON_SQLITE = OWN + SHARED
ON_POSTGRES = [f"{name}{ON_POSTGRESQL}" for name in OWN] + SHARED


class Worker:
    """A worker as the scheduler sees it; it runs a test once it knows the next or that none is."""

    def __init__(self, database: str, collection: Sequence[str]) -> None:
        self.gateway = SimpleNamespace(spec=SimpleNamespace(env={"TEST_DATABASE": database}))
        self.collection = collection
        self.given: list[int] = []
        self.ran: list[str] = []
        self.shutting_down = False

    def send_runtest_some(self, indices: Sequence[int]) -> None:
        self.given += indices

    def shutdown(self) -> None:
        self.shutting_down = True

    def runs_one(self, division: Any) -> bool:
        if len(self.given) < (1 if self.shutting_down else 2):
            return False
        done = self.given.pop(0)
        self.ran.append(self.collection[done])
        division.mark_test_complete(self, done)
        return True


def divided(*workers: Worker) -> Division:
    division = Division(workers=len(workers))
    for worker in workers:
        enter(division, worker)
    assert division.collection_is_completed
    division.schedule()
    return division


def enter(division: Any, worker: Worker) -> None:
    division.add_node(worker)
    division.add_node_collection(worker, worker.collection)


@pytest.fixture
def sqlite() -> Worker:
    return Worker("sqlite", ON_SQLITE)


@pytest.fixture
def postgres() -> Worker:
    # What it collects stands elsewhere than in the other worker's collection.
    return Worker("postgres", list(reversed(ON_POSTGRES)))


def run(division: Division, *workers: Worker) -> None:
    """Let the workers run in turn until none can."""
    while sum(worker.runs_one(division) for worker in workers):
        pass


def test_each_worker_runs_its_own_and_both_share_the_rest(sqlite: Worker, postgres: Worker) -> None:
    division = divided(sqlite, postgres)
    run(division, sqlite, postgres)
    assert sorted(sqlite.ran + postgres.ran) == sorted({*ON_SQLITE, *ON_POSTGRES})
    assert set(OWN) <= set(sqlite.ran)
    assert len(sqlite.ran) == len(postgres.ran)
    assert division.tests_finished
    assert not division.has_pending


def test_the_rest_goes_to_whoever_is_free(sqlite: Worker, postgres: Worker) -> None:
    division = divided(sqlite, postgres)
    run(division, postgres)
    assert set(postgres.ran) == set(ON_POSTGRES)
    assert not division.tests_finished
    run(division, sqlite)
    assert sqlite.ran == OWN
    assert division.tests_finished


def test_a_single_worker_runs_everything(sqlite: Worker) -> None:
    division = divided(sqlite)
    run(division, sqlite)
    assert sqlite.ran == ON_SQLITE
    assert division.tests_finished


@pytest.mark.parametrize("after", range(10))
def test_what_a_crashed_worker_left_is_run_all_the_same(
    sqlite: Worker, postgres: Worker, after: int
) -> None:
    division = divided(sqlite, postgres)
    for _run in range(after):
        assert postgres.runs_one(division)
    crashed_in = division.remove_node(postgres)
    assert crashed_in == postgres.collection[postgres.given[0]]
    fresh = Worker("postgres", postgres.collection)
    enter(division, fresh)
    division.schedule()
    run(division, sqlite, fresh)
    ran = [*sqlite.ran, *postgres.ran, crashed_in, *fresh.ran]
    assert sorted(ran) == sorted({*ON_SQLITE, *ON_POSTGRES})
    assert division.tests_finished


@pytest.fixture
def indirectly(db: None) -> None:
    """Something that rests on a database."""


def test_what_asks_for_none_uses_no_database(request: pytest.FixtureRequest) -> None:
    assert not uses_database(request.node)


@pytest.mark.django_db
def test_a_mark_asks_for_a_database(request: pytest.FixtureRequest) -> None:
    assert uses_database(request.node)


def test_a_fixture_of_a_fixture_asks_for_a_database(
    request: pytest.FixtureRequest, indirectly: None
) -> None:
    assert uses_database(request.node)


@pytest.mark.django_db
@pytest.mark.one_database
def test_what_opts_out_is_run_once(request: pytest.FixtureRequest) -> None:
    assert not uses_database(request.node)
