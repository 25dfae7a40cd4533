"""Look-back: drawn by risk with a recorded seed, recorded once, a relapse opens the task again."""

import datetime as dt

import pytest

from accounts.errors import ConflictError, DomainError, NotAllowedError
from accounts.models import AuditEntry
from tasks.choices import FactType, TaskKind, TaskLevel, TaskState
from tasks.models import LookBack, SampledItem, SampleDraw, Task
from tasks.rules.sampling import SampleRule, draw_sample
from tasks.services.closing import submit_closure, verify_closure
from tasks.services.look_backs import record_look_back, schedule_look_backs, sign_off_hints
from tasks.services.progress import submit_report, verify_report
from tests.cast import Cast
from tests.making import SetClock, fresh, issued_task

SUBMITTED = dt.date(2023, 3, 10)
CHECKED = dt.date(2023, 3, 15)
DAY = dt.date(2023, 4, 10)
DUE = dt.date(2023, 5, 10)
NEW = dt.date(2023, 9, 30)
PERIOD = {"since": dt.date(2023, 3, 1), "until": dt.date(2023, 3, 31)}


def all_closed(cast: Cast, set_clock: SetClock, tasks: dict[str, dict[str, object]]) -> list[Task]:
    """Return tasks closed in March, with days between application and check."""
    set_clock(SUBMITTED)
    made = [issued_task(cast, code=code, **terms) for code, terms in tasks.items()]  # type: ignore[arg-type]
    closures = [submit_closure(task, on=SUBMITTED, text="完成", by=cast.head) for task in made]
    set_clock(CHECKED)
    for closure in closures:
        verify_closure(closure, on=CHECKED, by=cast.supervisor)
    return made


def closed(cast: Cast, set_clock: SetClock, code: str, **terms: object) -> Task:
    """Return one such task."""
    return all_closed(cast, set_clock, {code: terms})[0]


def draw(cast: Cast, **terms: object) -> SampleDraw:
    values = {**PERIOD, "due_on": DUE, "on": DAY, "by": cast.supervisor, **terms}
    return schedule_look_backs(**values)  # type: ignore[arg-type]


def test_risky_tasks_are_always_taken_and_the_others_drawn(cast: Cast, set_clock: SetClock) -> None:
    risky: dict[str, dict[str, object]] = {
        "major": {"level": TaskLevel.MAJOR},
        "repair": {"kind": TaskKind.RECTIFICATION},
    }
    all_closed(cast, set_clock, risky | {f"plain-{number}": {} for number in range(6)})
    set_clock(DAY)
    made = draw(cast)
    why = dict(SampledItem.objects.values_list("task__code", "why"))
    assert why.pop("major") == "重大任务"
    assert why.pop("repair") == "整改任务"
    assert set(why.values()) == {"随机抽中"}
    assert len(why) == 3
    rule = SampleRule(percent=made.rule["percent"], least=3, most=30)
    again = draw_sample(made.candidates, made.seed, rule)
    assert set(Task.objects.filter(pk__in=again).values_list("code", flat=True)) == set(why)
    assert LookBack.objects.filter(draw=made, due_on=DUE, done_on=None).count() == 5
    entry = AuditEntry.objects.get(action="sample.look_back")
    assert (entry.data["seed"], len(entry.data["rule"]["always"])) == (made.seed, 2)


def test_a_sign_off_within_seconds_is_always_looked_at(cast: Cast, set_clock: SetClock) -> None:
    set_clock(SUBMITTED)
    quick = issued_task(cast, code="quick")
    report = submit_report(quick, on=SUBMITTED, percent=100, by=cast.head)
    verify_report(report, on=SUBMITTED, by=cast.supervisor)
    closure = submit_closure(quick, on=SUBMITTED, text="完成", by=cast.head)
    verify_closure(closure, on=SUBMITTED, by=cast.supervisor)
    slow = closed(cast, set_clock, "slow")
    set_clock(DAY)
    draw(cast)
    assert SampledItem.objects.get(task=quick).why == "提交后一分钟内即核查通过"
    assert [hint.code for hint in sign_off_hints(quick)] == ["quick_sign_off"] * 2
    assert sign_off_hints(slow) == ()


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        (CHECKED, CHECKED, True),
        (CHECKED + dt.timedelta(days=1), DAY, False),
        (SUBMITTED, CHECKED - dt.timedelta(days=1), False),
    ],
)
def test_the_period_is_that_of_the_close_out_s_check_both_days_included(
    cast: Cast, set_clock: SetClock, since: dt.date, until: dt.date, found: bool
) -> None:
    closed(cast, set_clock, "T1")
    set_clock(DAY)
    if found:
        assert draw(cast, since=since, until=until).look_backs.count() == 1
        return
    with pytest.raises(DomainError) as refusal:
        draw(cast, since=since, until=until)
    assert refusal.value.code == "nothing_to_draw"


