"""The demo as somebody opens it on a given day."""

import contextlib
import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.test import override_settings

from accounts.models import Unit
from reports.choices import FindingKind
from reports.evaluation.output import as_json
from reports.models import Proposal
from reports.services.countdowns import countdowns, counted_interviews
from reports.services.evaluations import evaluate
from reports.services.exclusions import list_exclusions
from reports.services.memory import subject_key
from tasks.choices import TaskState, Verdict
from tasks.models import Closure, Extension, ProgressReport, Task
from tracker.demo.load import Loaded, load_demo


@contextlib.contextmanager
def demo_on(day: dt.date) -> Iterator[Loaded]:
    """Load the demo as on the day; nothing is left of it afterwards."""
    with override_settings(DEMO_TODAY=day), transaction.atomic():
        yield load_demo(tasks=None, today=day)
        transaction.set_rollback(True)


def waiting_on(day: dt.date, *, year: int) -> dict[str, int]:
    """Return how much waits for the roles on the day, in the plan of the year.

    The year is also the one whose exclusions HR sees; `one_away` counts units.
    """
    tasks = Task.objects.filter(plan__year=day.year)
    codes = set(tasks.values_list("code", flat=True))
    judged = as_json(evaluate(as_of=day))["tasks"]
    lights = [task["light"] for task in judged if task["code"] in codes]
    units = list(Unit.objects.all())
    warned = countdowns(units, on=day)
    held = counted_interviews(units, year=day.year, on=day)
    return {
        "green": lights.count("green"),
        "yellow": lights.count("yellow"),
        "red": lights.count("red"),
        "drafts": tasks.filter(state=TaskState.DRAFT).count(),
        "reports": ProgressReport.objects.filter(verdict=Verdict.WAITING).count(),
        "extensions": Extension.objects.filter(verdict=Verdict.WAITING).count(),
        "closures": Closure.objects.filter(verdict=Verdict.WAITING).count(),
        "interviews": Proposal.objects.waiting()
        .filter(kind=FindingKind.INTERVIEW, year=day.year)
        .count(),
        "one_away": sum(
            len(held.get(subject_key(unit), ())) == 1 and bool(warned.get(subject_key(unit)))
            for unit in units
        ),
        "proposed_exclusions": Proposal.objects.waiting()
        .filter(kind=FindingKind.EXCELLENCE_CANCELLED, year=year)
        .count(),
        "referrals": Proposal.objects.waiting()
        .filter(kind=FindingKind.DISCIPLINE_REFERRAL, year=year)
        .count(),
        "exclusions": list_exclusions(year, on=day).count(),
    }
