"""Amend the wording of an issued task (修订); the old wording stays for ever."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.choices import Role
from accounts.errors import DomainError
from accounts.models import RoleGrant, User
from accounts.services import audit
from accounts.services.saving import save_checked
from tasks.models import Amendment, Measure, Result, Task
from tasks.permissions import Act, authorise
from tasks.services.deciding import require_reason
from tasks.services.facts import check_not_future, lock_task

# What may be amended, with its name: words only, nothing a judgement reads.
OF_TASK: Mapping[str, Any] = {
    "title": gettext_lazy("任务名称"),
    "target": gettext_lazy("目标"),
    "problem": gettext_lazy("整改问题"),
    "remark": gettext_lazy("备注"),
    "source_document": gettext_lazy("来源文号"),
    "leader": gettext_lazy("分管领导"),
}
OF_MEASURE: Mapping[str, Any] = {
    "text": gettext_lazy("措施内容"),
    "expected_output": gettext_lazy("预期产出"),
    "proof_required": gettext_lazy("所需佐证"),
}
OF_RESULT: Mapping[str, Any] = {"expected": gettext_lazy("预期成果")}
_INSTEAD = gettext_lazy(
    "时限请用延期、恢复或重启，责任人请用交接，单位请用退办后重新交办，级别和性质交办后不改。"
)


@transaction.atomic
def amend_task(
    task: Task,
    *,
    field: str,
    new: Any,
    reason: str,
    on: dt.date,
    by: User,
    seq: int | None = None,
) -> Amendment:
    """Change one wording of an issued task for a reason; return the amendment with the old one.

    `field` is `title`, …; or `measure.text`, `result.expected`, … with the line's number `seq`;
    `leader` takes a staff number. Raises `not_amendable` for anything rules read (it says what to
    use instead), `unknown_line`, `unknown_leader`, `same_wording` and `invalid`.
    """
    reason = require_reason(reason, _("修订必须写明理由。"))
    task = lock_task(task)
    authorise(Act.AMEND, task, on=on, by=by)
    row, column, subject = _meant(task, field, seq)
    old = getattr(row, column)
    value = _leader(new, on=on) if column == "leader" else str(new or "").strip()
    if old == value:
        raise DomainError("same_wording", _("新表述与原表述相同，无需修订。"), fields={"new": "="})
    before, after = _words(old), _words(value)
    entry = audit.record(
        "task.amend",
        task,
        by=by,
        summary=_("修订%(subject)s：“%(old)s”改为“%(new)s”，%(reason)s")
        % {"subject": subject, "old": before[:80], "new": after[:80], "reason": reason[:120]},
        data={
            "on": on.isoformat(),
            "field": field,
            "seq": seq,
            "old": before,
            "new": after,
            "reason": reason,
        },
    )
    check_not_future(on, entry)
    setattr(row, column, value)
    task.version += 1
    save_checked(row, only=[column])
    save_checked(task, only=["version"])
    amendment = Amendment(
        task=task,
        on=on,
        subject=subject,
        field=field,
        old=before,
        new=after,
        reason=reason,
        entry=entry,
        by=by,
    )
    save_checked(amendment)
    return amendment


def amendable(task: Task) -> list[tuple[str, str, str]]:
    """Return what of a task may be amended: its name for a program, for a person, and its words."""
    found = [(name, str(label), _words(getattr(task, name))) for name, label in OF_TASK.items()]
    for measure in task.measures.all():
        found += [
            (f"measure.{name}:{measure.seq}", _line(measure, label), getattr(measure, name))
            for name, label in OF_MEASURE.items()
        ]
    for result in task.results.all():
        found += [
            (f"result.{name}:{result.seq}", _line(result, label), getattr(result, name))
            for name, label in OF_RESULT.items()
        ]
    return found


def _meant(task: Task, field: str, seq: int | None) -> tuple[Task | Measure | Result, str, str]:
    """Return the row, its column, and how the amendment names it."""
    kind, _dot, name = field.rpartition(".")
    if not kind and name in OF_TASK:
        return task, name, str(OF_TASK[name])
    lines: dict[str, tuple[Any, Mapping[str, Any]]] = {
        "measure": (task.measures, OF_MEASURE),
        "result": (task.results, OF_RESULT),
    }
    if kind not in lines or name not in lines[kind][1]:
        raise DomainError(
            "not_amendable",
            _("“%(field)s”不能修订；%(instead)s") % {"field": field[:40], "instead": _INSTEAD},
            fields={"field": str(_INSTEAD)},
        )
    rows, labels = lines[kind]
    row = rows.filter(seq=seq).first()
    if row is None:
        raise DomainError(
            "unknown_line", _("没有第 %(seq)s 项。") % {"seq": seq}, fields={"seq": _("请改正")}
        )
    return row, name, _line(row, labels[name])


def _line(row: Measure | Result, label: Any) -> str:
    return _("第 %(seq)s 项%(label)s") % {"seq": row.seq, "label": label}


def leaders_on(on: dt.date) -> QuerySet[User]:
    """Return who may be a task's leader in charge on the day, by staff number."""
    granted = RoleGrant.objects.on(on).filter(role=Role.LEADER).values("user")
    return User.objects.filter(pk__in=granted, is_active=True).order_by("staff_number")


def _leader(given: Any, *, on: dt.date) -> User | None:
    if not given:
        return None
    leader = given if isinstance(given, User) else User.objects.filter(staff_number=given).first()
    if leader is None or not leaders_on(on).filter(pk=leader.pk).exists():
        sentence = _("“%(who)s”不是在任的局领导，请填写局领导的工号。") % {"who": str(given)[:40]}
        raise DomainError("unknown_leader", sentence, fields={"new": sentence})
    return leader


def _words(value: Any) -> str:
    return "" if value is None else str(value)
