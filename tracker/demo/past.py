"""The demo's year 2023: its ledgers, landed as `import_ledger` does, and what became of them."""

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from accounts.services.unit_names import load_unit_registry
from reports.models import FrozenRun
from reports.services.evaluations import evaluate, freeze_evaluation
from reports.services.interviews import close_interview
from tasks.choices import SourceKind
from tasks.ledger.deadlines import read_deadline
from tasks.ledger.reading import read_ledger
from tasks.ledger.workbook import open_workbook
from tasks.models import Plan, Task
from tasks.services.issuing import NewTask, add_measure, add_result, assign_task, create_task
from tasks.services.ledger import REJECT_ROW, land_ledger, plan_for
from tracker.demo.acts import Act, Actor
from tracker.demo.consequences import exclude, hold
from tracker.demo.people import HERE
from tracker.demo.reporting import reports_at
from tracker.demo.stage import Stage, month_ends

LEDGERS = HERE / "ledgers"
ACCEPT_AFTER = dt.timedelta(days=2)
CHECK_AFTER = dt.timedelta(days=7)
ANSWER_AFTER = dt.timedelta(days=4)
# Days a slip leaves for its answer.
FEEDBACK = 7

Dated = tuple[dt.date, Act]


def is_over(content: dict[str, Any], *, today: dt.date) -> bool:
    """Whether the day the year was frozen for has passed, so that it can be looked back on."""
    as_of: dt.date = content["frozen"]["as_of"]
    return today > as_of


def load_past(stage: Stage, content: dict[str, Any], *, today: dt.date) -> None:
    """Land the ledgers, issue the meeting's tasks, and play everything dated up to today."""
    _land_ledgers(stage, content)
    _issue_meeting(stage, content)
    tasks = {f"{task.plan.code}/{task.code}": task for task in Task.objects.select_related("plan")}
    acts: list[Dated] = []
    for key, outcome in content["outcomes"].items():
        actor = Actor(stage, tasks[key])
        if "read" in outcome:
            # Before anything is reported, since what is planned follows the deadline.
            actor.confirm(outcome["read"]["day"], outcome["read"]["deadline"])
        acts += _history(actor, outcome, today=today)
    acts += _interviews(stage, content["interviews"], tasks)
    acts += _exclusions(stage, content)
    for day, act in sorted(acts, key=lambda pair: pair[0]):
        if day <= today:
            act()


def freeze(stage: Stage, content: dict[str, Any]) -> FrozenRun:
    """Keep the assessment of the year for ever, as of the file's day and with all known by now."""
    evaluation = evaluate(as_of=content["frozen"]["as_of"], year=content["frozen"]["year"])
    return freeze_evaluation(evaluation, by=stage.leader)


# ---- where the tasks come from -----------------------------------------------------------------


def _land_ledgers(stage: Stage, content: dict[str, Any]) -> None:
    """Read and land each ledger; a row with an error is left out, as the office saw it then."""
    registry = load_unit_registry()
    for entry in content["plans"]:
        read = read_ledger(
            open_workbook(LEDGERS / entry["file"]),
            registry=registry,
            plan_year=content["year"],
            reference_date=content["assigned"],
        )
        plan = plan_for(read, entry["code"])
        plan.name = entry["name"]
        land_ledger(
            read,
            plan=plan,
            assigned=content["assigned"],
            by=stage.by_title[content["landed_by"]],
            on_error=REJECT_ROW,
            registry=registry,
        )


def _issue_meeting(stage: Stage, content: dict[str, Any]) -> None:
    """Issue what the meeting set and no ledger has, on the day of the ledgers."""
    meeting, on, by = content["meeting"], content["assigned"], stage.supervisor
    plan = Plan.objects.create(year=content["year"], **meeting["plan"])
    for entry in meeting["tasks"]:
        deadline = read_deadline(entry["deadline"], plan_year=content["year"], reference_date=on)
        leads = stage.expand(entry["lead"])
        task = create_task(
            NewTask(
                plan=plan,
                code=entry["code"],
                title=entry["title"],
                leads=tuple(leads),
                cooperating=tuple(stage.expand(entry["cooperating"])),
                start=on,
                deadline=deadline.date,
                deadline_raw=deadline.raw,
                deadline_kind=deadline.kind,
                deadline_reading=deadline.to_json(),
                campaign=stage.campaigns[entry["campaign"]],
                level=entry["level"],
                source_kind=SourceKind.MEETING,
                source_document=meeting["source"],
                target=entry["target"],
                leader=stage.by_title[entry["leader"]],
            ),
            on=on,
            by=by,
        )
        for text in entry["measures"]:
            add_measure(task, text=text, owner=leads[0], on=on, by=by)
        add_result(task, expected=f"{entry['title']}（{entry['target']}）", on=on, by=by)
        assign_task(task, on=on, by=by, gap_reason="会议要求先行交办，节点由牵头单位细化。")


