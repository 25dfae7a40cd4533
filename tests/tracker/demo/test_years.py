"""The demo's two years, loaded once for all of these tests."""

import datetime as dt
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from openpyxl import load_workbook

from accounts.models import AuditEntry, User
from reports.evaluation.output import as_json, as_text
from reports.models import Exclusion, FrozenRun, Interview, Proposal
from reports.services.evaluations import evaluate
from reports.services.exclusions import list_exclusions
from tasks.choices import TaskState, Verdict
from tasks.models import Closure, ProgressReport, Responsibility, Slip, Task
from tasks.services.current import compare
from tasks.views.panels import history_of_page
from tests.tracker.demo.loading import demo_on, waiting_on
from tracker.demo.load import Loaded, load_demo

# The load is some twenty seconds of one processor, which a crowded machine gives it slowly.
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(900)]

TODAY = dt.date(2026, 12, 31)
FROZEN_AS_OF = dt.date(2024, 1, 31)
CLAUSE = "一年内受到两次以上约谈的，取消年度考核评优资格"


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[Loaded]:
    """The demo on the last day of a year; each test's own changes are rolled back before."""
    with django_db_blocker.unblock(), demo_on(TODAY) as one:
        yield one


@pytest.fixture(autouse=True)
def _there(loaded: Loaded) -> None:
    """Every test here looks at the loaded demo."""


def test_the_three_ledgers_the_meeting_and_the_current_year_are_there(loaded: Loaded) -> None:
    assert loaded.fresh
    found = {plan["code"]: (plan["year"], plan["tasks"]) for plan in loaded.plans}
    assert found == {
        "TY2023-A": (2023, 10),
        # Six of the ledger, and the standing duty of the one that goes on after its deadline.
        "TY2023-B": (2023, 7),
        "TY2023-C": (2023, 6),
        "TY2023-H": (2023, 1),
        "TY2026": (2026, 36),
    }
    assert loaded.tasks == Task.objects.count() == 60
    assert [(run["year"], run["as_of"]) for run in loaded.frozen] == [(2023, "2024-01-31")]


def test_every_role_has_something_to_do() -> None:
    waiting = waiting_on(TODAY, year=2026)
    assert [what for what, count in waiting.items() if not count] == []


def test_judging_2023_again_gives_the_frozen_bytes() -> None:
    run = FrozenRun.objects.get()
    again = evaluate(as_of=FROZEN_AS_OF, year=2023, known_at=run.known_at)
    assert as_text(again) == run.body
    today = as_json(evaluate(as_of=FROZEN_AS_OF, year=2023))
    frozen = json.loads(run.body)
    assert [key for key in frozen if frozen[key] != today[key]] in ([], ["known_at"])


def test_nothing_of_2023_was_known_before_the_demo_was_loaded() -> None:
    before = FrozenRun.objects.get().known_at - dt.timedelta(days=1)
    known = evaluate(as_of=FROZEN_AS_OF, year=2023, known_at=before)
    assert (known.tasks, known.findings) == ((), ())


def test_the_leader_excluded_the_unit_interviewed_twice_in_2023() -> None:
    (exclusion,) = list_exclusions(2023, on=TODAY)
    assert str(exclusion.subject) == "水生态环境科"
    assert exclusion.clause == CLAUSE
    assert exclusion.effective_on == dt.date(2024, 1, 15)
    assert exclusion.confirmed_by.name == "局长"
    assert not Proposal.objects.waiting().filter(year=2023).exists()


def test_hr_sees_the_exclusion_of_2023_with_its_clause(client: Client) -> None:
    client.force_login(User.objects.get(username="hr"))
    page = client.get("/exclusions/", {"year": 2023}).content.decode()
    assert "水生态环境科" in page
    assert CLAUSE in page
    assert Exclusion.objects.get(year=2023).number in page


def test_the_list_of_2023_is_written_as_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "2023.xlsx"
    call_command("export_exclusions", "2023", "-o", str(path))
    sheet = load_workbook(path).worksheets[0]
    cells = {cell for row in sheet.iter_rows(values_only=True) for cell in row}
    assert {"水生态环境科", CLAUSE} <= cells


def test_each_interview_of_2023_was_proposed_when_its_task_lagged_and_the_slip_had_run_out() -> (
    None
):
    interviews = Interview.objects.filter(held_on__year=2023)
    assert interviews.count() == 2
    for interview in interviews:
        (task,) = interview.tasks.all()
        on = interview.proposed_on
        judged = as_json(evaluate(as_of=on, year=2023))["tasks"]
        assert task.code in {one["code"] for one in judged if one["seriously_lagging"]}
        slip = Slip.objects.get(task=task)
        assert slip.delivered_on is not None
        assert slip.delivered_on < slip.feedback_due < on


def test_what_is_left_of_2023_has_no_deadline_and_waits_for_nobody() -> None:
    tasks = Task.objects.filter(plan__year=2023)
    left = tasks.exclude(state=TaskState.COMPLETED)
    assert {task.title for task in left} == {"入河排污口排查整治", "污染地块修复治理"}
    assert {(task.state, task.effective_deadline) for task in left} == {("open", None)}
    for model in (ProgressReport, Closure):
        assert not model.objects.filter(task__in=tasks, verdict=Verdict.WAITING).exists()
    assert not Slip.objects.filter(task__in=tasks, answered_on=None).exists()
    assert not Responsibility.objects.filter(task__in=tasks, accepted_on=None).exists()


def test_a_task_s_history_tells_the_days_of_its_acts_not_of_the_loading() -> None:
    task = Task.objects.get(code="SH-2023-001")
    days = {event.label: event.on for event in history_of_page(task)}
    assert days["导入台账"] == dt.date(2023, 7, 10)
    assert days["签收"] == dt.date(2023, 7, 12)
    assert days["签发督办单"] == dt.date(2023, 10, 10)
    assert days["反馈督办单"] == dt.date(2023, 10, 14)
    assert max(days.values()) == dt.date(2024, 4, 25)


def test_the_current_columns_are_what_the_facts_say() -> None:
    assert list(compare(on=TODAY)) == []


def test_loading_again_leaves_everything_alone(loaded: Loaded) -> None:
    again = load_demo(tasks=None, today=TODAY)
    assert not again.fresh
    assert (again.tasks, again.plans, again.frozen) == (loaded.tasks, loaded.plans, loaded.frozen)


def test_the_demo_goes_out_as_a_ledger_and_its_return_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    call_command("export_ledger", "-o", str(path))
    before = AuditEntry.objects.count()
    stdout = io.StringIO()
    call_command("import_ledger", str(path), "--format", "json", stdout=stdout)
    landed = json.loads(stdout.getvalue())["landing"]
    assert (landed["created"], landed["updated"], landed["refused"]) == ([], [], [])
    assert len(landed["unchanged"]) == Task.objects.filter(discarded_on=None).count()
    assert AuditEntry.objects.count() == before
    again = tmp_path / "b.xlsx"
    call_command("export_ledger", "-o", str(again))
    first, second = (
        {
            sheet.title: [*sheet.iter_rows(values_only=True)]
            for sheet in load_workbook(one)
            if sheet.sheet_state == "visible"
        }
        for one in (path, again)
    )
    assert first == second
