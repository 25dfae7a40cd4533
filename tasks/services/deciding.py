"""What reports, extensions and close-outs share: one person submits, another decides, once."""

import datetime as dt
from typing import TypeVar

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.errors import ConflictError, DomainError, NotAllowedError
from accounts.models import User
from accounts.scopes import Standing, standing_of
from accounts.services.saving import save_checked
from tasks.choices import Verdict
from tasks.models import (
    Approval,
    Closure,
    Countersignature,
    DutyRefusal,
    Extension,
    ProgressReport,
    Task,
)
from tasks.permissions import RULES, Act, require
from tasks.services.facts import lock_task

Submission = TypeVar(
    "Submission", ProgressReport, Extension, Closure, Approval, DutyRefusal, Countersignature
)
AnySubmission = ProgressReport | Extension | Closure | Approval | DutyRefusal | Countersignature


def lock_waiting(
    submission: Submission, act: Act, *, on: dt.date, by: User
) -> tuple[Task, Submission]:
    """Lock the task, read the submission anew, and return both.

    Refuses who may not decide, the submitter and whoever stood in for them or they for, on any
    day since they submitted it (`own_submission`), a second decision
    (`already_decided`, somebody was faster), a date before the submission, and what its leader
    has not countersigned (`not_countersigned`).
    """
    task = lock_task(submission.task)
    standing = standing_of(by, on=on)
    require(standing, act, task)
    fresh: Submission = (
        type(submission).objects.select_related("submitted_by", "decided_by").get(pk=submission.pk)
    )
    check_waiting(fresh, act, standing)
    return task, fresh


def check_waiting(fresh: AnySubmission, act: Act, standing: Standing) -> None:
    """Refuse the submitter, a second decision, one before its countersigning or submission."""
    by, on = standing.user, standing.on
    submitted = submitted_on(fresh)
    if fresh.submitted_by_id == by.pk:
        raise NotAllowedError(
            "own_submission",
            _("提交人不能%(act)s自己提交的内容，请由其他人员办理。") % {"act": RULES[act].name},
        )
    if standing.stood_in_with(fresh.submitted_by_id, since=submitted):
        raise NotAllowedError(
            "own_submission",
            _(
                "提交人%(submitter)s与%(name)s之间有代理关系，%(name)s不能%(act)s，请由其他人员办理。"
            )
            % {"submitter": fresh.submitted_by, "name": by.name, "act": RULES[act].name},
        )
    if fresh.verdict != Verdict.WAITING:
        raise ConflictError(
            "already_decided",
            _("%(who)s已于 %(on)s 办理，结论：%(verdict)s。")
            % {
                "who": fresh.decided_by,
                "on": fresh.decided_on,
                "verdict": fresh.get_verdict_display(),
            },
        )
    if on < submitted:
        raise DomainError(
            "decided_before_submitted",
            _("办理日期 %(on)s 早于提交日期 %(submitted)s，请改为提交当日或以后。")
            % {"on": on, "submitted": submitted},
            fields={"on": _("早于提交日期")},
        )
    held = countersignature_of(fresh)
    if held is not None and not countersigned(fresh):
        raise DomainError(
            "not_countersigned",
            _("尚待分管领导%(leader)s审签，审签后才能核查。") % {"leader": held.leader.name},
        )


def is_own(submission: AnySubmission, standing: Standing) -> bool:
    """Whether the person put it forward, or stood in with whoever did: another decides."""
    return standing.judges_own(submission.submitted_by_id, since=submitted_on(submission))


def own_submissions(standing: Standing, day: str) -> Q:
    """Return the condition of `is_own` on submissions whose day is a column."""
    own = Q(submitted_by__in=standing.people)
    for other, until in standing.stood_in_until.items():
        own |= Q(submitted_by=other, **{f"{day}__lte": until})
    return own


def countersignature_of(
    submission: AnySubmission,
) -> Countersignature | None:
    """Return the countersigning a report or close-out was put to, if it was."""
    if not isinstance(submission, ProgressReport | Closure):
        return None
    return getattr(submission, "countersignature", None)


def countersigned(submission: AnySubmission) -> bool:
    """Whether no countersigning leader holds the submission any more."""
    held = countersignature_of(submission)
    return held is None or held.verdict != Verdict.WAITING


def decide(
    submission: Submission,
    verdict: Verdict,
    *,
    on: dt.date,
    by: User,
    comment: str,
    also: list[str] | None = None,
) -> Submission:
    """Write the decision (and the columns in `also`) and return the submission."""
    submission.verdict = verdict
    submission.decided_by = by
    submission.decided_on = on
    submission.decision = comment
    columns = ["verdict", "decided_by", "decided_on", "decision", *(also or [])]
    save_checked(submission, only=columns)
    return submission


def require_reason(reason: str, sentence: str) -> str:
    """Return the reason without surrounding space; refuse an empty one with the sentence."""
    reason = reason.strip()
    if not reason:
        raise DomainError("reason_missing", sentence, fields={"reason": sentence})
    return reason


def submitted_on(submission: AnySubmission) -> dt.date:
    """Return the day a submission counts from."""
    if isinstance(submission, ProgressReport):
        return submission.on
    if isinstance(submission, Extension):
        return submission.requested_on
    if isinstance(submission, Countersignature):
        signed = submission.report or submission.closure
        assert signed is not None, "held by a database constraint"  # noqa: S101
        return submitted_on(signed)
    return submission.submitted_on
