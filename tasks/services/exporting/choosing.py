"""Which tasks an export holds, and what stands at its head."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Unit, User
from tasks.choices import DutyRole
from tasks.ledger.out.model import PER_UNIT, SINGLE, STYLES, Heading, OutPlan
from tasks.ledger.out.writing import Ledger
from tasks.models import Campaign, Plan, Responsibility, Task
from tasks.models.tasks import TaskQuerySet
from tasks.services.exporting.rows import RowReader


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is asked for: tasks of a campaign, of a plan, led under a unit; in one of the styles."""

    style: str = SINGLE
    campaign: Campaign | None = None
    unit: Unit | None = None
    plan: Plan | None = None

    def tasks(self, *, by: User | None, on: dt.date) -> TaskQuerySet:
        """Return the tasks, drafts included but for discarded ones, as far as the person sees.

        None is the machine itself, which sees all.
        """
        tasks: TaskQuerySet = Task.objects.all() if by is None else Task.objects.visible_to(
            by, on=on
        )  # fmt: skip
        tasks = tasks.filter(discarded_on=None)
        if self.campaign is not None:
            tasks = tasks.filter(campaign=self.campaign)
        if self.plan is not None:
            tasks = tasks.filter(plan=self.plan)
        return tasks.led_by(Unit.objects.under(self.unit)) if self.unit is not None else tasks


def check_style(style: str) -> str:
    """Return the style, or refuse a word that names none."""
    if style not in STYLES:
        raise DomainError(
            "unknown_style",
            _("没有“%(style)s”这种导出样式，可以选：%(styles)s。")
            % {"style": style, "styles": "、".join(STYLES)},
        )
    return style


def plans_in(tasks: TaskQuerySet) -> tuple[OutPlan, ...]:
    """Return the plans of the tasks by code."""
    plans = Plan.objects.filter(pk__in=tasks.order_by().values("plan")).order_by("code")
    return tuple(OutPlan(code=plan.code, name=plan.name, year=plan.year) for plan in plans)


def ledger_of(
    choice: Choice, tasks: TaskQuerySet, reader: RowReader, *, total: int, footer: str
) -> Ledger:
    """Return the head, columns and sheets of an export of the tasks."""
    plans = plans_in(tasks)
    units: tuple[str, ...] = ()
    if choice.style == PER_UNIT:
        leads = Responsibility.objects.filter(
            task__in=tasks.values("pk"), role=DutyRole.LEAD, released_on=None
        )
        under = Unit.objects.under(choice.unit) if choice.unit else Unit.objects.all()
        named = under.filter(pk__in=leads.values("unit")).order_by("position", "code")
        units = tuple(named.values_list("name", flat=True))
    return Ledger(
        style=choice.style,
        heading=Heading(
            title=_title(choice, plans),
            # Dates and numbers only: an export of the same facts shows the same cells.
            line=f"截至 {reader.on.isoformat()}，共 {total} 项任务",
            footer=footer,
        ),
        plans=plans,
        own=reader.own_columns(tasks),
        units=units,
    )


def _title(choice: Choice, plans: tuple[OutPlan, ...]) -> str:
    if len(plans) == 1:
        return plans[0].name
    bureau = Unit.objects.filter(parent=None).order_by("position", "code").first()
    whose = choice.unit.name if choice.unit else bureau.name if bureau else ""
    what = choice.campaign.name if choice.campaign else ""
    return f"{whose}{what}任务台账"
