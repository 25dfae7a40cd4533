"""Land a ledger that was read: create its tasks, update drafts, leave what was issued alone."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import gettext as _

from accounts import clock
from accounts.choices import Role
from accounts.errors import DomainError, NotAllowedError
from accounts.models import Unit, User
from accounts.rules.unit_names import UnitRegistry
from accounts.scopes import Scope, standing_of
from accounts.services import audit
from accounts.services.machine import machine_account
from accounts.services.saving import save_checked
from accounts.services.unit_names import load_unit_registry
from tasks.choices import TaskState
from tasks.ledger.issues import Place, make_issue
from tasks.ledger.model import Issue, LedgerRead, LedgerTask
from tasks.ledger.out.model import OutTask
from tasks.models import Campaign, Plan, ProgressReport, Task
from tasks.services.exporting.rows import RowReader
from tasks.services.facts import check_not_future
from tasks.services.landing.content import (
    LABELS,
    Content,
    content_of,
    content_of_stored,
    differing,
)
from tasks.services.landing.own_columns import columns_by_campaign, with_own_columns
from tasks.services.landing.returned import (
    Stored,
    is_unchanged,
    keep_unchanged,
    with_known_deadline,
)
from tasks.services.landing.writing import BATCH, Landing, principals_on, write_tasks
from tasks.services.seals import seal_facts

REJECT_ROW, REJECT_FILE = "reject-row", "reject-file"
_RECTIFICATION = "整改"


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """What became of each task of a ledger, by code, and the errors met on landing.

    `drafts` are those of `created` and `updated` that wait for a person to read their deadline.
    """

    plan: str
    created: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    drafts: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    errors: tuple[Issue, ...] = ()

    @property
    def count(self) -> int:
        """How many tasks are in the plan as the ledger states them."""
        return len(self.created) + len(self.updated) + len(self.unchanged)

    def to_json(self) -> dict[str, Any]:
        """Return the codes by what became of them."""
        names = ("created", "updated", "unchanged", "drafts", "refused")
        return {"plan": self.plan, **{name: list(getattr(self, name)) for name in names}}


def plan_for(read: LedgerRead, code: str | None = None) -> Plan:
    """Return the plan a ledger belongs to: the stored one of its code, or a new, unsaved one.

    Without a code it is the plan an export names, else the ledger's title (else the file's name),
    cut to what the column holds. Raises `plan_of_another_year`, and `several_plans` for a code
    where the file is an export of several plans, whose tasks each go to their own.
    """
    if code and len(read.plans) > 1:
        names = "、".join(plan.code for plan in read.plans)
        message = _("文件导出自多个计划（%(names)s），各任务回到各自的计划，请不要另外指定计划。")
        raise DomainError("several_plans", message % {"names": names})
    own = read.plans[0].code if read.plans else plan_code(read.title, read.plan_year)
    known = (code or own).strip()
    plan = Plan.objects.filter(code=known).first()
    if plan is None:
        return Plan(code=known, name=(read.title or known)[:200], year=read.plan_year)
    if plan.year != read.plan_year:
        raise DomainError(
            "plan_of_another_year",
            _("计划“%(code)s”是 %(year)s 年度的，台账按 %(read)s 年度读取；请核对计划或年度。")
            % {"code": plan.code, "year": plan.year, "read": read.plan_year},
        )
    return plan


def plan_code(title: str, year: int) -> str:
    """Return the code of a plan known only by its title: the title without blanks or slashes."""
    code = "".join(title.split()).replace("/", "-").replace("\\", "-")[:64]
    return code or _("%(year)s年任务") % {"year": year}


@transaction.atomic
def land_ledger(
    read: LedgerRead,
    *,
    plan: Plan,
    assigned: dt.date,
    by: User | None,
    on_error: str = REJECT_ROW,
    dry_run: bool = False,
    registry: UnitRegistry | None = None,
) -> Landed:
    """Put a ledger's tasks into a plan and return what became of each.

    Tasks are known by plan and code. New ones are created and assigned on `assigned`; one whose
    deadline a person has to read stays a draft. A draft is rewritten as the ledger states it; an
    issued task is never altered: what differs is the error `already_issued`. Reported progress
    becomes an opening report, done an application for close-out, both of that day. Rows with an
    error are left out (`reject-row`), or all are (`reject-file`).

    `by` has to supervise the lead units (`foreign_unit` otherwise); None is the machine itself.
    Nothing is written on a dry run, or when nothing lands.
    """
    registry = registry or load_unit_registry()
    parts = _parts(read, plan)
    options: dict[str, Any] = {"assigned": assigned, "by": by, "registry": registry}
    if on_error == REJECT_FILE:
        tried = [_land_part(part, plan=own, dry_run=True, **options) for part, own in parts]
        errors = tuple(issue for one in tried for issue in one.errors)
        if read.errors or errors:
            refused = tuple(task.code for task in read.tasks)
            return Landed(plan=plan.code, refused=refused, errors=errors)
    landed = [_land_part(part, plan=own, dry_run=dry_run, **options) for part, own in parts]
    return landed[0] if len(landed) == 1 else _together(landed)


def _parts(read: LedgerRead, plan: Plan) -> list[tuple[LedgerRead, Plan]]:
    """Return what goes to each plan: all to the one, but of an export of several plans each."""
    if not any(task.plan for task in read.tasks):
        return [(read, plan)]
    parts = []
    for one in read.plans:
        tasks = tuple(task for task in read.tasks if task.plan == one.code)
        if tasks:
            part = replace(read, tasks=tasks, plans=(one,), title=one.name, plan_year=one.year)
            parts.append((part, plan_for(part)))
    rest = tuple(task for task in read.tasks if not task.plan)
    return [*parts, *([(replace(read, tasks=rest), plan)] if rest else [])]


def _together(landed: Sequence[Landed]) -> Landed:
    """Return what became of the tasks of several plans, their codes as PLAN/CODE."""
    names = ("created", "updated", "unchanged", "drafts", "refused")
    codes = {
        name: tuple(f"{one.plan}/{code}" for one in landed for code in getattr(one, name))
        for name in names
    }
    errors = tuple(issue for one in landed for issue in one.errors)
    return Landed(plan="、".join(one.plan for one in landed), errors=errors, **codes)


def _land_part(
    read: LedgerRead,
    *,
    plan: Plan,
    assigned: dt.date,
    by: User | None,
    dry_run: bool,
    registry: UnitRegistry,
) -> Landed:
    """Land what goes to one plan."""
    if plan.pk is not None:
        Plan.objects.select_for_update().get(pk=plan.pk)
    stored = _stored(plan, printed=any(task.printed is not None for task in read.tasks))
    contents, errors = _contents(read, stored, registry, by=by, on=assigned)
    sorted_out = _sort_out(contents, stored, read)
    errors += sorted_out.conflicts
    kept = {content.code for content in contents}
    refused = [task.code for task in read.tasks if task.key in read.refused]
    refused = [code for code in refused if code not in kept]
    refused += [issue.task for issue in errors]
    written = [*sorted_out.new, *sorted_out.changed]
    if written and not dry_run:
        drafts = {content.code: stored[content.code].task for content in sorted_out.changed}
        _write(written, drafts, read, plan=plan, assigned=assigned, by=by)
    return Landed(
        plan=plan.code,
        created=_codes(sorted_out.new),
        updated=_codes(sorted_out.changed),
        unchanged=tuple(sorted_out.unchanged),
        drafts=_codes(content for content in written if not content.settled),
        refused=tuple(dict.fromkeys(refused)),
        errors=tuple(errors),
    )


def _codes(contents: Iterable[Content]) -> tuple[str, ...]:
    return tuple(content.code for content in contents)


# ---- before writing --------------------------------------------------------------------------


def _contents(
    read: LedgerRead,
    stored: Mapping[str, Stored],
    registry: UnitRegistry,
    *,
    by: User | None,
    on: dt.date,
) -> tuple[list[Content], list[Issue]]:
    """Return what may land of the ledger, and an error for each task the person may not issue."""
    scope = None
    if by is not None:
        standing = standing_of(by, on=on)
        scope = standing.scope(Role.SUPERVISOR)
        if not scope.roots:
            message = _("只有督办人员可以导入台账；%(name)s没有这项权限。") % {"name": by.name}
            raise NotAllowedError("not_allowed", message)
        by.acting_for = standing.acts_for(lambda own: own.has(Role.SUPERVISOR))
    paths = dict(Unit.objects.values_list("code", "path")) if scope is not None else {}
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
            content = content_of(row, registry, rectification=rectification)
            content, issues = with_own_columns(content, task, columns)
            if known is not None:
                content = keep_unchanged(content, task, known)
        foreign = _foreign(content, scope, paths, registry)
        if foreign:
            errors.append(_task_issue("foreign_unit", task, value=foreign))
        elif issues:
            errors.extend(issues)
        else:
            contents.append(content)
    return contents, errors


def _foreign(
    content: Content, scope: Scope | None, paths: Mapping[str, str], registry: UnitRegistry
) -> str:
    """Return the name of the first lead unit outside the importer's scope, or blank."""
    if scope is None or scope.everything:
        return ""
    for code in content.leads:
        if not any(paths[code].startswith(root.path) for root in scope.roots):
            unit = registry.named(code)
            return unit.name if unit is not None else code
    return ""


