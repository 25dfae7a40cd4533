"""The first list: tasks, with their current-state columns."""

import datetime as dt
from collections.abc import Iterable
from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import BUSINESS_ROLES, DRAFTING_ROLES
from accounts.models import Unit, User
from accounts.scopes import standing_of
from tasks.choices import (
    DeadlineKind,
    DutyRole,
    FactType,
    Light,
    ReportCycle,
    SourceKind,
    TaskKind,
    TaskLevel,
    TaskState,
    TaskType,
)
from tasks.models.indicators import Indicator
from tasks.models.plans import Battle, Campaign, Plan
from tasks.rules.periods import Cycle, period_of


class TaskQuerySet(models.QuerySet["Task"]):
    """Business filters over tasks; each takes the date it is asked for."""

    def visible_to(self, user: User, *, on: dt.date) -> Self:
        """Tasks of the person's own: a unit of their scope takes part, they hold it, or are named.

        Named are a unit's liaison, the leader in charge, and the substitute verifier of a unit that
        leads. Drafts are seen only by those who supervise or direct the lead unit. Officers see
        none.
        """
        if not user.is_authenticated:
            return self.none()
        standing = standing_of(user, on=on)
        scope, drafting = standing.scope(*BUSINESS_ROLES), standing.scope(*DRAFTING_ROLES)
        if scope.everything and drafting.everything:
            return self
        seen = self
        if not scope.everything:
            mine = (
                Q(responsibilities__unit__in=scope.units())
                | Q(responsibilities__liaison=user)
                | Q(
                    responsibilities__role=DutyRole.LEAD,
                    responsibilities__unit__in=user.substitutions.on(on).values("unit"),
                )
                | Q(holder=user)
                | Q(leader=user)
            )
            seen = seen.filter(pk__in=Task.objects.filter(mine).values("pk"))
        if not drafting.roots:
            return seen.exclude(state=TaskState.DRAFT)
        drafts = Task.objects.filter(
            state=TaskState.DRAFT,
            responsibilities__role=DutyRole.LEAD,
            responsibilities__unit__in=drafting.units(),
        )
        return seen.filter(~Q(state=TaskState.DRAFT) | Q(pk__in=drafts.values("pk")))

    def issued(self) -> Self:
        """Tasks that were assigned; drafts are judged by nobody."""
        return self.exclude(state=TaskState.DRAFT)

    def for_units(self, units: Iterable[Unit]) -> Self:
        """Tasks that the units (a list or a queryset) lead or cooperate in."""
        return self.filter(
            pk__in=Task.objects.filter(
                responsibilities__unit__in=units, responsibilities__released_on=None
            ).values("pk")
        )

    def led_by(self, units: Iterable[Unit]) -> Self:
        """Tasks that the units (a list or a queryset) lead."""
        return self.filter(
            pk__in=Task.objects.filter(
                responsibilities__unit__in=units, responsibilities__role=DutyRole.LEAD
            ).values("pk")
        )

    def overdue(self, *, on: dt.date) -> Self:
        """Open tasks that are at least one day late on the day.

        Days banked lie in the anchor while a task is open, so one comparison is enough and the
        index of the queue serves it.
        """
        return self.filter(state=TaskState.OPEN, overdue_anchor__lt=on.toordinal())

    def due_within(self, days: int, *, on: dt.date) -> Self:
        """Open tasks, not yet late, whose deadline is at most `days` days ahead."""
        return self.filter(
            state=TaskState.OPEN,
            effective_deadline__gte=on,
            effective_deadline__lte=on + dt.timedelta(days=days),
        )

    def awaiting_report(self, *, on: dt.date) -> Self:
        """Open tasks on whose reporting cycle nothing was reported in the period of the day."""
        waiting = Q(pk__in=[])
        for cycle in ReportCycle:
            first = period_of(Cycle(cycle.value), on).first
            reported = Task.objects.filter(
                facts__type=FactType.PROGRESS, facts__on__gte=first, facts__on__lte=on
            )
            waiting |= Q(report_cycle=cycle) & ~Q(pk__in=reported.values("pk"))
        return self.filter(waiting, state=TaskState.OPEN, rolled_up=False)

    def silent(self, *, on: dt.date) -> Self:
        """Open tasks on which nothing was reported in the newest ended period, nor since."""
        silent = Q(pk__in=[])
        for cycle in ReportCycle:
            now = period_of(Cycle(cycle.value), on)
            ended = period_of(Cycle(cycle.value), now.first - dt.timedelta(days=1))
            reported = Task.objects.filter(
                facts__type=FactType.PROGRESS, facts__on__gte=ended.first, facts__on__lte=on
            )
            silent |= Q(report_cycle=cycle, start__lte=ended.first) & ~Q(
                pk__in=reported.values("pk")
            )
        return self.filter(silent, state=TaskState.OPEN, assigned_on__lt=on)

    def with_draft_deadline_to_read(self) -> Self:
        """Drafts whose deadline is written in words that nobody has turned into a date."""
        return self.drafts().filter(original_deadline=None).exclude(deadline_raw="")

    def drafts(self) -> Self:
        """Drafts that may still be issued; discarded ones are kept but no work."""
        return self.filter(state=TaskState.DRAFT, discarded_on=None)

    def for_list(self) -> Self:
        """What a row of a task list prints, without further queries."""
        return self.select_related("plan", "campaign", "holder").prefetch_related(
            "responsibilities__unit"
        )


