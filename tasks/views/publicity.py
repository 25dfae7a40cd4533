"""Close-outs that are being made public (公示), for everybody in the bureau to object to."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.choices import BUSINESS_ROLES
from accounts.requests import person_of
from accounts.scopes import standing_of
from tasks.models import Closure
from tasks.views.lists import page_of
from tasks.views.pieces import WorkItem
from tasks.views.showing import lead_names, task_url


@login_required
@require_safe
def publicity(request: HttpRequest) -> HttpResponse:
    """List what is public today, the soonest end first; evidence stays with the task."""
    on = clock.today()
    standing = standing_of(person_of(request), on=on)
    if not standing.has(*BUSINESS_ROLES):
        raise PermissionDenied(_("销号公示供业务人员查看。"))
    rows = (
        Closure.objects.public(on=on)
        .select_related("task", "checked_by")
        .prefetch_related("task__responsibilities__unit")
        .order_by("public_until", "id")
    )
    page = page_of(request, rows)
    page.object_list = [_item(closure) for closure in page]
    return render(request, "tasks/publicity.html", {"on": on, "page": page, "actions": ()})


def _item(closure: Closure) -> WorkItem:
    return WorkItem(
        title=closure.task.title,
        url=task_url(closure.task),
        code=closure.task.code,
        unit=lead_names(closure.task),
        note=closure.text[:200],
        due=closure.public_until,
        due_note=_("%(who)s核查通过") % {"who": closure.checked_by},
    )
