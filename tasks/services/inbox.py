"""A person's own messages: opened, put aside all at once, and brought back."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import AuditEntry, User
from accounts.services import audit
from tasks.models import InboxMessage

_READ_ALL = "inbox.read_all"


def unread_count(user: User) -> int:
    """Return how many messages the person has not opened."""
    return InboxMessage.objects.filter(recipient=user).unread().count()


@transaction.atomic
def mark_read(message: InboxMessage, *, by: User) -> InboxMessage:
    """Mark the person's own message as read; return it. Reading it again changes nothing."""
    message = _own(message, by)
    if message.read_at is None:
        entry = audit.record(
            "inbox.read",
            message,
            by=by,
            summary=_("阅读消息：%(title)s") % {"title": message.title},
        )
        message.read_at = entry.at
        message.save(update_fields=["read_at"])
    return message


@transaction.atomic
def mark_unread(message: InboxMessage, *, by: User) -> InboxMessage:
    """Mark the person's own message as not read yet; return it."""
    message = _own(message, by)
    if message.read_at is not None:
        audit.record(
            "inbox.unread",
            message,
            by=by,
            summary=_("标为未读：%(title)s") % {"title": message.title},
        )
        message.read_at = None
        message.save(update_fields=["read_at"])
    return message


@transaction.atomic
def mark_all_read(*, by: User) -> tuple[int, AuditEntry | None]:
    """Mark everything unread as read; return how many, and the entry that `undo_read_all` takes."""
    unread = InboxMessage.objects.filter(recipient=by).unread()
    count = unread.count()
    if not count:
        return 0, None
    entry = audit.record(
        _READ_ALL, by, by=by, summary=_("将 %(count)s 条消息标为已读") % {"count": count}
    )
    return unread.update(read_at=entry.at), entry


@transaction.atomic
def undo_read_all(seq: int, *, by: User) -> int:
    """Bring back what the person marked as read with one `mark_all_read`; return how many."""
    done = AuditEntry.objects.filter(seq=seq, action=_READ_ALL, actor=by).first()
    if done is None:
        raise DomainError("nothing_to_undo", _("没有可撤销的操作，请刷新消息页面。"))
    messages = InboxMessage.objects.filter(recipient=by, read_at=done.at)
    audit.record(
        "inbox.undo_read_all",
        by,
        by=by,
        summary=_("撤销将消息标为已读（操作 %(seq)s）") % {"seq": seq},
    )
    return messages.update(read_at=None)


def _own(message: InboxMessage, by: User) -> InboxMessage:
    own = InboxMessage.objects.select_for_update().filter(pk=message.pk, recipient=by).first()
    if own is None:
        raise DomainError("not_yours", _("这条消息不是您的，请在消息页面打开自己的消息。"))
    return own
