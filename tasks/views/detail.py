"""The page of a task: four panels, why it is red, what waits, and everything that happened."""

from dataclasses import replace

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.requests import person_of
from accounts.scopes import Standing, standing_of
from tasks.campaign_permissions import sees_campaigns
from tasks.models import Task
from tasks.views import buttons, panels, waiting
from tasks.views.acting import visible_task
from tasks.views.campaign_showing import campaign_url, indicator_url
from tasks.views.issuing_panel import issuing_of
from tasks.views.shapes import TaskHead
from tasks.views.showing import figures, reading_of, task_head


@login_required
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a task to whoever may see it."""
    on = clock.today()
    task = visible_task(request, pk)
    standing = standing_of(person_of(request), on=on)
    reading = reading_of(task, on=on)
    measures = panels.measures_of(task, standing)
    context = {
        "list_url": reverse("tasks:list"),
        "task": _linked(
            task_head(task, reading, on=on, verifier=waiting.checkers_of(task, on=on)),
            task,
            standing,
        ),
        "progress": figures(task, reading, on=on),
        "waiting": waiting.waiting_of(task, on=on),
        "duties": panels.duties_of(task, standing),
        "measures": measures,
        "measures_done": sum(measure.done_on is not None for measure in measures),
        "results": panels.results_of(task),
        "reports": panels.submissions_of(task, standing),
        "slips": panels.slips_of(task, standing),
        "history": panels.history_of_page(task),
        "issuing": issuing_of(task, standing),
        "actions": buttons.of_task(standing, task),
    }
    return render(request, "tasks/detail.html", context)


def _linked(head: TaskHead, task: Task, standing: Standing) -> TaskHead:
    """Return the head with links to campaign and indicator, for who may open them."""
    if not sees_campaigns(standing):
        return head
    return replace(
        head,
        campaign_url=campaign_url(task.campaign) if task.campaign else "",
        indicator_url=indicator_url(task.indicator) if task.indicator else "",
    )
