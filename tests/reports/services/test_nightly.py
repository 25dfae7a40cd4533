"""The nightly run: which years it judges, and that twice equals once."""

import datetime as dt

import pytest

from reports.jobs import judge_nightly
from reports.models import Proposal
from reports.services.assessments import judge_day
from reports.services.evaluations import freeze_evaluation
from reports.services.nightly import judge_night, open_years
from tests.cast import Cast
from tests.reports.making import LAGGING, held_interview, in_force, late_task


@pytest.mark.django_db
def test_without_a_policy_nothing_is_judged() -> None:
    assert judge_night(on=LAGGING) == {}


def test_the_job_proposes_once_however_often_it_is_woken(cast: Cast) -> None:
    in_force()
    late_task(cast)
    assert judge_nightly(LAGGING.isoformat()) == 2
    assert judge_nightly(LAGGING.isoformat()) == 0
    assert Proposal.objects.count() == 2


def test_the_year_before_is_judged_until_it_was_frozen(cast: Cast) -> None:
    in_force()
    held_interview(cast, cast.water, dt.date(2023, 10, 25))
    held_interview(cast, cast.water, dt.date(2023, 12, 12))
    day = dt.date(2024, 1, 15)
    assert open_years(on=day) == [2023, 2024]
    assert {year: done.proposed for year, done in judge_night(on=day).items()} == {2023: 1, 2024: 0}
    freeze_evaluation(judge_day(on=dt.date(2023, 12, 30), year=2023).evaluation, by=None)
    assert open_years(on=day) == [2023, 2024]
    freeze_evaluation(judge_day(on=dt.date(2024, 1, 10), year=2023).evaluation, by=None)
    assert open_years(on=day) == [2024]


@pytest.mark.django_db
def test_a_year_before_the_first_policy_is_left_out() -> None:
    in_force()
    assert open_years(on=dt.date(2023, 1, 1)) == [2023]
    assert open_years(on=dt.date(2022, 12, 31)) == []
