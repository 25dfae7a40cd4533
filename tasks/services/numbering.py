"""Number official documents: one sequence for each kind and year, no gap, no reuse."""

import datetime as dt

from django.db import connection, transaction

from tasks.choices import DocumentKind
from tasks.models import DocumentSequence

# The office's code (机关代字) and what each kind of document adds to it.
AGENCY = "并环"
_MARKS = {
    DocumentKind.SLIP: "督",
    DocumentKind.INTERVIEW_NOTICE: "约",
    DocumentKind.EXCELLENCE_DECISION: "评",
    DocumentKind.VETO_DECISION: "决",
    DocumentKind.REFERRAL: "移",
}


def next_number(kind: DocumentKind, *, on: dt.date) -> str:
    """Take the next number of the kind in the year of `on`, as 并环督〔2023〕1号.

    Call it inside the transaction that saves the document: the sequence's row stays locked to
    commit, so a document that is not saved gives its number back and no number is skipped.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("next_number needs a transaction")
    DocumentSequence.objects.get_or_create(kind=kind, year=on.year)
    sequence = DocumentSequence.objects.select_for_update().get(kind=kind, year=on.year)
    sequence.last += 1
    sequence.save(update_fields=["last"])
    return f"{AGENCY}{_MARKS[kind]}〔{on.year}〕{sequence.last}号"
