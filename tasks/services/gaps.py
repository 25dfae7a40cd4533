"""The closure check of stored tasks: what their four lists lack, and what follows from it."""

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction

from django.utils.translation import gettext as _

from accounts.choices import PostKind
from accounts.errors import DomainError
from accounts.models import Post, Unit, User
from tasks.choices import ColumnPlace, DeadlineKind, DutyRole, GapRule
from tasks.models import Task
from tasks.rules.gaps import FourLists, Gap, ListedColumn, ListedMeasure, gaps_in
from tasks.rules.terms import Kind, Level
from tasks.services.columns import columns_of
from tasks.wording import gap_sentence

# Wordings a person has to read before anybody can be late by them.
UNREAD = frozenset({DeadlineKind.AMBIGUOUS, DeadlineKind.RELATIVE})
# What `gaps_of` reads, fetched for many tasks at once.
RELATED = (
    "responsibilities__unit",
    "measures__owner",
    "served_by",
    "results",
    "campaign__columns",
)


def gaps_of(
    task: Task, *, on: dt.date, principals: Mapping[int, User] | None = None
) -> tuple[Gap, ...]:
    """Return what the four lists of a task lack on the day.

    Nobody named means the principal of the first lead unit, as in assigning; `principals` by unit
    id saves asking for each task of many.
    """
    leads = [duty.unit for duty in task.responsibilities.all() if duty.role == DutyRole.LEAD]
    person = task.holder or task.responsible
    if person is None and leads:
        given = principals is not None
        person = principals.get(leads[0].pk) if given else principal_of(leads[0], on)  # type: ignore[union-attr]
    columns = columns_of(task.campaign, ColumnPlace.TASK, on=on)
    return gaps_in(
        FourLists(
            level=Level(task.level),
            kind=Kind(task.kind),
            leads=tuple(unit.code for unit in leads),
            person=person.staff_number if person else "",
            problem=task.problem,
            deadline=task.original_deadline,
            unread=task.assigned_on is None and task.deadline_kind in UNREAD,
            measures=tuple(
                ListedMeasure(
                    seq=measure.seq,
                    owner=measure.owner.code,
                    deadline=measure.deadline,
                    weight=Fraction(measure.weight),
                    output=measure.expected_output,
                    proof=measure.proof_required,
                )
                for measure in task.measures.all()
            ),
            served=bool(task.served_by.all()),
            results=tuple(result.expected for result in task.results.all()),
            columns=tuple(
                ListedColumn(
                    label=column.label,
                    required=column.required,
                    value=str(task.custom.get(column.key, "")),
                )
                for column in columns
            ),
        )
    )


def require_closed(task: Task, *, reason: str, on: dt.date) -> str:
    """Return the reason for assigning a task whose lists are not closed; empty when they are.

    Raises `gaps_refused` where the plan lets no such task go out, else `gaps_need_reason` without
    a reason; both name every gap.
    """
    gaps = gaps_of(task, on=on)
    if not gaps:
        return ""
    named = "；".join(gap_sentence(gap) for gap in gaps)
    if task.plan.gaps == GapRule.REFUSE:
        raise DomainError(
            "gaps_refused",
            _("任务 %(code)s 的四清单未闭合，计划“%(plan)s”不允许交办：%(gaps)s。")
            % {"code": task.code, "plan": task.plan.name, "gaps": named},
        )
    reason = reason.strip()
    if not reason:
        sentence = _("任务 %(code)s 的四清单未闭合，请补齐，或写明先行交办的理由：%(gaps)s。") % {
            "code": task.code,
            "gaps": named,
        }
        raise DomainError("gaps_need_reason", sentence, fields={"gap_reason": sentence})
    return reason


def principal_of(unit: Unit, on: dt.date) -> User | None:
    """Return who is the unit's principal (主要负责人) on the day."""
    return principals_on(on, units=[unit]).get(unit.pk)


def principals_on(on: dt.date, *, units: list[Unit] | None = None) -> dict[int, User]:
    """Return the principals of the day by unit id, the newest post first."""
    posts = Post.objects.on(on).filter(kind=PostKind.PRINCIPAL, user__is_active=True)
    if units is not None:
        posts = posts.filter(unit__in=units)
    found: dict[int, User] = {}
    for post in posts.select_related("user").order_by("-since", "pk"):
        found.setdefault(post.unit_id, post.user)
    return found
