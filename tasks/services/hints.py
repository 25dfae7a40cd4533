"""Gather what the hints for a checker are made from, for one submission or for a whole queue."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from tasks.choices import FactType
from tasks.models import Closure, Evidence, ProgressReport, TaskFact
from tasks.models.tasks import TaskQuerySet
from tasks.rules.copies import copies_among
from tasks.rules.hints import USUAL, Hint, Paper, Submission, hints_of

# The newest texts a new one is compared with.
CORPUS = 5000


def report_hints(
    reports: Sequence[ProgressReport], *, seen: TaskQuerySet
) -> dict[int, tuple[Hint, ...]]:
    """Return the hints of reports (tasks and plans fetched with them) by id.

    `seen` are the tasks the checker may see: no hint names another.
    """
    tasks = {report.task_id for report in reports}
    papers = _papers(Evidence.objects.filter(report__in=[r.pk for r in reports]), seen=seen)
    before = _percents_before(reports)
    texts = {report.pk: (report.task_id, report.text) for report in reports if report.text}
    copied = _copied(texts, seen=seen)
    relapses = _relapses(tasks)
    found = {}
    for report in reports:
        closed_on, reopened_on = relapses.get(report.task_id, (None, None))
        found[report.pk] = hints_of(
            Submission(
                on=report.on,
                percent=Fraction(report.percent),
                before=before[report.pk],
                deadline=report.task.effective_deadline,
                issued_on=report.task.plan.issued_on,
                papers=tuple(papers["report", report.pk]),
                copied=copied.get(report.pk, {}),
                closed_on=closed_on,
                reopened_on=reopened_on,
            )
        )
    return found


def closure_hints(closure: Closure, *, seen: TaskQuerySet) -> tuple[Hint, ...]:
    """Return the hints of a close-out (task and plan fetched with it)."""
    task = closure.task
    closed_on, reopened_on = _relapses({task.pk}).get(task.pk, (None, None))
    # What was said before the day: the report of the day itself is the leap.
    earlier = task.reports.filter(on__lt=closure.submitted_on).order_by("-on", "-id").first()
    papers = _papers(closure.evidence.all(), seen=seen)
    copied = _copied({closure.pk: (task.pk, closure.text)}, seen=seen, closures=True)
    return hints_of(
        Submission(
            on=closure.submitted_on,
            before=Fraction(earlier.percent) if earlier else Fraction(0),
            deadline=task.effective_deadline,
            issued_on=task.plan.issued_on,
            papers=tuple(papers["closure", closure.pk]),
            copied=copied.get(closure.pk, {}),
            closed_on=closed_on,
            reopened_on=reopened_on,
        )
    )


def _papers(files: Any, *, seen: TaskQuerySet) -> dict[tuple[str, int], list[Paper]]:
    """Return the files by what they were handed in with, compared with all others."""
    rows = list(files.select_related("report", "closure", "site_check").order_by("id"))
    others = _owners(Evidence.objects.filter(sha256__in={row.sha256 for row in rows}), seen=seen)
    found: dict[tuple[str, int], list[Paper]] = defaultdict(list)
    for row in rows:
        holder = row.report or row.closure or row.site_check
        assert holder is not None, "held by a database constraint"  # noqa: S101
        elsewhere = sorted(
            {
                other["code"]
                for other in others[row.sha256]
                if other["task"] != holder.task_id
                and not _openly_shared(row, other)
                and other["code"]
            }
        )
        paper = Paper(name=row.name, dated=row.dated, elsewhere=tuple(elsewhere))
        kind = "report" if row.report else "closure" if row.closure else "site_check"
        found[kind, holder.pk].append(paper)
    return found


def _openly_shared(row: Evidence, other: dict[str, Any]) -> bool:
    """Whether one of the two rows says that it is the other, or both that they are a third."""
    first, second = row.reuses_id or row.pk, other["reuses"] or other["pk"]
    return bool(first == second)


def _owners(files: Any, *, seen: TaskQuerySet) -> dict[str, list[dict[str, Any]]]:
    """Return rows of files by digest, with their task; its code only where it may be seen."""
    rows = list(
        files.values("pk", "sha256", "reuses", "report__task", "closure__task", "site_check__task")
    )
    for row in rows:
        row["task"] = row["report__task"] or row["closure__task"] or row["site_check__task"]
    shown = seen.filter(pk__in={row["task"] for row in rows}) if len(rows) > 1 else seen.none()
    codes = dict(shown.values_list("pk", "code"))
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["sha256"]].append({**row, "code": codes.get(row["task"], "")})
    return found


def _percents_before(reports: Iterable[ProgressReport]) -> dict[int, Fraction]:
    """Return what each report's task stood at before it, 0 before the first."""
    reports = list(reports)
    rows = (
        ProgressReport.objects.filter(task__in={report.task_id for report in reports})
        .order_by("on", "id")
        .values_list("task_id", "on", "id", "percent")
    )
    by_task: dict[int, list[tuple[dt.date, int, Any]]] = defaultdict(list)
    for task, on, pk, percent in rows:
        by_task[task].append((on, pk, percent))
    found = {}
    for report in reports:
        place = (report.on, report.pk)
        earlier = [row for row in by_task[report.task_id] if row[:2] < place]
        found[report.pk] = Fraction(earlier[-1][2]) if earlier else Fraction(0)
    return found


def _copied(
    texts: dict[int, tuple[int, str]], *, seen: TaskQuerySet, closures: bool = False
) -> dict[int, dict[str, Fraction]]:
    """Return, by text, which other tasks' codes hold how much of it."""
    if not texts:
        return {}
    model: Any = Closure if closures else ProgressReport
    rows = (
        model.objects.filter(task__in=seen)
        .exclude(text="")
        .order_by("-id")
        .values_list("task_id", "text", "task__code")[:CORPUS]
    )
    known = list(rows)
    codes = {task: code for task, _text, code in known}
    found = copies_among(
        texts, corpus=[(task, text) for task, text, _code in known], least=USUAL.copied_least
    )
    return {
        one: {codes[other]: share for other, share in others.items()}
        for one, others in found.items()
    }


def _relapses(tasks: Iterable[int]) -> dict[int, tuple[dt.date, dt.date]]:
    """Return the newest reopening of each task that had one, with the close-out before it."""
    rows = (
        TaskFact.objects.filter(
            task__in=tasks, type__in=(FactType.CLOSURE_VERIFIED, FactType.REOPENED)
        )
        .order_by("on", "id")
        .values_list("task_id", "type", "on")
    )
    closed: dict[int, dt.date] = {}
    found: dict[int, tuple[dt.date, dt.date]] = {}
    for task, type, on in rows:
        if type == FactType.CLOSURE_VERIFIED:
            closed[task] = on
        elif task in closed:
            found[task] = (closed[task], on)
    return found
