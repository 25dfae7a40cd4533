"""Record a check on site (现场核查): where, by whom, what was found, true to the report or not."""

import datetime as dt
from collections.abc import Sequence

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import DomainError, NotAllowedError
from accounts.models import User
from accounts.services import audit
from accounts.services.saving import save_checked
from tasks.models import Closure, ProgressReport, SiteCheck
from tasks.permissions import Act, authorise
from tasks.services.deciding import require_reason, submitted_on
from tasks.services.evidence import examine_all, store_evidence
from tasks.services.facts import check_not_future, lock_task


@transaction.atomic
def record_site_check(
    submission: ProgressReport | Closure,
    *,
    visited: dt.date,
    place: str,
    people: str,
    found: str,
    true: bool,
    on: dt.date,
    by: User,
    evidence: Sequence[File] = (),  # type: ignore[type-arg]
) -> SiteCheck:
    """Record what was found on the `visited` day; the verdict stays an act of its own.

    Raises NotAllowedError `own_submission`, DomainError `visited_before_submitted` and the codes
    of evidence.
    """
    found = require_reason(found, _("现场核查必须写明看到的情况。"))
    files = examine_all(evidence)
    task = lock_task(submission.task)
    authorise(Act.CHECK_SITE, task, on=on, by=by)
    if submission.submitted_by_id == by.pk:
        raise NotAllowedError(
            "own_submission", _("提交人不能现场核查自己提交的内容，请由其他人员办理。")
        )
    if visited < submitted_on(submission):
        raise DomainError(
            "visited_before_submitted",
            _("核查日期 %(visited)s 早于提交日期 %(submitted)s，请填写提交当日或以后。")
            % {"visited": visited, "submitted": submitted_on(submission)},
            fields={"visited": _("早于提交日期")},
        )
    summary = _("现场核查（%(place)s，%(people)s）：%(verdict)s。%(found)s") % {
        "place": place,
        "people": people,
        "verdict": _("与填报相符") if true else _("与填报不符"),
        "found": found[:200],
    }
    entry = audit.record(
        "site_check.record",
        task,
        by=by,
        summary=summary,
        data={
            "on": visited.isoformat(),
            "true": true,
            "found": found,
            "report": submission.pk if isinstance(submission, ProgressReport) else None,
            "closure": submission.pk if isinstance(submission, Closure) else None,
            "evidence": [item.sha256 for item in files],
        },
    )
    check_not_future(visited, entry)
    check = SiteCheck(
        task=task,
        report=submission if isinstance(submission, ProgressReport) else None,
        closure=submission if isinstance(submission, Closure) else None,
        on=visited,
        place=place.strip(),
        people=people.strip(),
        found=found,
        true=true,
        entry=entry,
        by=by,
    )
    save_checked(check)
    store_evidence(files, site_check=check, at=entry.at, by=by)
    return check
