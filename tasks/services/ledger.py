"""Land a ledger that was read: create its tasks, update drafts, leave what was issued alone."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import AuditEntry, Unit, User
from accounts.rules.unit_names import UnitRegistry
from accounts.services import audit
from accounts.services.machine import machine_account
from accounts.services.saving import save_checked
from accounts.services.unit_names import load_unit_registry
from tasks.choices import RowFate
from tasks.ledger.model import Issue, LedgerRead
from tasks.models import Campaign, LedgerImport, Plan, Task
from tasks.services.facts import check_not_future
from tasks.services.landing.comparing import Change, Choices, Difference
from tasks.services.landing.remembering import remember, stored_rows
from tasks.services.landing.sorting import Allowed, SortedOut, contents_of, scope_of, sort_out
from tasks.services.landing.writing import Landing, principals_on, write_tasks
from tasks.services.seals import seal_facts

REJECT_ROW, REJECT_FILE = "reject-row", "reject-file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """What became of each task of a ledger, by code, and the errors met on landing.

    `drafts` are those of `created` and `updated` that wait for a person to read their deadline.
    `differences` are the fields in which a ledger and a stored task differ, by code; `entry` is
    what stands in the log, None when nothing was written.
    """

    plan: str
    created: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    drafts: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    errors: tuple[Issue, ...] = ()
    differences: Mapping[str, Sequence[Difference]] = field(default_factory=dict)
    entry: AuditEntry | None = field(default=None, compare=False)

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
    choices: Choices | None = None,
    source: LedgerImport | None = None,
) -> Landed:
    """Put a ledger's tasks into a plan and return what became of each.

    Tasks are known by plan and code. New ones are created and assigned on `assigned`; one whose
    deadline a person has to read stays a draft. A draft follows what changed in the ledger since
    its last import; what changed in the system too is the error `changed_here_too` until a person
    chose (`choices`). An issued task is never altered: what differs is the error `already_issued`.
    Reported progress becomes an opening report, done an application for close-out, both of that
    day. Rows with an error are left out (`reject-row`), or all are (`reject-file`).

    `source` is the web import it comes from. `by` has to supervise the lead units (`foreign_unit`
    otherwise); None is the machine itself. Nothing is written on a dry run, or when nothing lands.
    """
    registry = registry or load_unit_registry()
    parts = _parts(read, plan)
    run = _Run(
        assigned=assigned,
        by=by,
        allowed=Allowed(scope_of(by, on=assigned), registry),
        choices=choices or {},
        source=source,
        several=len(parts) > 1,
    )
    if on_error == REJECT_FILE:
        tried = [_land_part(part, own, run, dry_run=True) for part, own in parts]
        errors = tuple(issue for one in tried for issue in one.errors)
        if read.errors or errors:
            refused = tuple(task.code for task in read.tasks)
            return Landed(plan=plan.code, refused=refused, errors=errors)
    landed = [_land_part(part, own, run, dry_run=dry_run) for part, own in parts]
    return landed[0] if len(landed) == 1 else _together(landed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What the parts of one import share."""

    assigned: dt.date
    by: User | None
    allowed: Allowed
    choices: Choices
    source: LedgerImport | None
    several: bool

    def choices_in(self, plan: Plan) -> Choices:
        """Return the choices about a plan's tasks, by their own codes."""
        if not self.several:
            return self.choices
        prefix = f"{plan.code}/"
        return {
            (code.removeprefix(prefix), name): take
            for (code, name), take in self.choices.items()
            if code.startswith(prefix)
        }


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
    return Landed(
        plan="、".join(one.plan for one in landed),
        errors=tuple(issue for one in landed for issue in one.errors),
        differences={
            f"{one.plan}/{code}": rows for one in landed for code, rows in one.differences.items()
        },
        entry=next((one.entry for one in landed if one.entry is not None), None),
        **codes,
    )


def _land_part(read: LedgerRead, plan: Plan, run: _Run, *, dry_run: bool) -> Landed:
    """Land what goes to one plan."""
    if plan.pk is not None:
        Plan.objects.select_for_update().get(pk=plan.pk)
    stored = stored_rows(plan, printed=any(task.printed is not None for task in read.tasks))
    contents, errors = contents_of(read, stored, run.allowed, on=run.assigned)
    sorted_out = sort_out(contents, stored, read, allowed=run.allowed, choices=run.choices_in(plan))
    errors += sorted_out.conflicts
    kept = {content.code for content in contents}
    refused = [task.code for task in read.tasks if task.key in read.refused]
    refused = [code for code in refused if code not in kept]
    refused += [issue.task for issue in errors]
    written = [*sorted_out.new, *sorted_out.changed]
    entry = None
    if (written or sorted_out.kept) and not dry_run:
        drafts = {one.content.code: stored[one.content.code].task for one in sorted_out.changed}
        entry = _write(written, drafts, sorted_out, read, plan=plan, run=run)
    return Landed(
        plan=plan.code,
        created=_codes(sorted_out.new),
        updated=_codes(sorted_out.changed),
        unchanged=tuple(sorted_out.unchanged),
        drafts=_codes(one for one in written if not one.content.settled),
        refused=tuple(dict.fromkeys(refused)),
        errors=tuple(errors),
        differences=sorted_out.differences,
        entry=entry,
    )


def _codes(changes: Iterable[Change]) -> tuple[str, ...]:
    return tuple(change.content.code for change in changes)


# ---- writing ---------------------------------------------------------------------------------


def _write(
    changes: Sequence[Change],
    drafts: Mapping[str, Task],
    sorted_out: SortedOut,
    read: LedgerRead,
    *,
    plan: Plan,
    run: _Run,
) -> AuditEntry:
    """Write the changes in the order of the ledger, sealed by one audit entry; return it."""
    assigned, by = run.assigned, run.by
    order = {task.code: position for position, task in enumerate(read.tasks)}
    changes = sorted(changes, key=lambda change: order[change.content.code])
    if plan.pk is None:
        save_checked(plan)
    actor = by or machine_account()
    contents = [change.content for change in changes]
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
            "kept": sorted(content.code for content, _task in sorted_out.kept),
            "drafts": [content.code for content in contents if not content.settled],
            "digest": _digest(read, {content.code for content in contents}),
        },
    )
    check_not_future(assigned, entry)
    tasks = write_tasks(changes, drafts, landing, entry)
    fates = [(task, RowFate.UPDATED if task.code in drafts else RowFate.CREATED) for task in tasks]
    fates += [(task, RowFate.KEPT) for _content, task in sorted_out.kept]
    remember(fates, sorted_out.stated, entry=entry, source=run.source)
    if contents:
        seal_facts(entry, about=plan, by=by)
    return entry


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
