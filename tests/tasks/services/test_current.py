"""The current-state columns equal the as-of reading, also when only the calendar moves."""

import datetime as dt
from typing import Any

from tasks.choices import Light
from tasks.lights import with_lights
from tasks.models import Task
from tasks.rules.reading import read_task
from tasks.services.closing import reject_closure, submit_closure
from tasks.services.current import compare, refresh_current
from tasks.services.extensions import grant_extension, request_extension
from tasks.services.progress import submit_report
from tasks.services.readings import history_of, with_history
from tests.cast import Cast
from tests.making import SetClock, fresh, issued_task
from tests.tasks.conftest import POLICY

# Both sides of month-ends and of what happens in between.
WATCHED = frozenset({1, 2, 5, 8, 9, 14, 15, 18, 19, 20, 21, 28, 29, 30, 31})
MARCH = dt.date(2023, 3, 1)


def days(start: dt.date, count: int) -> list[dt.date]:
    return [start + dt.timedelta(days=n) for n in range(count)]


def lights_in_sql(day: dt.date) -> dict[str, Any]:
    rows = with_lights(Task.objects.all(), on=day, policy=POLICY.lights)
    late = set(Task.objects.overdue(on=day).values_list("code", flat=True))
    columns = ("code", "days_overdue", "deadline_light", "light")
    return {code: (*lamps, code in late) for code, *lamps in rows.values_list(*columns)}


def lights_by_rule(day: dt.date) -> dict[str, Any]:
    readings = {
        task.code: read_task(history_of(task), day, POLICY)
        for task in with_history(Task.objects.all())
    }
    return {
        code: (
            reading.overdue_days,
            reading.deadline_lamp.light,
            reading.light,
            reading.state == "open" and reading.overdue_days > 0,
        )
        for code, reading in readings.items()
    }


def light(task: Task) -> Any:
    return fresh(task).progress_light


def test_every_fact_is_a_new_version(cast: Cast) -> None:
    task = issued_task(cast)
    before = fresh(task).version
    submit_report(task, on=MARCH, percent=10, by=cast.head)
    assert fresh(task).version == before + 1


def test_the_columns_follow_the_calendar_through_a_year(cast: Cast, set_clock: SetClock) -> None:
    set_clock(dt.date(2023, 1, 1))
    dated = issued_task(cast, code="dated")
    soft = issued_task(cast, code="soft", soft=True, deadline=dt.date(2023, 4, 18))
    weekly = issued_task(cast, code="weekly", deadline=None, report_cycle="weekly")
    issued_task(cast, code="monthly", deadline=None, report_cycle="monthly")
    for day in days(dt.date(2023, 1, 1), 250):
        set_clock(day)
        if day == dt.date(2023, 2, 14):
            submit_report(dated, on=day, percent=30, by=cast.head)
        if day == dt.date(2023, 3, 20):
            submit_report(weekly, on=day, percent=30, by=cast.head)
        if day == dt.date(2023, 5, 5):
            request_extension(dated, to=dt.date(2023, 7, 20), reason="延", on=day, by=cast.head)
        if day == dt.date(2023, 5, 8):
            grant_extension(dated.extensions.get(), on=day, by=cast.leader)
        if day == dt.date(2023, 8, 1):
            submit_closure(dated, on=day, text="完成", by=cast.head)
        if day == dt.date(2023, 8, 9):
            reject_closure(dated.closures.get(), reason="否", on=day, by=cast.supervisor)
        refresh_current(on=day)
        if day.day not in WATCHED:
            continue
        assert list(compare(on=day)) == [], day
        assert lights_in_sql(day) == lights_by_rule(day), day
    assert fresh(soft).overdue_days(on=day) == 0


def test_a_second_run_on_the_same_day_changes_nothing(cast: Cast, set_clock: SetClock) -> None:
    set_clock(dt.date(2023, 1, 1))
    task = issued_task(cast)
    # The month-end itself ends the month: 90 of 180 days are planned, none counted.
    assert refresh_current(on=dt.date(2023, 3, 31)) == 1
    assert light(task) == Light.RED
    version = fresh(task).version
    assert refresh_current(on=dt.date(2023, 3, 31)) == 0
    assert fresh(task).version == version


def test_a_column_changed_behind_the_services_is_found(cast: Cast) -> None:
    task = issued_task(cast)
    Task.objects.filter(pk=task.pk).update(counted_percent=99)
    on = dt.date(2026, 1, 1)
    refresh_current(on=on)
    (difference,) = compare(on=fresh(task).read_on or on)
    assert difference.columns["counted_percent"][0] == 99
