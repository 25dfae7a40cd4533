"""Every address × method × person × own or other unit, as the table says."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from pytest_django import DjangoDbBlocker

from tests.cast import build_cast
from tests.making import stop_clock
from tests.permissions.asking import Asker
from tests.permissions.crawl import METHODS, addresses
from tests.permissions.table import (
    ANONYMOUS,
    FORBIDDEN,
    NOT_FOUND,
    PASS,
    REFUSED,
    SIGN_IN,
    Row,
    Table,
)
from tests.permissions.world import MARKS, ON, World, build_world

ROWS = "permission rows"
TABLE = Table()
# The log names what was done to whom: that is what its reader is for.
READS_THE_LOG = {("auditor", "audit-list")}


def test_every_address_is_listed_and_no_other() -> None:
    assert set(addresses()) == set(TABLE.addresses)


def test_the_table_names_only_methods_and_people_that_exist() -> None:
    known = {"at", "seen", "send", *METHODS}
    for name, entry in TABLE.addresses.items():
        assert set(entry) <= known, name
        for part in ("seen", *METHODS):
            named = TABLE.people(entry.get(part, []))
            assert named <= TABLE.everybody | {ANONYMOUS}, (name, part)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The bureau, built once for everybody who is asked: no request leaves anything of itself."""
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        stop_clock(patch, ON)
        yield build_world(build_cast())
        transaction.set_rollback(True)


@pytest.mark.one_database
@pytest.mark.django_db
@pytest.mark.parametrize("person", [ANONYMOUS, *sorted(TABLE.everybody)])
def test_every_row_is_answered_as_written(
    world: World, record_property: Callable[[str, object], None], person: str
) -> None:
    asker = Asker(world, person)
    wrong: list[str] = []
    answers: Counter[str] = Counter()
    for row in TABLE.rows(person):
        response = asker.ask(row)
        answers[row.answer] += 1
        wrong += _faults(row, response)
    record_property(ROWS, answers.total())
    assert not wrong, "\n".join(wrong)
    assert answers[REFUSED] < answers.total()


def _faults(row: Row, response: Any) -> list[str]:
    answer, text = _answer_of(response), _text(response)
    refused = row.answer == REFUSED and answer != PASS
    where = f"{row.person} {row.method} {row.name} ({row.side})"
    faults = [] if refused or answer == row.answer else [f"{where}: {answer}, not {row.answer}"]
    narrow = row.person not in TABLE.wide and (row.person, row.name) not in READS_THE_LOG
    if narrow and answer == PASS and row.side == "own" and MARKS["other"] in text:
        faults.append(f"{where}: shows what belongs to the other unit")
    if answer in (FORBIDDEN, NOT_FOUND) and any(mark in text for mark in MARKS.values()):
        faults.append(f"{where}: names what it refuses")
    return faults


def _answer_of(response: HttpResponse) -> str:
    status = response.status_code
    if status == 401 or (status == 302 and response.headers["Location"].startswith("/login/?")):
        return SIGN_IN
    if status in (403, 404):
        return str(status)
    return REFUSED if status == 405 else PASS


def _text(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode(errors="replace")
