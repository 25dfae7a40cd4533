"""Keeping the working days: entering, correcting, confirming, giving back."""

import datetime as dt
from collections.abc import Callable

import pytest

from accounts import calendar
from accounts.errors import DomainError, NotAllowedError
from accounts.models import AuditEntry, HolidayDay, HolidayYear, User
from accounts.rules.holidays import SpecialDay
from accounts.services import holidays as services
from tests.cast import Cast

NEXT = 2033
NOTICE = """一、元旦：2032年12月31日至2033年1月2日放假调休，共3天。
二、春节：1月31日至2月6日放假，共7天。1月29日（星期六）上班。"""


def test_a_year_nobody_knows_is_provisional_until_its_notice_is_confirmed(cast: Cast) -> None:
    friday, saturday = dt.date(2033, 2, 4), dt.date(2033, 1, 29)
    assert calendar.is_workday(friday) and not calendar.is_workday(saturday)
    assert "2033" in calendar.provisional_note(friday)
    services.enter_notice(NOTICE, year=NEXT, source="国办发明电〔2032〕1号", by=cast.sysadmin)
    assert not calendar.is_workday(friday) and calendar.is_workday(saturday)
    assert calendar.is_provisional(NEXT)
    assert calendar.provisional_note(friday)
    services.confirm_year(NEXT, by=cast.sysadmin)
    assert not calendar.is_provisional(NEXT)
    assert calendar.provisional_note(friday, None) == ""
    # The notice reaches into the year before, whose other days stay what they were.
    assert not calendar.is_workday(dt.date(2032, 12, 31))
    assert calendar.is_provisional(2032)
    actions = AuditEntry.objects.values_list("action", flat=True)
    assert {"calendar.notice", "calendar.confirm"} <= set(actions)


def test_a_notice_entered_again_replaces_the_first_and_waits_for_confirmation(cast: Cast) -> None:
    services.enter_notice(NOTICE, year=NEXT, source="文号一", by=cast.sysadmin)
    services.confirm_year(NEXT, by=cast.sysadmin)
    services.enter_notice(
        "一、元旦：1月1日放假，共1天。", year=NEXT, source="文号二", by=cast.sysadmin
    )
    assert HolidayDay.objects.count() == 1
    kept = HolidayYear.objects.get()
    assert (kept.source, kept.confirmed) == ("文号二", False)
    assert calendar.is_workday(dt.date(2033, 2, 4))


def test_correcting_one_day_of_a_known_year_keeps_all_others(cast: Cast) -> None:
    day = dt.date(2023, 7, 3)
    before = {one: calendar.is_workday(one) for one in _days(2023)}
    services.set_day(day, SpecialDay(works=False, name="大风停工"), by=cast.sysadmin)
    after = {one: calendar.is_workday(one) for one in _days(2023)}
    assert [one for one in before if before[one] != after[one]] == [day]
    assert calendar.is_provisional(2023)
    services.set_day(day, None, by=cast.sysadmin)
    assert {one: calendar.is_workday(one) for one in _days(2023)} == before
    services.restore_published(2023, by=cast.sysadmin)
    assert not calendar.is_entered(2023)
    assert not calendar.is_provisional(2023)


@pytest.mark.parametrize("who", ["head", "supervisor", "leader", "secadmin", "auditor"])
def test_nobody_but_the_system_administrator_keeps_it(cast: Cast, who: str) -> None:
    by = cast.named(who)
    with pytest.raises(NotAllowedError, match="系统管理员"):
        services.enter_notice(NOTICE, year=NEXT, source="x", by=by)
    with pytest.raises(NotAllowedError):
        services.set_day(dt.date(2023, 7, 3), None, by=by)
    with pytest.raises(NotAllowedError):
        services.confirm_year(NEXT, by=by)
    with pytest.raises(NotAllowedError):
        services.restore_published(2023, by=by)
    assert not HolidayYear.objects.exists()


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda by: services.confirm_year(NEXT, by=by), "no_notice"),
        (lambda by: services.restore_published(2023, by=by), "nothing_to_restore"),
        (lambda by: services.set_day(dt.date(2023, 7, 3), None, by=by), "day_unchanged"),
        (lambda by: services.set_day(dt.date(1998, 7, 3), None, by=by), "year_out_of_range"),
        (
            lambda by: services.enter_notice("春节放假", year=NEXT, source="x", by=by),
            "no_holiday",
        ),
    ],
)
def test_what_cannot_be_done_says_why_and_writes_nothing(
    cast: Cast, act: Callable[[User], object], code: str
) -> None:
    with pytest.raises(DomainError) as refused:
        act(cast.sysadmin)
    assert refused.value.code == code
    assert not HolidayYear.objects.exists()
    assert not AuditEntry.objects.filter(action__startswith="calendar").exists()


def test_what_a_notice_changes_is_told_before_it_is_taken_over(cast: Cast) -> None:
    notice = services.read_text(NOTICE, year=NEXT)
    changes = services.changes_by(notice)
    assert [change.day for change in changes] == sorted(notice.days)
    assert all(change.before is None for change in changes)
    services.enter_notice(NOTICE, year=NEXT, source="x", by=cast.sysadmin)
    assert services.changes_by(notice) == []


def _days(year: int) -> list[dt.date]:
    first = dt.date(year, 1, 1)
    return [first + dt.timedelta(days=n) for n in range((dt.date(year + 1, 1, 1) - first).days)]
