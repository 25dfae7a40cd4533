"""Divide the whole suite between its workers: a pytest plugin of `python -m tests` alone.

A test that uses a database is there once for each of them and waits for the worker that has it; on
PostgreSQL its name says so. Every other test is there once, and whichever worker is free runs it.
"""

from __future__ import annotations

import os
from collections import deque
from typing import TYPE_CHECKING, Any

import pytest
from django.test import TransactionTestCase

if TYPE_CHECKING:
    from collections.abc import Sequence

    # Not at run time: pytest wants to be the first to import its plugins.
    from xdist.workermanage import WorkerController

ON_POSTGRESQL = " (on PostgreSQL)"
DATABASE_FIXTURES = frozenset({"db", "transactional_db"})
# A worker starts a test only when it knows the next one, whose fixtures it may keep.
AHEAD = 2


def uses_database(item: pytest.Item) -> bool:
    """Whether a test runs on each database: it asks pytest-django for one, by mark or fixture.

    A page is tried once, on whichever database its worker has: what it reads and writes is a
    service's, tried on each. Pages whose test commits are about the database after all.
    """
    marker = item.get_closest_marker("django_db")
    fixtures = getattr(item, "fixturenames", ())
    commits = "transactional_db" in fixtures or bool(
        marker is not None and marker.kwargs.get("transaction")
    )
    is_page = "views" in item.path.parts and not commits
    if is_page or item.get_closest_marker("one_database"):
        return False
    cls = getattr(item, "cls", None)
    return (
        marker is not None
        or not DATABASE_FIXTURES.isdisjoint(fixtures)
        or (cls is not None and issubclass(cls, TransactionTestCase))
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In a worker name what is PostgreSQL's own, and put first what may take long."""
    if os.environ["TEST_DATABASE"] == "postgres":
        for item in items:
            if uses_database(item):
                _rename(item, f"{item.nodeid}{ON_POSTGRESQL}")
    # With the longest at the end, one worker would wait for the other.
    items.sort(key=lambda item: item.get_closest_marker("timeout") is None)


def _rename(item: Any, name: str) -> None:
    """Give a test another name, for which pytest has no words of its own."""
    item._id = type(item._id).parse(name)
    # Left with its name, it would pass for a test that is run once.
    assert item.nodeid == name


def pytest_xdist_make_scheduler(config: pytest.Config) -> Division:
    """Return what hands out the tests of this run."""
    return Division(workers=len(config.getvalue("tx")))


class Division:
    """Hands out tests: to each worker those it alone found, then those that all of them found.

    A scheduler of pytest-xdist, whose protocol says when each method is called.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers
        # Where each test stands in a worker's collection, by the test's name.
        self._found: dict[WorkerController, dict[str, int]] = {}
        self._running: dict[WorkerController, deque[str]] = {}
        # What waits for the worker of one database, and what waits for any.
        self._own: dict[str, deque[str]] = {}
        self._shared: deque[str] = deque()
        self.collection_is_completed = False

    @property
    def nodes(self) -> list[WorkerController]:
        """The workers that are there."""
        return list(self._running)

    @property
    def has_pending(self) -> bool:
        """Whether a worker still has something to run."""
        return any(self._running.values())

    @property
    def tests_finished(self) -> bool:
        """Whether nothing waits and each worker is at its last test."""
        waiting = [self._shared, *self._own.values()]
        return (
            self.collection_is_completed
            and not any(waiting)
            and all(len(running) < AHEAD for running in self._running.values())
        )

    def add_node(self, node: WorkerController) -> None:
        """Take in a worker, at the start or in place of one that crashed."""
        self._running[node] = deque()

    def add_node_collection(self, node: WorkerController, collection: Sequence[str]) -> None:
        """Hear what a worker found; divide it once all have told."""
        self._found[node] = {name: position for position, name in enumerate(collection)}
        if self.collection_is_completed or len(self._found) < self._workers:
            return
        self.collection_is_completed = True
        for each, found in self._found.items():
            own = self._own[_database(each)] = deque()
            for name in found:
                if not self._found_by_all(name):
                    own.append(name)
                elif each is node:
                    self._shared.append(name)

    def schedule(self) -> None:
        """Give every worker something to do."""
        for node in self.nodes:
            self._fill(node)

    def mark_test_complete(
        self, node: WorkerController, item_index: int, duration: float = 0
    ) -> None:
        """Give a worker that ran a test another one; it runs them in the order given."""
        self._running[node].popleft()
        self._fill(node)

    def remove_node(self, node: WorkerController) -> str | None:
        """Let a worker go; return the test it crashed in, and let others run what it left."""
        left = self._running.pop(node)
        crashed = left.popleft() if left else None
        while left:
            name = left.pop()
            shared = self._found_by_all(name)
            (self._shared if shared else self._own[_database(node)]).appendleft(name)
        return crashed

    def mark_test_pending(self, item: str) -> None:
        """Run no test twice: nothing in this project asks for it."""
        raise NotImplementedError

    def remove_pending_tests_from_node(
        self, node: WorkerController, indices: Sequence[int]
    ) -> None:
        """Take nothing back: no test is handed out long before its time."""
        raise NotImplementedError

    def _found_by_all(self, name: str) -> bool:
        return all(name in found for found in self._found.values())

    def _fill(self, node: WorkerController) -> None:
        running, own = self._running[node], self._own[_database(node)]
        while len(running) < AHEAD and not node.shutting_down:
            if not own and not self._shared:
                # The worker runs what it has instead of waiting to hear of another.
                node.shutdown()
                return
            name = (own or self._shared).popleft()
            running.append(name)
            node.send_runtest_some([self._found[node][name]])


def _database(node: WorkerController) -> str:
    """Return the database a worker was started for, `sqlite` or `postgres`."""
    return str(node.gateway.spec.env["TEST_DATABASE"])
