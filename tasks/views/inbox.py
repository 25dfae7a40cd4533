"""The inbox: a person's own messages, unread ones first."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts import clock
from accounts.errors import DomainError
from accounts.requests import person_of
from tasks.models import InboxMessage
from tasks.reminders.wording import item_path
from tasks.services import inbox as services
from tasks.views.pieces import Action, Tab
from tasks.views.shapes import MessageRow

PAGE_SIZE = 20
# Stages on which a message is drawn as pressing; overdue ones are drawn red.
_PRESSING = frozenset({"before_3", "before_1", "due"})


@login_required
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """List the person's messages, all or `?unread`; htmx gets the rows alone."""
    own = InboxMessage.objects.visible_to(person_of(request), on=clock.today())
    unread = own.unread().count()
    unread_only = "unread" in request.GET
    found = (own.unread() if unread_only else own).for_inbox().select_related("reminder")
    page: Page[Any] = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    page.object_list = [_row(message) for message in page.object_list]
    context = {
        "page": page,
        "unread": unread,
        "tabs": _tabs(unread_only=unread_only, unread=unread),
        "actions": [_read_all_action()] if unread else [],
    }
    fragment = "HX-Request" in request.headers
    return render(request, "tasks/_inbox_rows.html" if fragment else "tasks/inbox.html", context)


@login_required
@require_GET
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a message as read and go to what it is about."""
    message = services.mark_read(_own(request, pk), by=person_of(request))
    return redirect(item_path(message.reminder))


@login_required
@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a message as read."""
    services.mark_read(_own(request, pk), by=person_of(request))
    undo = reverse("tasks:inbox_unread", args=[pk])
    messages.success(request, _("已标为已读。"), extra_tags=undo)
    return redirect("tasks:inbox")


@login_required
@require_POST
def unread(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a message as not read yet."""
    services.mark_unread(_own(request, pk), by=person_of(request))
    return redirect("tasks:inbox")


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark every message as read, and offer to take it back."""
    count, entry = services.mark_all_read(by=person_of(request))
    if entry is None:
        messages.info(request, _("没有未读消息。"))
    else:
        text = _("已将 %(count)s 条消息标为已读。") % {"count": count}
        messages.success(request, text, extra_tags=reverse("tasks:inbox_undo", args=[entry.seq]))
    return redirect("tasks:inbox")


@login_required
@require_POST
def undo(request: HttpRequest, seq: int) -> HttpResponse:
    """Bring back what was marked as read all at once."""
    try:
        count = services.undo_read_all(seq, by=person_of(request))
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("已恢复 %(count)s 条未读消息。") % {"count": count})
    return redirect("tasks:inbox")


def _own(request: HttpRequest, pk: int) -> InboxMessage:
    own = InboxMessage.objects.visible_to(person_of(request), on=clock.today())
    return get_object_or_404(own.select_related("reminder"), pk=pk)


def _row(message: InboxMessage) -> MessageRow:
    read = message.read_at is not None
    name, label = ("inbox_unread", _("标为未读")) if read else ("inbox_read", _("标为已读"))
    toggle = Action(label=label, url=reverse(f"tasks:{name}", args=[message.pk]), method="post")
    return MessageRow(
        url=reverse("tasks:inbox_follow", args=[message.pk]),
        title=message.title,
        text=message.text,
        at=message.at,
        read=read,
        kind_label=message.reminder.get_kind_display(),
        tone=_tone(message.reminder.stage),
        actions=(toggle,),
    )


def _tone(stage: str) -> str:
    if stage.startswith("overdue_"):
        return "red"
    return "yellow" if stage in _PRESSING else "blue"


def _tabs(*, unread_only: bool, unread: int) -> list[Tab]:
    address = reverse("tasks:inbox")
    return [
        Tab(label=_("全部"), url=address, current=not unread_only),
        Tab(label=_("未读"), url=f"{address}?unread=1", current=unread_only, count=unread),
    ]


def _read_all_action() -> Action:
    return Action(
        label=_("全部标为已读"), url=reverse("tasks:inbox_read_all"), method="post", icon="check"
    )
