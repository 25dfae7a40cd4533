"""Keep the working days: enter a year's notice, correct a day, confirm the year."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import calendar, clock
from accounts.errors import DomainError, NotAllowedError
from accounts.models import HolidayDay, HolidayYear, User
from accounts.permissions import may_keep_calendar
from accounts.rules.holidays import Notice, NoticeError, SpecialDay, read_notice
from accounts.scopes import standing_of
from accounts.services import audit
from accounts.services.saving import save_checked

# A bureau's records begin after it, and nobody plans beyond.
YEARS = range(2000, 2100)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayChange:
    """A day that would be read otherwise than now; None: as its weekday says."""

    day: dt.date
    before: SpecialDay | None
    after: SpecialDay | None


def keeps_calendar(user: User) -> bool:
    """Whether the person enters and confirms holiday notices."""
    return may_keep_calendar(standing_of(user, on=clock.today()))


def refuse_unless_keeper(by: User) -> None:
    """Refuse everybody but the system administrator."""
    if not keeps_calendar(by):
        raise NotAllowedError("not_calendar_keeper", _("只有系统管理员可以维护工作日历。"))


def read_text(text: str, *, year: int) -> Notice:
    """Return what a pasted notice says; DomainError whose sentence names what cannot be read."""
    try:
        return read_notice(text, year=year)
    except NoticeError as error:
        sentence = _sentence(error, year)
        raise DomainError(error.code, sentence, fields={"text": sentence}) from error


def changes_by(notice: Notice) -> list[DayChange]:
    """Return the days of the notice's year that it would change, in order."""
    now = calendar.special_days(notice.year) | {
        day: special
        for day, special in calendar.special_days(notice.year - 1).items()
        if day in notice.days
    }
    return [
        DayChange(day=day, before=now.get(day), after=notice.days.get(day))
        for day in sorted(now.keys() | notice.days.keys())
        if now.get(day) != notice.days.get(day)
    ]


@transaction.atomic
def enter_notice(text: str, *, year: int, source: str, by: User) -> HolidayYear:
    """Replace a year's days by those of its notice; the year waits for confirmation again."""
    refuse_unless_keeper(by)
    notice = read_text(text, year=year)
    kept = _year_for(year, source=source, by=by, copied=False)
    kept.days.all().delete()
    # What an earlier notice said of these days (a year's last ones) gives way.
    HolidayDay.objects.filter(day__in=notice.days).delete()
    HolidayDay.objects.bulk_create(
        HolidayDay(notice=kept, day=day, works=special.works, name=special.name)
        for day, special in notice.days.items()
    )
    audit.record(
        "calendar.notice",
        kept,
        by=by,
        summary=_("录入 %(year)s 年放假安排：%(off)s 天放假，%(work)s 天调休上班")
        % {
            "year": year,
            "off": sum(not special.works for special in notice.days.values()),
            "work": sum(special.works for special in notice.days.values()),
        },
        data={day.isoformat(): special.works for day, special in notice.days.items()},
    )
    transaction.on_commit(calendar.forget)
    calendar.forget()
    return kept


@transaction.atomic
def set_day(day: dt.date, special: SpecialDay | None, *, by: User) -> HolidayYear:
    """Let a day be off, or worked, or (None) be what its weekday says.

    A year that came with the library is taken over first; it waits for confirmation again.
    """
    refuse_unless_keeper(by)
    kept = _year_for(day.year, source="", by=by, copied=True)
    before = calendar.special_days(day.year).get(day)
    if before == special:
        raise DomainError(
            "day_unchanged", _("%(day)s 已经是这样，没有需要保存的改动。") % {"day": day}
        )
    HolidayDay.objects.filter(day=day).delete()
    if special is not None:
        save_checked(HolidayDay(notice=kept, day=day, works=special.works, name=special.name))
    audit.record(
        "calendar.day",
        kept,
        by=by,
        summary=_("%(day)s 改为%(what)s") % {"day": day, "what": described(day, special)},
        data={"day": day.isoformat(), "works": special.works if special else None},
    )
    calendar.forget()
    transaction.on_commit(calendar.forget)
    return kept


