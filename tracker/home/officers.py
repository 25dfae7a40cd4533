"""The first page of the three officers: their own messages, and no business data at all."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.choices import Role
from accounts.scopes import Standing
from tasks.models import InboxMessage
from tasks.views.pieces import Action, Notice, WorkItem
from tracker.home.desk import Desk, queue

_DUTIES = {
    Role.SYSADMIN: gettext_lazy("您负责账号和系统配置。按三员分立的要求，这里不显示业务数据。"),
    Role.SECADMIN: gettext_lazy("您负责权限和考核办法。按三员分立的要求，这里不显示业务数据。"),
    Role.AUDITOR: gettext_lazy("您负责查阅审计日志。按三员分立的要求，这里不显示业务数据。"),
}


def fill(desk: Desk, standing: Standing) -> None:
    """Say what the officer's duty is, and add their unread messages."""
    desk.notices += [Notice(text=str(text)) for role, text in _DUTIES.items() if standing.has(role)]
    inbox = reverse("tasks:inbox")
    rows = InboxMessage.objects.visible_to(standing.user, on=standing.on).unread().order_by("-at")
    desk.queues.append(
        queue(_("未读消息"), rows, _message, more_url=inbox, empty=_("没有未读消息。"))
    )
    desk.actions.append(Action(label=_("消息"), url=inbox, icon="bell"))


def _message(message: InboxMessage) -> WorkItem:
    return WorkItem(
        title=message.title,
        url=reverse("tasks:inbox_follow", args=[message.pk]),
        note=message.text,
    )
