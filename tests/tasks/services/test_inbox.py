"""Messages are their reader's own; what was put aside comes back."""

import pytest

from accounts.errors import DomainError
from accounts.models import AuditEntry
from tasks.models import InboxMessage
from tasks.reminders.delivery import deliver_reminders
from tasks.reminders.planning import plan_reminders
from tasks.services.inbox import (
    mark_all_read,
    mark_read,
    mark_unread,
    undo_read_all,
    unread_count,
)
from tests.cast import Cast
from tests.making import DEADLINE, issued_task


@pytest.fixture
def told(cast: Cast) -> Cast:
    """Three messages for `head`, one for `water_head`."""
    for number in range(3):
        issued_task(cast, code=f"T{number}")
    issued_task(cast, code="W", leads=(cast.water,))
    plan_reminders(on=DEADLINE)
    deliver_reminders()
    return cast


def test_reading_counts_down_and_can_be_taken_back(told: Cast) -> None:
    assert (unread_count(told.head), unread_count(told.water_head)) == (3, 1)
    message = mark_read(InboxMessage.objects.filter(recipient=told.head)[0], by=told.head)
    assert unread_count(told.head) == 2
    mark_unread(message, by=told.head)
    assert unread_count(told.head) == 3


def test_reading_twice_is_one_act(told: Cast) -> None:
    message = InboxMessage.objects.filter(recipient=told.head)[0]
    first = mark_read(message, by=told.head).read_at
    assert mark_read(message, by=told.head).read_at == first
    assert AuditEntry.objects.filter(action="inbox.read").count() == 1
    mark_unread(message, by=told.head)
    mark_unread(message, by=told.head)
    assert AuditEntry.objects.filter(action="inbox.unread").count() == 1


@pytest.mark.parametrize("act", [mark_read, mark_unread])
def test_nobody_reads_for_another(told: Cast, act: object) -> None:
    message = InboxMessage.objects.get(recipient=told.water_head)
    with pytest.raises(DomainError, match="不是您的"):
        act(message, by=told.head)  # type: ignore[operator]
    assert unread_count(told.water_head) == 1


def test_reading_all_leaves_others_and_comes_back_as_it_was(told: Cast) -> None:
    mark_read(InboxMessage.objects.filter(recipient=told.head)[0], by=told.head)
    count, entry = mark_all_read(by=told.head)
    assert (count, unread_count(told.head), unread_count(told.water_head)) == (2, 0, 1)
    assert entry is not None
    assert undo_read_all(entry.seq, by=told.head) == 2
    assert unread_count(told.head) == 2


def test_reading_all_of_nothing_leaves_no_trace(told: Cast) -> None:
    mark_all_read(by=told.head)
    entries = AuditEntry.objects.count()
    assert mark_all_read(by=told.head) == (0, None)
    assert AuditEntry.objects.count() == entries


def test_only_the_own_act_is_undone(told: Cast) -> None:
    _count, entry = mark_all_read(by=told.head)
    assert entry is not None
    with pytest.raises(DomainError, match="没有可撤销的操作"):
        undo_read_all(entry.seq, by=told.water_head)
    with pytest.raises(DomainError, match="没有可撤销的操作"):
        undo_read_all(entry.seq - 1, by=told.head)
