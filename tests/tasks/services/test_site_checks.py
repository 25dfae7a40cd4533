"""Checks on site: recorded with their files, by somebody else than who reported."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.errors import DomainError, NotAllowedError
from accounts.models import AuditEntry
from tasks.choices import Verdict
from tasks.models import Closure, Evidence, ProgressReport, SiteCheck
from tasks.services.closing import submit_closure
from tasks.services.progress import submit_report
from tasks.services.site_checks import record_site_check
from tests.cast import Cast
from tests.making import SetClock, issued_task

DAY = dt.date(2023, 3, 10)


@pytest.fixture(autouse=True)
def on_the_day(set_clock: SetClock) -> None:
    set_clock(DAY)


def check(
    submission: ProgressReport | Closure, cast: Cast, *, who: str = "supervisor", **terms: object
) -> SiteCheck:
    values = {
        "visited": DAY,
        "place": "小店区某工地",
        "people": "督察办主任、监测站工程师",
        "found": "围挡完整，喷淋正常",
        "true": True,
        **terms,
    }
    return record_site_check(submission, on=DAY, by=cast.named(who), **values)  # type: ignore[arg-type]


def test_a_site_check_keeps_where_who_what_and_its_files(cast: Cast) -> None:
    report = submit_report(issued_task(cast), on=DAY, percent=10, by=cast.head)
    photo = SimpleUploadedFile("现场.pdf", b"%PDF-1.7 site")
    made = check(report, cast, true=False, evidence=[photo])
    assert (made.report, made.closure, made.true, made.by) == (report, None, False, cast.supervisor)
    assert Evidence.objects.get().site_check == made
    entry = AuditEntry.objects.get(action="site_check.record")
    assert "与填报不符" in entry.summary
    assert made.entry == entry
    # The verdict is an act of its own.
    assert ProgressReport.objects.get().verdict == Verdict.WAITING


def test_a_close_out_is_checked_on_site_too(cast: Cast) -> None:
    closure = submit_closure(issued_task(cast), on=DAY, text="完成", by=cast.head)
    assert check(closure, cast).closure == closure


@pytest.mark.parametrize("who", ["head", "liaison", "water_head", "hr", "discipline", "sysadmin"])
def test_nobody_else_records_one(cast: Cast, who: str) -> None:
    report = submit_report(issued_task(cast), on=DAY, percent=10, by=cast.head)
    with pytest.raises(NotAllowedError, match="可以登记现场核查，并须回避"):
        check(report, cast, who=who)
    assert not SiteCheck.objects.exists()


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"found": " "}, "reason_missing"),
        ({"visited": DAY - dt.timedelta(days=1)}, "visited_before_submitted"),
        ({"visited": DAY + dt.timedelta(days=1)}, "fact_in_future"),
        ({"place": ""}, "invalid"),
    ],
)
def test_a_check_that_is_not_whole_is_refused(
    cast: Cast, terms: dict[str, object], code: str
) -> None:
    report = submit_report(issued_task(cast), on=DAY, percent=10, by=cast.head)
    with pytest.raises(DomainError) as refusal:
        check(report, cast, **terms)  # type: ignore[arg-type]
    assert refusal.value.code == code
    assert not SiteCheck.objects.exists()
