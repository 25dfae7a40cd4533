"""Insert facts about tasks: the one place that does, after the rules allowed them."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import clock
from accounts.errors import ConflictError, DomainError
from accounts.models import AuditEntry, User
from accounts.services.saving import save_checked
from tasks.choices import FactType
from tasks.models import Measure, Task, TaskFact
from tasks.rules.errors import RuleViolationError
from tasks.rules.replay import check_fact
from tasks.rules.terms import check_terms
from tasks.services.readings import as_fact, facts_of, terms_of
from tasks.wording import violation_sentence


def lock_task(task: Task) -> Task:
    """Return the task's newest row, locked to commit, with its units at hand.

    Every service takes this lock before the audit head's, so two acts on one task take turns.
    """
    row = (
        Task.objects.select_for_update(of=("self",))
        .select_related("responsible", "campaign", "plan", "parent")
        .prefetch_related("responsibilities__unit")
        .get(pk=task.pk)
    )
    above, seen = row, {row.pk}
    # Its progress goes on into them, always locked from below.
    while above.rolls_up and above.parent_id is not None:
        if above.parent_id in seen:
            raise DomainError(
                "task_circle",
                _("任务 %(code)s 的上级关系成环，无法汇总进度，请联系系统管理员。")
                % {"code": row.code},
            )
        above = Task.objects.select_for_update(of=("self",)).get(pk=above.parent_id)
        seen.add(above.pk)
    return row


def expect_version(task: Task, version: int | None) -> None:
    """Lock the task and refuse when it is no longer the version the person saw (None: any).

    Call it in the transaction of the act. Raises ConflictError `version_conflict`, whose field
    `version` is the newer one.
    """
    if version is None:
        return
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("expect_version needs a transaction")
    newest = lock_task(task).version
    if newest != version:
        raise ConflictError(
            "version_conflict",
            _("任务 %(code)s 已更新到第 %(newest)s 版，您看到的是第 %(seen)s 版，请刷新后再办理。")
            % {"code": task.code, "newest": newest, "seen": version},
            fields={"version": newest},
        )


def record_fact(
    task: Task,
    type: FactType,
    *,
    on: dt.date,
    by: User | None,
    entry: AuditEntry,
    percent: Decimal | None = None,
    to: dt.date | None = None,
    requested_on: dt.date | None = None,
    measure: Measure | None = None,
    person: User | None = None,
    about: TaskFact | None = None,
    reason: str = "",
) -> TaskFact:
    """Insert a fact that counts from `on`, known from the audit entry's moment on; return it.

    Raises DomainError: `fact_in_future` for a day after today, and the codes of
    `tasks.rules` for a fact the task's history does not allow. Call `current.refresh` afterwards.
    """
    check_not_future(on, entry)
    fact = TaskFact(
        task=task,
        type=type,
        on=on,
        recorded_at=entry.at,
        entry=entry,
        by=by,
        percent=percent,
        to=to,
        requested_on=requested_on,
        measure=measure,
        person=person,
        about=about,
        reason=reason,
    )
    try:
        _check_by_rules(task, fact)
    except RuleViolationError as violation:
        raise DomainError(violation.code, violation_sentence(violation)) from violation
    save_checked(fact)
    return fact


def check_not_future(on: dt.date, entry: AuditEntry) -> None:
    """Refuse a day after the one on which it is recorded."""
    today = clock.date_of(entry.at)
    if on > today:
        raise DomainError(
            "fact_in_future",
            _("日期 %(on)s 晚于今天（%(today)s），请填写今天或以前的日期。")
            % {"on": on.isoformat(), "today": today.isoformat()},
            fields={"on": _("不能晚于今天")},
        )


def _check_by_rules(task: Task, fact: TaskFact) -> None:
    terms = terms_of(task)
    if fact.type == FactType.ASSIGNED:
        check_terms(terms)
        return
    known = facts_of(task)
    newest = max((item.order for item in known), default=0)
    check_fact(terms, known, replace(as_fact(fact), order=newest + 1))
