"""A suspension has somebody who answers for it, and a day on which it is looked at again."""

import datetime as dt

import pytest

from accounts.errors import DomainError, NotAllowedError
from tasks.models import Suspension
from tasks.services.closing import terminate_task
from tasks.services.pausing import REVIEW_AFTER, prolong_suspension, resume_task, suspend_task
from tests.cast import Cast
from tests.making import issued_task

ON = dt.date(2023, 5, 10)
REVIEW = dt.date(2023, 6, 1)


def test_it_names_its_owner_and_its_review(cast: Cast) -> None:
    task = issued_task(cast)
    suspend_task(
        task, reason="等待批复", on=ON, by=cast.supervisor, owner=cast.leader, review_on=REVIEW
    )
    pause = Suspension.objects.get()
    assert (pause.owner, pause.review_on, pause.resumed_fact) == (cast.leader, REVIEW, None)
    assert pause.fact.on == ON


def test_without_a_name_who_stops_it_answers_for_it(cast: Cast) -> None:
    suspend_task(issued_task(cast), reason="等待批复", on=ON, by=cast.supervisor)
    pause = Suspension.objects.get()
    assert (pause.owner, pause.review_on) == (cast.supervisor, ON + REVIEW_AFTER)


@pytest.mark.parametrize(("review", "refused"), [(ON, True), (ON + dt.timedelta(days=1), False)])
def test_the_review_lies_after_the_suspension(cast: Cast, review: dt.date, refused: bool) -> None:
    task = issued_task(cast)
    if refused:
        with pytest.raises(DomainError, match="复核日期 2023-05-10 须晚于中止日期"):
            suspend_task(task, reason="等", on=ON, by=cast.supervisor, review_on=review)
        assert not Suspension.objects.exists()
    else:
        suspend_task(task, reason="等", on=ON, by=cast.supervisor, review_on=review)


def test_who_left_answers_for_nothing(cast: Cast) -> None:
    cast.leader.is_active = False
    cast.leader.save()
    with pytest.raises(DomainError, match="分管副局长已停用"):
        suspend_task(issued_task(cast), reason="等", on=ON, by=cast.supervisor, owner=cast.leader)


def test_a_review_lets_it_go_on_with_a_reason_and_a_later_day(cast: Cast) -> None:
    task = issued_task(cast)
    suspend_task(task, reason="等待批复", on=ON, by=cast.supervisor, review_on=REVIEW)
    with pytest.raises(DomainError, match="须晚于今天和原复核日期"):
        prolong_suspension(task, review_on=REVIEW, reason="仍待批", on=REVIEW, by=cast.supervisor)
    later = dt.date(2023, 7, 1)
    prolong_suspension(task, review_on=later, reason="仍待批", on=REVIEW, by=cast.supervisor)
    assert Suspension.objects.get().review_on == later
    with pytest.raises(NotAllowedError):
        prolong_suspension(task, review_on=later, reason="x", on=REVIEW, by=cast.head)


def test_going_on_ends_it_and_a_second_one_is_another(cast: Cast) -> None:
    task = issued_task(cast)
    suspend_task(task, reason="一", on=ON, by=cast.supervisor)
    resume_task(task, to=dt.date(2023, 8, 1), on=REVIEW, by=cast.supervisor)
    first = Suspension.objects.get()
    assert first.resumed_fact is not None
    assert first.resumed_fact.on == REVIEW
    suspend_task(task, reason="二", on=dt.date(2023, 6, 10), by=cast.supervisor)
    assert Suspension.objects.filter(resumed_fact=None).count() == 1
    terminate_task(task, reason="取消", on=dt.date(2023, 6, 20), by=cast.leader)
