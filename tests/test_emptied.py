"""After a test that commits, the tables hold what migrating leaves, whatever ran before."""

import pytest
from django.test import TransactionTestCase

from accounts.models import AuditEntry, AuditHead, User
from accounts.services import audit
from tests.cast import build_cast
from tests.making import draft_task


@pytest.mark.django_db(transaction=True)
def test_emptied_tables_are_as_migrated() -> None:
    draft_task(build_cast())
    assert AuditHead.objects.get().seq > 0
    TransactionTestCase()._fixture_teardown()  # type: ignore[attr-defined]
    assert list(AuditHead.objects.values_list("pk", "seq", "digest")) == [(1, 0, audit.GENESIS)]
    assert not AuditEntry.objects.exists()
    assert not User.objects.exists()