def test_a_period_of_risky_tasks_alone_needs_no_drawing(cast: Cast, set_clock: SetClock) -> None:
    task = closed(cast, set_clock, "major", level=TaskLevel.MAJOR)
    set_clock(DAY)
    made = draw(cast)
    assert (made.candidates, made.look_backs.get().task) == ([], task)


def test_what_is_scheduled_is_not_drawn_twice(cast: Cast, set_clock: SetClock) -> None:
    closed(cast, set_clock, "T1")
    set_clock(DAY)
    draw(cast)
    with pytest.raises(DomainError, match="没有可以回头看的已销号任务"):
        draw(cast)


@pytest.mark.parametrize("who", ["head", "liaison", "hr", "discipline", "auditor", "clerk"])
def test_nobody_else_schedules_or_records(cast: Cast, set_clock: SetClock, who: str) -> None:
    closed(cast, set_clock, "T1")
    set_clock(DAY)
    with pytest.raises(NotAllowedError, match="只有督办人员或局领导可以安排回头看"):
        draw(cast, by=cast.named(who))
    draw(cast)
    with pytest.raises(NotAllowedError, match="只有督办人员或局领导可以回头看"):
        record_look_back(
            LookBack.objects.get(), relapsed=False, found="保持", on=DAY, by=cast.named(who)
        )


def test_dates_out_of_order_are_refused(cast: Cast, set_clock: SetClock) -> None:
    closed(cast, set_clock, "T1")
    set_clock(DAY)
    for terms, code in (
        ({"until": dt.date(2023, 2, 28)}, "period_not_ordered"),
        ({"due_on": DAY - dt.timedelta(days=1)}, "due_in_past"),
    ):
        with pytest.raises(DomainError) as refusal:
            draw(cast, **terms)
        assert refusal.value.code == code


def test_a_result_that_holds_leaves_the_task_closed(cast: Cast, set_clock: SetClock) -> None:
    task = closed(cast, set_clock, "T1")
    set_clock(DAY)
    draw(cast)
    done = record_look_back(
        LookBack.objects.get(), relapsed=False, found="设施正常运行", on=DAY, by=cast.supervisor
    )
    assert (done.done_on, done.relapsed, done.by, done.fact) == (DAY, False, cast.supervisor, None)
    assert fresh(task).state == TaskState.COMPLETED
    assert "成效保持" in AuditEntry.objects.get(action="look_back.hold").summary
    with pytest.raises(ConflictError, match="督察办主任已于 2023-04-10 完成这次回头看"):
        record_look_back(done, relapsed=False, found="再看", on=DAY, by=cast.second_supervisor)


def test_a_relapse_opens_the_task_with_a_new_deadline(cast: Cast, set_clock: SetClock) -> None:
    task = closed(cast, set_clock, "T1")
    set_clock(DAY)
    draw(cast)
    row = LookBack.objects.get()
    with pytest.raises(DomainError, match="必须给出新时限"):
        record_look_back(row, relapsed=True, found="又冒烟", on=DAY, by=cast.supervisor)
    assert LookBack.objects.get().done_on is None
    done = record_look_back(row, relapsed=True, found="又冒烟", to=NEW, on=DAY, by=cast.supervisor)
    task = fresh(task)
    assert (task.state, task.effective_deadline) == (TaskState.OPEN, NEW)
    assert done.fact is not None
    assert (done.fact.type, done.fact.to) == (FactType.REOPENED, NEW)