# ---- what became of them -----------------------------------------------------------------------


def _history(actor: Actor, outcome: dict[str, Any], *, today: dt.date) -> Iterator[Dated]:
    """Yield the acts on one task, each with its day; those of one day in the order they happen."""
    task = actor.task
    since = task.assigned_on
    assert since is not None  # noqa: S101 - drafts of the file were read and assigned
    yield since + ACCEPT_AFTER, partial(actor.accept, since + ACCEPT_AFTER)
    if "checked" in outcome:
        yield from _checked(actor, outcome["checked"])
        return
    if "returned" in outcome:
        on = outcome["returned"]["day"]
        yield on, partial(actor.return_last, on, outcome["returned"]["reason"])
    if "slip" in outcome:
        yield from _slip(actor, **outcome["slip"])
    if outcome.get("standing"):
        return
    closed = outcome["closed"]
    yield from reports_at(
        actor,
        _reporting_ends(task, until=min(today, closed)),
        last=today,
        until=closed,
        lag=outcome["lag"],
        base=outcome.get("base", 0),
        regain=outcome.get("regain", 0),
    )
    yield from _dated_measures(actor, before=closed)
    yield closed, partial(actor.finish_measures, closed)
    yield (
        closed,
        partial(actor.close, closed, f"{task.title}各项措施已完成，附自查报告和现场照片。"),
    )
    checked = closed + CHECK_AFTER
    yield checked, partial(actor.verify_closure, checked)
    accepted = checked + ACCEPT_AFTER
    yield accepted, partial(actor.accept_standing, accepted)


def _checked(actor: Actor, on: dt.date) -> Iterator[Dated]:
    """Yield the check of a task its ledger already called done."""
    yield on, partial(actor.finish_measures, on)
    yield on, partial(actor.verify, on)
    yield on, partial(actor.verify_closure, on)


def _slip(actor: Actor, *, day: dt.date, colour: str, cause: str, answer: str) -> Iterator[Dated]:
    yield day, partial(actor.slip, day, FEEDBACK, colour, cause)
    yield day + ANSWER_AFTER, partial(actor.answer, day + ANSWER_AFTER, answer)


def _reporting_ends(task: Task, *, until: dt.date) -> Iterator[dt.date]:
    """Yield the ends of the periods reported on: months, and without a cycle later half-years."""
    for end in month_ends(task.start, until):
        if task.report_cycle or end.year == task.start.year or end.month % 6 == 0:
            yield end


def _dated_measures(actor: Actor, *, before: dt.date) -> Iterator[Dated]:
    """Yield the measures whose dates fall before the close-out; the others are done with it."""
    for measure in actor.task.measures.filter(deadline__lt=before):
        assert measure.deadline is not None  # noqa: S101 - filtered by it
        yield measure.deadline, partial(actor.measure, measure.seq, measure.deadline)


def _interviews(
    stage: Stage, entries: Iterable[dict[str, Any]], tasks: dict[str, Task]
) -> Iterator[Dated]:
    """Yield each interview with its close, once what it asked for was done."""
    for entry in entries:
        acts = _Meeting(stage, entry, tasks[entry["task"]])
        yield entry["day"], acts.hold
        yield entry["closed"], acts.close


class _Meeting:
    """One interview of the file, held on one day and closed on another."""

    def __init__(self, stage: Stage, entry: dict[str, Any], task: Task) -> None:
        self.stage = stage
        self.entry = entry
        self.task = task

    def hold(self) -> None:
        """Propose, approve and hold it."""
        self.interview = hold(
            self.stage,
            self.stage.units[self.entry["unit"]],
            on=self.entry["day"],
            cause=self.entry["cause"],
            tasks=[self.task],
        )

    def close(self) -> None:
        """Close it: what it asked for was done."""
        close_interview(self.interview, on=self.entry["closed"], by=self.stage.leader)


def _exclusions(stage: Stage, content: dict[str, Any]) -> Iterator[Dated]:
    for entry in content["exclusions"]:
        unit = stage.units[entry["unit"]]
        yield entry["day"], partial(exclude, stage, unit, on=entry["day"], year=content["year"])