def _task_issue(code: str, task: LedgerTask, *, value: str, **words: Any) -> Issue:
    place = Place(task.sheet, task.rows[0])
    return make_issue(code, place, task=task.code, owner=task.key, value=value, **words)


def _stored(plan: Plan, *, printed: bool) -> dict[str, Stored]:
    """Return the plan's tasks by code, locked, with what each amounts to.

    `printed` tells too how an export prints each, for a file that is one.
    """
    if plan.pk is None:
        return {}
    tasks = (
        Task.objects.select_for_update(of=("self",))
        .filter(plan=plan)
        .select_related("campaign")
        .prefetch_related(
            "responsibilities__unit",
            "measures",
            "closures",
            Prefetch("reports", ProgressReport.objects.filter(opening=True)),
        )
        .order_by("pk")
    )
    shown: dict[int, OutTask] = {}
    if printed:
        reader = RowReader(on=clock.today())
        shown = {task.pk: task for task in reader.read(Task.objects.filter(plan=plan))}
    return {
        task.code: Stored(task=task, content=content_of_stored(task), printed=shown.get(task.pk))
        for task in tasks.iterator(chunk_size=BATCH)
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _SortedOut:
    """A ledger's tasks by what has to be done about them."""

    new: Sequence[Content]
    changed: Sequence[Content]
    unchanged: Sequence[str]
    conflicts: Sequence[Issue]


def _sort_out(
    contents: Iterable[Content], stored: Mapping[str, Stored], read: LedgerRead
) -> _SortedOut:
    new: list[Content] = []
    changed: list[Content] = []
    unchanged: list[str] = []
    conflicts: list[Issue] = []
    by_code = {task.code: task for task in reversed(read.tasks)}
    for content in contents:
        if content.code not in stored:
            new.append(content)
            continue
        task, known = stored[content.code].task, stored[content.code].content
        names = differing(content, known)
        if not names:
            unchanged.append(content.code)
        elif task.state == TaskState.DRAFT:
            changed.append(content)
        else:
            fields = "、".join(str(LABELS[name]) for name in names)
            conflicts.append(
                _task_issue(
                    "already_issued", by_code[content.code], value=content.code, fields=fields
                )
            )
    return _SortedOut(new=new, changed=changed, unchanged=unchanged, conflicts=conflicts)


# ---- writing ---------------------------------------------------------------------------------


def _write(
    contents: Sequence[Content],
    drafts: Mapping[str, Task],
    read: LedgerRead,
    *,
    plan: Plan,
    assigned: dt.date,
    by: User | None,
) -> None:
    """Write the contents in the order of the ledger, sealed by one audit entry."""
    order = {task.code: position for position, task in enumerate(read.tasks)}
    contents = sorted(contents, key=lambda content: order[content.code])
    if plan.pk is None:
        save_checked(plan)
    actor = by or machine_account()
    campaigns = _campaigns({content.campaign for content in contents if content.campaign})
    codes = {code for content in contents for code in content.leads}
    codes |= {code for content in contents for code, _word in content.helpers}
    landing = Landing(
        plan=plan,
        source=(read.title or read.file)[:200],
        assigned=assigned,
        by=actor,
        units={unit.code: unit for unit in Unit.objects.active() if unit.code in codes},
        campaigns=campaigns,
        principals=principals_on(assigned),
    )
    entry = audit.record(
        "ledger.import",
        plan,
        by=by,
        summary=_("导入台账“%(file)s”到计划 %(plan)s：%(count)s 项任务")
        % {"file": read.file[:100], "plan": plan.code, "count": len(contents)},
        data={
            "file": read.file,
            "assigned": assigned.isoformat(),
            "created": [content.code for content in contents if content.code not in drafts],
            "updated": sorted(drafts),
            "drafts": [content.code for content in contents if not content.settled],
            "digest": _digest(read, {content.code for content in contents}),
        },
    )
    check_not_future(assigned, entry)
    write_tasks(contents, drafts, landing, entry)
    seal_facts(entry, about=plan, by=by)


def _digest(read: LedgerRead, codes: set[str]) -> str:
    """Return the SHA-256 of the tasks as read, which seals what was written in bulk."""
    tasks = [
        task.to_json() for task in read.tasks if task.code in codes and task.key not in read.refused
    ]
    text = json.dumps(tasks, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _campaigns(names: set[str]) -> dict[str, Campaign]:
    """Return the campaigns of the names, made where new; a new one's code is its name."""
    known = {campaign.name: campaign for campaign in Campaign.objects.filter(name__in=names)}
    taken = set(Campaign.objects.values_list("code", flat=True))
    for name in sorted(names - set(known)):
        code, number = name[:32], 2
        while code in taken:
            suffix = f"-{number}"
            code, number = f"{name[: 32 - len(suffix)]}{suffix}", number + 1
        taken.add(code)
        known[name] = Campaign(code=code, name=name)
        save_checked(known[name])
    return known


def campaign_named(code: str) -> Campaign:
    """Return the campaign of a code or name; refuse text that names none."""
    campaign = Campaign.objects.filter(code=code).first()
    campaign = campaign or Campaign.objects.filter(name=code).first()
    if campaign is None:
        message = _("没有代码或名称为“%(code)s”的攻坚行动，请核对。") % {"code": code}
        raise DomainError("unknown_campaign", message)
    return campaign
