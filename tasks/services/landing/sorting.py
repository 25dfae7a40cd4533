"""Sort a ledger's tasks by what has to be done about them, before anything is written."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.choices import Role
from accounts.errors import NotAllowedError
from accounts.models import Unit, User
from accounts.rules.unit_names import UnitRegistry
from accounts.scopes import Scope, standing_of
from tasks.choices import DifferenceFate
from tasks.ledger.issues import Place, make_issue
from tasks.ledger.model import Issue, LedgerRead, LedgerTask
from tasks.models import Task
from tasks.parties import imports_ledgers
from tasks.services.landing.comparing import (
    Change,
    Choices,
    Difference,
    differences,
    merged,
    plain,
)
from tasks.services.landing.content import LABELS, Content, content_of
from tasks.services.landing.own_columns import columns_by_campaign, with_own_columns
from tasks.services.landing.returned import (
    Stored,
    is_unchanged,
    keep_unchanged,
    with_known_deadline,
)

_RECTIFICATION = "整改"


def scope_of(by: User | None, *, on: dt.date) -> Scope | None:
    """Return what the person supervises; None for the machine. Refuse who supervises nothing."""
    if by is None:
        return None
    standing = standing_of(by, on=on)
    if not imports_ledgers(standing):
        message = _("只有督办人员可以导入台账；%(name)s没有这项权限。") % {"name": by.name}
        raise NotAllowedError("not_allowed", message)
    by.acting_for = standing.acts_for(imports_ledgers)
    return standing.scope(Role.SUPERVISOR)


class Allowed:
    """Which lead units an importer may write to."""

    def __init__(self, scope: Scope | None, registry: UnitRegistry) -> None:
        self.everywhere = scope is None or scope.everything
        self.registry = registry
        self.roots = tuple(root.path for root in scope.roots) if scope is not None else ()
        self.paths = {} if self.everywhere else dict(Unit.objects.values_list("code", "path"))

    def foreign(self, codes: Iterable[str]) -> str:
        """Return the name of the first unit outside the importer's scope, or blank."""
        for code in () if self.everywhere else codes:
            if not self.paths[code].startswith(self.roots):
                unit = self.registry.named(code)
                return unit.name if unit is not None else code
        return ""


def contents_of(
    read: LedgerRead,
    stored: Mapping[str, Stored],
    allowed: Allowed,
    *,
    on: dt.date,
) -> tuple[list[Content], list[Issue]]:
    """Return what may land of the ledger, and an error for each task the person may not issue."""
    rectification = _RECTIFICATION in read.title
    contents: list[Content] = []
    errors: list[Issue] = []
    columns = columns_by_campaign(on=on)
    for task in read.tasks:
        known = stored.get(task.code)
        if known is not None and is_unchanged(task, known):
            # Nothing to read, so nothing to be wrong about either.
            content = known.content
            issues: list[Issue] = []
        elif task.key in read.refused:
            continue
        else:
            row = with_known_deadline(task, known) if known is not None else task
            content = content_of(row, allowed.registry, rectification=rectification)
            content, issues = with_own_columns(content, task, columns)
            if known is not None:
                content = keep_unchanged(content, task, known)
        if foreign := allowed.foreign(content.leads):
            errors.append(_task_issue("foreign_unit", task, value=foreign))
        elif issues:
            errors.extend(issues)
        else:
            contents.append(content)
    return contents, errors


def _task_issue(code: str, task: LedgerTask, *, value: str, **words: Any) -> Issue:
    place = Place(task.sheet, task.rows[0])
    return make_issue(code, place, task=task.code, owner=task.key, value=value, **words)


@dataclass(frozen=True, slots=True, kw_only=True)
class SortedOut:
    """A ledger's tasks by what has to be done about them."""

    new: Sequence[Change]
    changed: Sequence[Change]
    # Tasks of which a person chose to keep what the system has, with what the ledger states.
    kept: Sequence[tuple[Content, Task]]
    unchanged: Sequence[str]
    conflicts: Sequence[Issue]
    differences: Mapping[str, Sequence[Difference]]
    stated: Mapping[str, Content]


def sort_out(
    contents: Iterable[Content],
    stored: Mapping[str, Stored],
    read: LedgerRead,
    *,
    allowed: Allowed,
    choices: Choices,
) -> SortedOut:
    """Return what is new, changed, unchanged, kept by a person's choice, and in conflict."""
    new: list[Change] = []
    changed: list[Change] = []
    kept: list[tuple[Content, Task]] = []
    unchanged: list[str] = []
    conflicts: list[Issue] = []
    found: dict[str, Sequence[Difference]] = {}
    stated: dict[str, Content] = {}
    by_code = {task.code: task for task in reversed(read.tasks)}
    for content in contents:
        code = content.code
        stated[code] = content
        known = stored.get(code)
        if known is None:
            new.append(Change(content=content))
            continue
        if problem := _obstacle(known, allowed):
            conflicts.append(_task_issue(problem[0], by_code[code], value=problem[1] or code))
            continue
        if known.task.discarded_on is not None:
            changed.append(Change(content=content))
            continue
        base = known.base
        if base is None and known.printed is not None and by_code[code].printed is not None:
            # An export of ours says what the system had: what differs was changed in the file.
            base = plain(known.content)
        found[code] = differences(
            content, known.content, task=known.task, base=base, choices=choices
        )
        fates = {one.fate for one in found[code]}
        if problem_code := next((code for fate, code in _PROBLEMS.items() if fate in fates), ""):
            fields = _labels(found[code], problem_code)
            conflicts.append(_task_issue(problem_code, by_code[code], value=code, fields=fields))
        elif DifferenceFate.FILE in fates and known.waits:
            conflicts.append(_task_issue("waits_for_approval", by_code[code], value=code))
        elif DifferenceFate.FILE in fates:
            changed.append(merged(content, known.content, list(found[code])))
        else:
            unchanged.append(code)
            if DifferenceFate.KEPT in fates:
                kept.append((content, known.task))
    return SortedOut(
        new=new,
        changed=changed,
        kept=kept,
        unchanged=unchanged,
        conflicts=conflicts,
        differences={code: rows for code, rows in found.items() if rows},
        stated=stated,
    )


# Fates that leave a row out until somebody has decided, the graver first.
_PROBLEMS: Mapping[str, str] = {
    DifferenceFate.ISSUED: "already_issued",
    DifferenceFate.CONFLICT: "changed_here_too",
}


def _labels(rows: Iterable[Difference], code: str) -> str:
    return "、".join(str(LABELS[row.name]) for row in rows if _PROBLEMS.get(row.fate) == code)


def _obstacle(known: Stored, allowed: Allowed) -> tuple[str, str] | None:
    """Return why a stored task is out of the importer's hands: whose it is, or that it is given up.

    A draft that the undoing of its import gave up may come back.
    """
    if foreign := allowed.foreign(known.content.leads):
        return "foreign_unit", foreign
    if known.task.discarded_on is not None and not known.undone:
        return "code_discarded", ""
    return None
