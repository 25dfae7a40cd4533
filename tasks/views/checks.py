"""What checkers recorded themselves, as lines beside the reports: site checks and look-backs."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts import clock
from tasks.models import LookBack, SiteCheck, Task
from tasks.views.files import WITH_EVIDENCE, files_of
from tasks.views.shapes import ReportRow

Dated = tuple[dt.date, dt.datetime, ReportRow]


def checks_of(task: Task) -> list[Dated]:
    """Return the site checks and the look-backs done of a task, each with its place in time."""
    checks = task.site_checks.select_related("by", "entry").prefetch_related(WITH_EVIDENCE)
    backs = task.look_backs.exclude(done_on=None).select_related("by")
    return [
        *((check.on, check.entry.at, site_check_row(check)) for check in checks),
        *(
            (back.done_on, _end_of(back.done_on), look_back_row(back))
            for back in backs
            if back.done_on is not None
        ),
    ]


def site_check_row(check: SiteCheck) -> ReportRow:
    """Return a site check as a line."""
    return ReportRow(
        kind_label=_("现场核查"),
        on=check.on,
        by=check.people,
        verdict="accepted" if check.true else "returned",
        verdict_label=_("与填报相符") if check.true else _("与填报不符"),
        text=_("%(place)s：%(found)s") % {"place": check.place, "found": check.found},
        files=files_of(check.evidence.all()),
    )


def look_back_row(back: LookBack) -> ReportRow:
    """Return a look-back that was done as a line."""
    assert back.done_on is not None, "held by a database constraint"  # noqa: S101
    return ReportRow(
        kind_label=_("回头看"),
        on=back.done_on,
        by=back.by.name if back.by else "",
        verdict="returned" if back.relapsed else "accepted",
        verdict_label=_("发现反弹") if back.relapsed else _("成效保持"),
        text=back.found,
    )


def _end_of(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.max, tzinfo=clock.BEIJING)
