"""What every page that acts on a task shares: finding it, refusing, answering."""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import clock
from accounts.errors import DomainError, NotAllowedError
from accounts.models import User
from accounts.requests import person_of
from tasks.models import Task
from tasks.permissions import Act, authorise
from tasks.services.readings import with_history
from tasks.views.forms import WorkForm
from tasks.views.showing import figures, reading_of, task_head, task_url

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
) -> HttpResponse:
    """Show a form about a task; when it is sent, carry the act out and return to the task.

    `carry_out` takes the form's values, today and the person, and returns the sentence that is
    shown afterwards; what it refuses is printed in the form, and nothing is written.
    """
    on, by = clock.today(), person_of(request)
    authorise(act, task, on=on, by=by)
    if form.is_valid():
        try:
            done = carry_out(form.cleaned_data, on, by)
        except NotAllowedError:
            raise
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, done)
            return redirect(task_url(task))
    status = 422 if form.is_bound else 200
    return render(request, template, {**brief(task, on=on), "form": form, **context}, status=status)
