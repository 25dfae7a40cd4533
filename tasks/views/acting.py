"""What every page that acts on a task shares: finding it, refusing, answering."""

import datetime as dt
import re
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy

from accounts import clock
from accounts.errors import ConflictError, DomainError, NotAllowedError
from accounts.models import User
from accounts.requests import person_of
from accounts.services.repeats import first_time
from tasks.models import Task
from tasks.permissions import Act, authorise
from tasks.services.facts import expect_version
from tasks.services.readings import with_history
from tasks.views.forms import WorkForm
from tasks.views.panels import history_of_page
from tasks.views.showing import figures, reading_of, task_head, task_url

# How many of the newest events stand beside a form that met a newer version.
NEWER = 3
_REPEATED = gettext_lazy("这份内容已经提交过，没有重复记录。")

# More digits than a database counts to are no version.
VERSION = re.compile(r"[0-9]{1,9}")
_ID = re.compile(r"[0-9]{1,18}")
_STALE = "version_conflict"

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def answers_refusals(view: View[P]) -> View[P]:
    """Turn what a service refuses outside a form into the page for it.

    The wrong person gets 403 with the sentence; anything else is told on the page they came from.
    """

    @wraps(view)
    @login_required
    def wrapper(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotAllowedError as refusal:
            raise PermissionDenied(str(refusal.message)) from refusal
        except DomainError as refusal:
            messages.error(request, str(refusal.message))
            return redirect(back(request, "/"))

    return wrapper


def back(request: HttpRequest, otherwise: str) -> str:
    """Return the address of this site the person came from, or the other one."""
    came_from = request.headers.get("Referer", "")
    own = url_has_allowed_host_and_scheme(
        came_from, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    # A form page that refuses at once would only lead back to itself.
    return came_from if own and not came_from.endswith(request.path) else otherwise


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was posted, also when it is empty; None for a page that is only opened."""
    return request.POST if request.method == "POST" else None


def version_sent(request: HttpRequest) -> int | None:
    """Return the version of the task a one-tap button was shown with; None where it has none."""
    sent = request.POST.get("version", "")
    return int(sent) if VERSION.fullmatch(sent) else None


def id_of(text: str) -> int | None:
    """Return what was sent as an id; None for anything that is none."""
    return int(text) if _ID.fullmatch(text) else None


def ids_of(request: HttpRequest, name: str = "task") -> list[int]:
    """Return the ids that were posted under a name; what is no id is left out."""
    return [int(text) for text in request.POST.getlist(name) if _ID.fullmatch(text)]


def visible_task(request: HttpRequest, pk: int) -> Task:
    """Return a task the person may see, fetched for its page; 404 for any other."""
    seen = Task.objects.visible_to(person_of(request), on=clock.today())
    tasks = with_history(Task.objects.filter(pk__in=seen.values("pk")))
    return get_object_or_404(
        tasks.select_related("plan", "campaign", "holder", "leader", "responsible"), pk=pk
    )


def brief(task: Task, *, on: dt.date) -> dict[str, Any]:
    """Return the context of what stands above every form about a task."""
    reading = reading_of(task, on=on)
    return {
        "task": task_head(task, reading, on=on),
        "progress": figures(task, reading, on=on),
        "newer": (),
    }


def form_page(
    request: HttpRequest,
    task: Task,
    form: WorkForm,
    carry_out: Callable[[dict[str, Any], dt.date, User], str],
    *,
    act: Act,
    template: str = "tasks/action_form.html",
    context: dict[str, Any],
    then: str = "",
) -> HttpResponse:
    """Show a form about a task; when it is sent, carry the act out and go on to `then`, the task.

    `carry_out` takes the form's values, today and the person, and returns the sentence that is
    shown afterwards; what it refuses is printed in the form, and nothing is written. A form sent
    twice is carried out once. One that was opened before somebody else changed the task comes
    back (409) beside what changed, everything typed kept, and may be sent again.
    """
    on, by = clock.today(), person_of(request)
    if not form.is_bound:
        authorise(act, task, on=on, by=by)
        form.opened_with(task.version)
        return render(request, template, {**brief(task, on=on), "form": form, **context})
    status, newer = 422, []
    try:
        if form.is_valid():
            sentence = _carry_out(form, task, carry_out, act, on=on, by=by)
            messages.success(request, sentence)
            return redirect(then or task_url(task))
        authorise(act, task, on=on, by=by)
    except NotAllowedError:
        raise
    except DomainError as refusal:
        status = refusal.status
        task = visible_task(request, task.pk)
        if refusal.code != _STALE:
            form.refuse(refusal)
        if form.is_stale(task.version):
            status = ConflictError.status
            newer = history_of_page(task)[:NEWER]
            form.renew(task.version)
    shown = {**brief(task, on=on), "newer": newer, "form": form, **context}
    return render(request, template, shown, status=status)


def _carry_out(
    form: WorkForm,
    task: Task,
    carry_out: Callable[[dict[str, Any], dt.date, User], str],
    act: Act,
    *,
    on: dt.date,
    by: User,
) -> str:
    with transaction.atomic():
        if not first_time(form.cleaned_data["token"], form.sent, by=by):
            return str(_REPEATED)
        authorise(act, task, on=on, by=by)
        expect_version(task, form.cleaned_data["version"])
        return carry_out(form.values, on, by)
