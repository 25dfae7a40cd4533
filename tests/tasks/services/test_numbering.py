"""Document numbers: gapless, never reused, one sequence for each kind and year."""

import datetime as dt
import threading

import pytest
from django.db import connection, transaction

from tasks.choices import DocumentKind
from tasks.services.numbering import next_number

DAY = dt.date(2023, 7, 1)


@pytest.mark.django_db
def test_each_kind_and_year_counts_from_one() -> None:
    assert next_number(DocumentKind.SLIP, on=DAY) == "并环督〔2023〕1号"
    assert next_number(DocumentKind.SLIP, on=DAY) == "并环督〔2023〕2号"
    assert next_number(DocumentKind.VETO_DECISION, on=DAY) == "并环决〔2023〕1号"
    assert next_number(DocumentKind.SLIP, on=dt.date(2024, 1, 1)) == "并环督〔2024〕1号"


@pytest.mark.django_db
def test_every_kind_of_document_has_its_own_mark() -> None:
    assert len({next_number(kind, on=DAY) for kind in DocumentKind}) == len(DocumentKind)


@pytest.mark.django_db
def test_a_document_that_was_not_saved_gives_its_number_back() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        next_number(DocumentKind.SLIP, on=DAY)
        raise ZeroDivisionError
    assert next_number(DocumentKind.SLIP, on=DAY) == "并环督〔2023〕1号"


@pytest.mark.django_db(transaction=True)
def test_a_number_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        next_number(DocumentKind.SLIP, on=DAY)


@pytest.mark.django_db(transaction=True)
def test_numbers_taken_at_once_have_no_gap_and_no_twin() -> None:
    taken: list[str] = []

    def take() -> None:
        try:
            for _turn in range(5):
                with transaction.atomic():
                    taken.append(next_number(DocumentKind.SLIP, on=DAY))
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(f"并环督〔2023〕{n}号" for n in range(1, 21))