@transaction.atomic
def confirm_year(year: int, *, by: User) -> HolidayYear:
    """Record that a person compared the year's days with the published notice."""
    refuse_unless_keeper(by)
    kept = HolidayYear.objects.select_for_update().filter(year=year).first()
    if kept is None:
        raise DomainError(
            "no_notice",
            _("%(year)s 年还没有录入放假安排，请先粘贴国务院办公厅的通知。") % {"year": year},
        )
    if kept.confirmed:
        raise DomainError(
            "already_confirmed", _("%(year)s 年的放假安排已经核对。") % {"year": year}
        )
    kept.confirmed, kept.confirmed_on, kept.confirmed_by = True, clock.today(), by
    save_checked(kept)
    audit.record(
        "calendar.confirm",
        kept,
        by=by,
        summary=_("核对 %(year)s 年放假安排无误") % {"year": year},
    )
    calendar.forget()
    transaction.on_commit(calendar.forget)
    return kept


@transaction.atomic
def restore_published(year: int, *, by: User) -> None:
    """Give up the office's own version of a year for the one that comes with the library."""
    refuse_unless_keeper(by)
    kept = HolidayYear.objects.select_for_update().filter(year=year).first()
    if kept is None or not calendar.is_published(year):
        raise DomainError(
            "nothing_to_restore",
            _("%(year)s 年没有可恢复的内置日历。") % {"year": year},
        )
    audit.record(
        "calendar.restore",
        kept,
        by=by,
        summary=_("%(year)s 年恢复为内置日历") % {"year": year},
    )
    kept.delete()
    calendar.forget()
    transaction.on_commit(calendar.forget)


def described(day: dt.date, special: SpecialDay | None) -> str:
    """Return what a day is, in words: 放假（春节）, 上班（调休，春节）, 周六休息."""
    if special is None:
        return _("平日上班") if day.weekday() < _SATURDAY else _("周末休息")
    text = _("调休上班（%(name)s）") if special.works else _("放假（%(name)s）")
    return text % {"name": special.name}


_SATURDAY = 5


def _year_for(year: int, *, source: str, by: User, copied: bool) -> HolidayYear:
    """Return the office's own version of a year, locked and unconfirmed; made where there is none.

    `copied`: a new one begins with the days that the library has.
    """
    if year not in YEARS:
        sentence = _("年份 %(year)s 不在可维护的范围（%(first)s—%(last)s）。") % {
            "year": year,
            "first": YEARS[0],
            "last": YEARS[-1],
        }
        raise DomainError("year_out_of_range", sentence)
    kept = HolidayYear.objects.select_for_update().filter(year=year).first()
    if kept is None:
        published = calendar.published_days(year) if copied else {}
        kept = HolidayYear(year=year, source=source or calendar.LIBRARY)
        save_checked(kept)
        known = set(HolidayDay.objects.filter(day__in=published).values_list("day", flat=True))
        HolidayDay.objects.bulk_create(
            HolidayDay(notice=kept, day=day, works=special.works, name=special.name)
            for day, special in published.items()
            if day not in known
        )
        return kept
    kept.confirmed, kept.confirmed_on, kept.confirmed_by = False, None, None
    kept.source = source or kept.source
    save_checked(kept)
    return kept


def _sentence(error: NoticeError, year: int) -> str:
    sentences = {
        "no_year": _("通知里没有年份。"),
        "other_year": _("这是 %(value)s 年的通知，而正在录入的是 %(year)s 年，请核对。"),
        "no_holiday": _(
            "没有读到放假日期。请粘贴通知正文，例如“二、春节：1月21日至27日放假调休，共7天。"
            "1月28日（星期六）、1月29日（星期日）上班。”"
        ),
        "invalid_day": _("“%(holiday)s”中的日期“%(value)s”不存在，请核对原文。"),
        "wrong_year": _("“%(holiday)s”中的 %(value)s 不属于 %(year)s 年的安排，请核对原文。"),
        "too_long": _("“%(holiday)s”的“%(value)s”超过 15 天或起止颠倒，请核对原文。"),
        "count_differs": _("“%(holiday)s”写明的天数与列出的日期不符（%(value)s），请核对原文。"),
        "said_twice": _("%(value)s 在通知中出现了两次（“%(holiday)s”），请核对原文。"),
        "workday_not_weekend": _("“%(holiday)s”写明 %(value)s 上班，但这天不是周末，请核对原文。"),
    }
    return sentences[error.code] % {
        "value": error.value,
        "holiday": error.holiday,
        "year": year,
    }
