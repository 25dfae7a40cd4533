"""What reminders say: what is due, how late, what to do, and where."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from tasks.choices import ReminderKind
from tasks.models import Reminder

# A heading stays one line on a phone turned sideways; the page has the whole text.
SHORT = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A reminder in words; `late_days` is 0 where nothing is overdue; `url` is absolute."""

    title: str
    text: str
    url: str
    deadline: dt.date
    late_days: int


def word(reminder: Reminder, *, late_days: int, on: dt.date) -> Wording:
    """Put a reminder into words as of the day.

    `late_days` are the overdue days that count on the day (days under verification do not).
    """
    title = f"{_subject(reminder)}{_timing(reminder, late_days, on)}"
    if reminder.copied:
        title = _("【抄送】%(title)s") % {"title": title}
    facts = _("任务编号 %(code)s，时限 %(deadline)s。") % {
        "code": reminder.task.code,
        "deadline": reminder.deadline,
    }
    return Wording(
        title=title,
        text=f"{facts}{_advice(reminder, late_days)}",
        url=settings.SITE_URL + item_path(reminder),
        deadline=reminder.deadline,
        late_days=late_days,
    )


def item_path(reminder: Reminder) -> str:
    """Return the address of the page where the item is dealt with."""
    return f"/tasks/{reminder.task_id}/"


def digest(name: str, lines: Sequence[Wording], *, on: dt.date) -> tuple[str, str]:
    """Return subject and text of a person's mail of the day: most overdue, then next due."""
    ordered = sorted(lines, key=lambda line: (-line.late_days, line.deadline, line.title))
    late = sum(line.late_days > 0 for line in ordered)
    if late:
        subject = _("【四清单】%(day)s 待办提醒：%(count)s 项，其中逾期 %(late)s 项")
    else:
        subject = _("【四清单】%(day)s 待办提醒：%(count)s 项")
    subject %= {"day": on, "count": len(ordered), "late": late}
    context = {
        "name": name,
        "lines": ordered,
        "late": late,
        "on": on,
        "inbox": settings.SITE_URL + reverse("tasks:inbox"),
    }
    return subject, render_to_string("tasks/mail/digest.txt", context)


def _subject(reminder: Reminder) -> str:
    title = Truncator(reminder.task.title).chars(SHORT)
    if reminder.measure is not None:
        return _("措施“%(measure)s”（任务“%(task)s”）") % {
            "measure": Truncator(reminder.measure.text).chars(SHORT),
            "task": title,
        }
    if reminder.kind == ReminderKind.REPORT:
        return _("任务“%(task)s”%(month)s月进展") % {
            "task": title,
            "month": reminder.deadline.month,
        }
    return _("任务“%(task)s”") % {"task": title}


def _timing(reminder: Reminder, late_days: int, on: dt.date) -> str:
    left = (reminder.deadline - on).days
    if reminder.kind == ReminderKind.REPORT:
        return _("今天应填报") if left >= 0 else _("尚未填报")
    if late_days:
        return _("已逾期 %(days)s 天") % {"days": late_days}
    if left > 0:
        return _("还有 %(days)s 天到期") % {"days": left}
    return _("今天到期") if left == 0 else _("已过时限")


def _advice(reminder: Reminder, late_days: int) -> str:
    if reminder.copied:
        return _("请督促承办人员抓紧办理。")
    if reminder.kind == ReminderKind.REPORT:
        return _("请填报本月进展；没有变化的，选“无变化”即可。")
    if reminder.kind == ReminderKind.MEASURE:
        return _("请落实该措施，完成后登记完成并附佐证材料。")
    if late_days:
        return _("请抓紧完成并申请销号；逾期后提出的延期申请不再计入。")
    return _("请按时限完成并申请销号；确需延期的，请不晚于时限当日提出申请。")
