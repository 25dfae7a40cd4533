"""What the next interview would cost, told before it is held."""

import datetime as dt

from reports.models import Interview
from reports.services.countdowns import countdowns, counted_interviews
from reports.services.interviews import revoke_interview
from reports.services.memory import subject_key
from tests.cast import Cast
from tests.reports.making import held_interview, in_force

FIRST, SECOND = dt.date(2023, 3, 1), dt.date(2023, 5, 8)
DAY = dt.timedelta(days=1)


def sentence(cast: Cast, on: dt.date) -> str:
    return countdowns([cast.water], on=on).get(subject_key(cast.water), "")


def test_one_interview_away_is_said_and_neither_before_nor_after(cast: Cast) -> None:
    in_force()
    held_interview(cast, cast.water, FIRST)
    held_interview(cast, cast.water, SECOND)
    assert sentence(cast, FIRST - DAY) == ""
    assert sentence(cast, FIRST) == "2023年度已被约谈 1 次，再被约谈一次将失去评优资格。"
    assert sentence(cast, SECOND - DAY)
    assert sentence(cast, SECOND) == ""
    assert sentence(cast, dt.date(2024, 1, 1)) == ""


def test_a_revoked_interview_does_not_count_from_its_day_on(cast: Cast) -> None:
    in_force()
    held_interview(cast, cast.water, FIRST)
    revoke_interview(Interview.objects.get(), on=SECOND, reason="复核", by=cast.leader)
    assert sentence(cast, SECOND - DAY)
    assert sentence(cast, SECOND) == ""


def test_a_units_interviews_and_a_persons_are_counted_apart(cast: Cast) -> None:
    in_force()
    held_interview(cast, cast.water, FIRST)
    held_interview(cast, cast.water_head, SECOND)
    held_interview(cast, cast.water_head, SECOND)
    counted = counted_interviews([cast.water, cast.water_head], year=2023, on=SECOND)
    assert counted == {
        subject_key(cast.water): [FIRST],
        subject_key(cast.water_head): [SECOND],
    }


def test_interviews_before_go_live_cost_nothing(cast: Cast) -> None:
    in_force(go_live=FIRST + DAY)
    held_interview(cast, cast.water, FIRST)
    assert sentence(cast, SECOND) == ""


def test_without_a_policy_nothing_is_threatened(cast: Cast) -> None:
    held_interview(cast, cast.water, FIRST)
    assert countdowns([cast.water], on=SECOND) == {}
