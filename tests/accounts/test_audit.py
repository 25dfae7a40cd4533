"""The audit chain: every entry rests on the one before it."""

import datetime as dt

import pytest
from django.db import transaction

from accounts.choices import UnitKind
from accounts.models import AuditEntry, AuditHead, Unit
from accounts.services import audit


@pytest.fixture
def unit(db: None) -> Unit:
    return Unit.objects.create(
        code="JU", name="市局", kind=UnitKind.BUREAU, group="bureau", path="/JU/"
    )


def write(unit: Unit, summary: str) -> AuditEntry:
    with transaction.atomic():
        return audit.record("unit.note", unit, by=None, summary=summary)


def test_each_entry_names_the_digest_before_it(unit: Unit) -> None:
    first, second = write(unit, "一"), write(unit, "二")
    assert first.previous == audit.GENESIS
    assert second.previous == first.digest
    assert [first.seq, second.seq] == [1, 2]


def test_a_digest_can_be_recomputed_from_what_is_stored(unit: Unit) -> None:
    write(unit, "一")
    stored = AuditEntry.objects.get()
    assert audit.digest_of(stored) == stored.digest
    stored.summary = "改"
    assert audit.digest_of(stored) != stored.digest


def test_times_grow_strictly_even_when_the_clock_is_set_back(unit: Unit) -> None:
    ahead = write(unit, "一").at + dt.timedelta(days=1)
    AuditHead.objects.update(at=ahead)
    assert write(unit, "二").at == ahead + dt.timedelta(microseconds=1)


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_refused() -> None:
    unit = Unit.objects.create(
        code="JU", name="市局", kind=UnitKind.BUREAU, group="bureau", path="/JU/"
    )
    with pytest.raises(transaction.TransactionManagementError):
        audit.record("unit.note", unit, by=None, summary="一")


def test_what_is_known_ends_with_the_newest_committed_entry(unit: Unit) -> None:
    entry = write(unit, "一")
    assert audit.known_until() == entry.at