class Task(models.Model):
    """A task (任务): what is to be done, by when, towards which target.

    Its terms are fixed once it is assigned; what happens afterwards are facts (`TaskFact`). The
    columns from `state` on repeat the as-of reading of those facts for fast pages; the services
    that add a fact keep them (`tasks.services.current`).
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="tasks")
    code = models.CharField(_("任务编号"), max_length=64)
    title = models.CharField(_("任务名称"), max_length=300)
    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name=_("攻坚行动"),
    )
    battle = models.ForeignKey(
        Battle,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name=_("攻坚战"),
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("上级任务"),
    )
    # A child made by decomposition counts in its parent; the parent's progress is then theirs.
    rolls_up = models.BooleanField(_("进度汇入上级任务"), default=False)
    rolled_up = models.BooleanField(_("进度由下级任务汇总"), default=False)
    # Issued anew to other units after its lead unit's refusal was accepted.
    replaces = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("重新交办自"),
    )
    source_kind = models.CharField(
        _("来源"), max_length=16, choices=SourceKind.choices, default=SourceKind.DOCUMENT
    )
    source_document = models.CharField(_("来源文号"), max_length=200, blank=True)
    target = models.CharField(_("目标"), max_length=1000, blank=True)
    level = models.CharField(
        _("级别"), max_length=16, choices=TaskLevel.choices, default=TaskLevel.ORDINARY
    )
    kind = models.CharField(
        _("性质"), max_length=16, choices=TaskKind.choices, default=TaskKind.TASK
    )
    type = models.CharField(
        _("类型"), max_length=16, choices=TaskType.choices, default=TaskType.DATED
    )
    problem = models.CharField(_("整改问题"), max_length=1000, blank=True)
    remark = models.CharField(_("备注"), max_length=1000, blank=True)
    extra = models.JSONField(_("其他栏目"), default=dict, blank=True)
    custom = models.JSONField(_("自定义栏目"), default=dict, blank=True)
    # What a child counts for in its parent's progress.
    weight = models.DecimalField(
        _("在上级任务中的权重"),
        max_digits=15,
        decimal_places=6,
        default=1,
        validators=[MinValueValidator(0)],
    )
    indicator = models.ForeignKey(
        Indicator,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name=_("考核指标"),
    )
    # How often and by how many days in all the deadline may be extended; empty: the usual budget.
    extension_limit = models.PositiveSmallIntegerField(_("延期次数上限"), null=True, blank=True)
    extension_days = models.PositiveSmallIntegerField(_("延期天数上限"), null=True, blank=True)

    start = models.DateField(_("起始日期"))
    deadline_raw = models.CharField(_("时限原文"), max_length=200, blank=True)
    deadline_kind = models.CharField(
        _("时限类别"), max_length=16, choices=DeadlineKind.choices, default=DeadlineKind.DATE
    )
    deadline_reading = models.JSONField(_("时限读法"), default=dict, blank=True)
    original_deadline = models.DateField(_("原定时限"), null=True, blank=True)
    soft = models.BooleanField(_("力争时限"), default=False)
    continues_after = models.BooleanField(_("到期后长期坚持"), default=False)
    report_cycle = models.CharField(
        _("调度周期"), max_length=16, choices=ReportCycle.choices, blank=True
    )
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks_in_charge",
        verbose_name=_("分管领导"),
    )
    leader_raw = models.CharField(_("责任领导（原文）"), max_length=100, blank=True)
    person_raw = models.CharField(_("责任人（原文）"), max_length=100, blank=True)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks_assigned",
        verbose_name=_("首任责任人"),
    )
    assigned_on = models.DateField(_("交办日期"), null=True, blank=True)

    # A draft nobody will issue; kept, with its reason in the audit log.
    discarded_on = models.DateField(_("草稿作废日期"), null=True, blank=True)

    state = models.CharField(
        _("状态"), max_length=24, choices=TaskState.choices, default=TaskState.DRAFT
    )
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks_held",
        verbose_name=_("现任责任人"),
    )
    effective_deadline = models.DateField(_("现行时限"), null=True, blank=True)
    counted_percent = models.DecimalField(_("计入进度"), max_digits=5, decimal_places=2, default=0)
    overdue_banked = models.PositiveIntegerField(default=0)
    overdue_anchor = models.IntegerField(null=True, blank=True)
    progress_light = models.CharField(max_length=8, choices=Light.choices, default=Light.GREEN)
    read_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("任务")
        verbose_name_plural = _("任务")
        ordering = ["plan", "code"]
        constraints = [
            models.UniqueConstraint(
                name="task_code_in_plan",
                fields=["plan", "code"],
                violation_error_message=_("该计划中已有此任务编号。"),
            ),
            models.CheckConstraint(
                name="task_issued_has_assignment",
                condition=Q(state=TaskState.DRAFT) | Q(assigned_on__isnull=False),
                violation_error_message=_("已交办的任务必须有交办日期。"),
            ),
            models.CheckConstraint(
                name="task_deadline_not_before_start",
                condition=Q(original_deadline=None) | Q(original_deadline__gte=F("start")),
                violation_error_message=_("完成时限不能早于起始日期。"),
            ),
            models.CheckConstraint(
                name="task_percent_in_range",
                condition=Q(counted_percent__gte=0, counted_percent__lte=100),
                violation_error_message=_("进度必须在 0 到 100 之间。"),
            ),
            models.CheckConstraint(
                name="task_weight_positive",
                condition=Q(weight__gt=0),
                violation_error_message=_("任务权重必须大于 0。"),
            ),
            models.CheckConstraint(
                name="task_discarded_is_draft",
                condition=Q(discarded_on=None) | Q(state=TaskState.DRAFT),
                violation_error_message=_("只有草稿可以作废。"),
            ),
            models.CheckConstraint(
                name="task_rolls_up_into_parent",
                condition=Q(rolls_up=False) | Q(parent__isnull=False) & ~Q(parent=F("pk")),
                violation_error_message=_("汇入上级的任务必须有上级任务，且不能是自己。"),
            ),
            models.CheckConstraint(
                name="task_state_is_known",
                condition=Q(state__in=TaskState.values),
                violation_error_message=_("任务状态不在规定范围内。"),
            ),
        ]
        indexes = [
            # The supervisor's queue: open tasks, latest first.
            models.Index(
                name="task_open_by_anchor",
                fields=["overdue_anchor", "id"],
                condition=Q(state=TaskState.OPEN),
            ),
            # Reminders: open tasks by deadline.
            models.Index(
                name="task_open_by_deadline",
                fields=["effective_deadline", "id"],
                condition=Q(state=TaskState.OPEN),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def overdue_days(self, *, on: dt.date) -> int:
        """Return the days late on the day, from the current-state columns."""
        if self.overdue_anchor is None:
            return self.overdue_banked
        return max(self.overdue_banked, on.toordinal() - self.overdue_anchor)
