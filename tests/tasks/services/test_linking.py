"""One measure serves several tasks: set and ended, shown and counted, refused where senseless."""

import datetime as dt
from typing import Any

import pytest

from accounts.errors import DomainError, NotAllowedError
from accounts.models import AuditEntry
from tasks.models import Campaign, Measure, Task
from tasks.services.closing import terminate_task
from tasks.services.drafting import discard_draft
from tasks.services.gaps import gaps_of
from tasks.services.issuing import add_result
from tasks.services.linking import link_measure, servable
from tasks.services.measures import complete_measure
from tests.cast import Cast
from tests.making import draft_task, fresh, issued_task

DAY = dt.date(2023, 3, 10)


@pytest.fixture
def measure(cast: Cast) -> Measure:
    """A measure of T1, an issued task, owned by 大气环境科."""
    return issued_task(cast, code="T1", measures=((cast.air, None),)).measures.get()


def link(cast: Cast, measure: Measure, *serves: Task, by: Any = None) -> Measure:
    return link_measure(measure, serves=serves, on=DAY, by=by or cast.supervisor)


def test_a_link_is_set_and_ended_in_both_histories(cast: Cast, measure: Measure) -> None:
    other = issued_task(cast, code="T2")
    before = fresh(measure.task).version
    link(cast, measure, other)
    assert list(other.served_by.all()) == [measure]
    assert fresh(measure.task).version == before + 1
    link(cast, measure, other)
    assert fresh(measure.task).version == before + 1
    link(cast, measure)
    assert not other.served_by.exists()
    for task in (measure.task, other):
        entries = AuditEntry.objects.filter(subject_kind="task", subject_id=str(task.pk))
        kept = entries.filter(action__in=("measure.link", "measure.unlink")).order_by("seq")
        assert [entry.action for entry in kept] == ["measure.link", "measure.unlink"]
    assert "由任务 T1 的措施 1 支撑：措施1" in [entry.summary for entry in entries.all()]


def test_completion_stands_in_the_history_of_the_task_it_serves(
    cast: Cast, measure: Measure
) -> None:
    other = issued_task(cast, code="T2")
    link(cast, measure, other)
    complete_measure(measure, on=DAY, by=cast.head)
    entry = AuditEntry.objects.filter(subject_id=str(other.pk), action="measure.complete").get()
    assert "任务 T1 第 1 项" in entry.summary
    assert not other.facts.filter(measure__isnull=False).exists()


def test_a_task_without_measures_is_covered_by_one_that_serves_it(
    cast: Cast, measure: Measure
) -> None:
    other = draft_task(cast, code="T2")
    add_result(other, expected="浓度下降", on=DAY, by=cast.supervisor)
    assert [gap.code for gap in gaps_of(fresh(other), on=DAY)] == ["no_measure"]
    link(cast, measure, other)
    assert gaps_of(fresh(other), on=DAY) == ()


def test_links_that_make_no_sense_are_refused_with_their_reason(
    cast: Cast, measure: Measure
) -> None:
    campaign = Campaign.objects.create(code="C1", name="另一行动")
    done = terminate_task(issued_task(cast, code="T3"), reason="取消", on=DAY, by=cast.principal)
    given_up = discard_draft(draft_task(cast, code="T4"), reason="重复", on=DAY, by=cast.supervisor)
    cases = {
        "serves_itself": (measure.task, "本身"),
        "serves_ended": (done, "已终止"),
        "other_campaign": (issued_task(cast, code="T5", campaign=campaign), "同一攻坚行动"),
        "owner_outside": (issued_task(cast, code="T6", leads=(cast.water,)), "大气环境科"),
    }
    for code, (task, said) in cases.items():
        with pytest.raises(DomainError) as refusal:
            link(cast, measure, task)
        assert refusal.value.code == code
        assert said in str(refusal.value.message), refusal.value.message
    with pytest.raises(DomainError, match="已作废"):
        link(cast, measure, given_up)
    child = issued_task(cast, code="T7", parent=measure.task)
    with pytest.raises(DomainError, match="上下级"):
        link(cast, measure, child)
    assert not measure.also_serves.exists()


def test_only_who_supervises_both_tasks_links_them(cast: Cast, measure: Measure) -> None:
    other = issued_task(cast, code="T2")
    for person in (cast.head, cast.leader, cast.liaison):
        with pytest.raises(NotAllowedError, match="只有督办人员可以关联措施"):
            link(cast, measure, other, by=person)


def test_a_picker_offers_what_may_be_linked(cast: Cast, measure: Measure) -> None:
    fits = issued_task(cast, code="T2", cooperating=(cast.water,))
    issued_task(cast, code="T3", leads=(cast.water,))
    offered = servable(
        measure.task, among=Task.objects.all(), units=[cast.air.pk], campaign_id=None
    )
    assert list(offered) == [fits]
