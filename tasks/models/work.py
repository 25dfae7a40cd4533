"""What people hand in and decide on: progress reports, evidence, extensions and close-outs."""

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from tasks.choices import Cause, TaskState, Verdict
from tasks.models.facts import TaskFact
from tasks.models.tasks import Task


class WorkQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Filters shared by everything that belongs to a task and waits for a verdict."""

    def visible_to(self, user: User, *, on: dt.date) -> Self:
        """Rows of tasks the person may see."""
        return self.filter(task__in=Task.objects.visible_to(user, on=on))

    def waiting(self) -> Self:
        """Rows nobody has decided on."""
        return self.filter(verdict=Verdict.WAITING)

    def to_verify(self) -> Self:
        """Waiting reports or close-outs that no countersigning leader holds any more."""
        return self.waiting().exclude(countersignature__verdict=Verdict.WAITING)

    def to_redo(self) -> Self:
        """Returned reports that no later report of the same task replaced."""
        later = ProgressReport.objects.filter(task=OuterRef("task"), id__gt=OuterRef("id"))
        return self.filter(~Exists(later), verdict=Verdict.RETURNED)

    def to_coordinate(self) -> Self:
        """Reports on open tasks that ask for coordination, and that no later report replaced."""
        later = ProgressReport.objects.filter(task=OuterRef("task"), id__gt=OuterRef("id"))
        return self.filter(~Exists(later), task__state=TaskState.OPEN).exclude(coordination="")


class ClosureQuerySet(WorkQuerySet):
    """Filters over close-outs."""

    def unchecked(self) -> Self:
        """Close-outs nobody has checked yet; those being made public have been."""
        return self.waiting().filter(public_until=None)

    def in_publicity(self) -> Self:
        """Checked close-outs of tasks that still wait for the end of their publicity."""
        waiting = self.waiting().filter(public_until__isnull=False)
        return waiting.filter(task__state=TaskState.PENDING)

    def public(self, *, on: dt.date) -> Self:
        """Close-outs that are being made public on the day."""
        return self.in_publicity().filter(public_until__gte=on)


class Decision(models.Model):
    """Columns of everything one person submits and another decides: who, when, and why."""

    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("提交人"),
    )
    submitted_at = models.DateTimeField(_("提交时间"))
    verdict = models.CharField(
        _("结论"), max_length=16, choices=Verdict.choices, default=Verdict.WAITING
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("核查人"),
    )
    decided_on = models.DateField(_("核查日期"), null=True, blank=True)
    decision = models.CharField(_("核查意见"), max_length=1000, blank=True)

    objects: ClassVar = WorkQuerySet.as_manager()

    class Meta:
        abstract = True


# Conditions that every kind of decision shares.
DECIDED = Q(verdict=Verdict.WAITING, decided_by=None, decided_on=None) | Q(
    ~Q(verdict=Verdict.WAITING), decided_by__isnull=False, decided_on__isnull=False
)
BY_ANOTHER = Q(decided_by=None) | ~Q(decided_by=F("submitted_by"))


class ProgressReport(Decision):
    """A progress report (进展填报): it counts from its own date until it is returned."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="reports")
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="reports", verbose_name=_("填报单位")
    )
    fact = models.OneToOneField(TaskFact, on_delete=models.PROTECT, related_name="report")
    on = models.DateField(_("填报日期"))
    percent = models.DecimalField(_("自报进度"), max_digits=5, decimal_places=2)
    text = models.CharField(_("进展情况"), max_length=4000, blank=True)
    problems = models.CharField(_("存在问题"), max_length=2000, blank=True)
    next_step = models.CharField(_("下一步计划"), max_length=2000, blank=True)
    unchanged = models.BooleanField(_("无变化"), default=False)
    reading = models.DecimalField(
        _("指标读数"), max_digits=15, decimal_places=4, null=True, blank=True
    )
    custom = models.JSONField(_("自定义栏目"), default=dict, blank=True)
    cause = models.CharField(_("滞后原因"), max_length=16, choices=Cause.choices, blank=True)
    coordination = models.CharField(_("请求协调事项"), max_length=1000, blank=True)
    # Entered for a unit that never signs in (代录): the letter it came from.
    letter = models.CharField(_("来函文号"), max_length=200, blank=True)
    opening = models.BooleanField(_("台账期初数"), default=False)

    class Meta:
        verbose_name = _("进展填报")
        verbose_name_plural = _("进展填报")
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="report_percent_in_range",
                condition=Q(percent__gte=0, percent__lte=100),
                violation_error_message=_("进度必须在 0 到 100 之间。"),
            ),
            models.CheckConstraint(
                name="report_decision_is_complete",
                condition=DECIDED,
                violation_error_message=_("核查结论必须同时有核查人和日期。"),
            ),
            models.CheckConstraint(
                name="report_verified_by_another",
                condition=BY_ANOTHER,
                violation_error_message=_("填报人不能核查自己的填报。"),
            ),
        ]
        indexes = [
            # The newest report of a task.
            models.Index(name="report_newest", fields=["task", "-on", "-id"]),
            # The verifier's queue, oldest first.
            models.Index(
                name="report_waiting", fields=["on", "id"], condition=Q(verdict=Verdict.WAITING)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task.code} {self.on} {self.percent}%"


class Extension(Decision):
    """An extension (延期) asked for with a reason and a definite new date, and its decision."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="extensions")
    requested_on = models.DateField(_("申请日期"))
    to = models.DateField(_("申请延至"))
    reason = models.CharField(_("延期理由"), max_length=1000)
    fact = models.OneToOneField(
        TaskFact, on_delete=models.PROTECT, null=True, blank=True, related_name="extension"
    )

    class Meta:
        verbose_name = _("延期申请")
        verbose_name_plural = _("延期申请")
        ordering = ["-requested_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="extension_decision_is_complete",
                condition=DECIDED,
                violation_error_message=_("延期决定必须同时有决定人和日期。"),
            ),
            models.CheckConstraint(
                name="extension_decided_by_another",
                condition=BY_ANOTHER,
                violation_error_message=_("申请人不能审批自己的延期申请。"),
            ),
            models.UniqueConstraint(
                name="extension_one_waiting",
                fields=["task"],
                condition=Q(verdict=Verdict.WAITING),
                violation_error_message=_("该任务已有一件待审批的延期申请。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task.code} → {self.to}"


class Closure(Decision):
    """A close-out application (申请销号) and the independent check that decided it."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="closures")
    submitted_on = models.DateField(_("申请日期"))
    text = models.CharField(_("完成情况"), max_length=4000)
    letter = models.CharField(_("来函文号"), max_length=200, blank=True)
    # The check passed, and the result is made public until this day before the task is closed.
    checked_on = models.DateField(_("核查通过日期"), null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="closures_checked",
        verbose_name=_("核查人"),
    )
    public_until = models.DateField(_("公示截止日期"), null=True, blank=True)
    submitted_fact = models.OneToOneField(
        TaskFact, on_delete=models.PROTECT, related_name="closure"
    )
    decided_fact = models.OneToOneField(
        TaskFact, on_delete=models.PROTECT, null=True, blank=True, related_name="closure_decided"
    )

    objects: ClassVar = ClosureQuerySet.as_manager()

    class Meta:
        verbose_name = _("销号申请")
        verbose_name_plural = _("销号申请")
        ordering = ["-submitted_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="closure_decision_is_complete",
                condition=DECIDED,
                violation_error_message=_("销号核查必须同时有核查人和日期。"),
            ),
            models.CheckConstraint(
                name="closure_checked_by_another",
                condition=BY_ANOTHER,
                violation_error_message=_("申请人不能核查自己的销号申请。"),
            ),
            models.UniqueConstraint(
                name="closure_one_waiting",
                fields=["task"],
                condition=Q(verdict=Verdict.WAITING),
                violation_error_message=_("该任务已有一件待核查的销号申请。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task.code} {self.submitted_on}"


class Evidence(models.Model):
    """An evidence file (佐证材料), known by the SHA-256 of its content."""

    report = models.ForeignKey(
        ProgressReport, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    closure = models.ForeignKey(
        Closure, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    site_check = models.ForeignKey(
        "tasks.SiteCheck", on_delete=models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("所替换的版本"),
    )
    # The same document put openly to several tasks: the row it was first handed in as.
    reuses = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reused_by",
        verbose_name=_("共用的佐证"),
    )
    dated = models.DateField(_("材料日期"), null=True, blank=True)
    file = models.FileField(_("文件"), max_length=300)
    name = models.CharField(_("文件名"), max_length=200)
    size = models.PositiveIntegerField(_("大小（字节）"))
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="evidence"
    )
    uploaded_at = models.DateTimeField(_("上传时间"))

    class Meta:
        verbose_name = _("佐证材料")
        verbose_name_plural = _("佐证材料")
        ordering = ["uploaded_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="evidence_belongs_to_one",
                condition=Q(report__isnull=False, closure=None, site_check=None)
                | Q(report=None, closure__isnull=False, site_check=None)
                | Q(report=None, closure=None, site_check__isnull=False),
                violation_error_message=_("佐证材料必须属于一次填报、一次销号申请或一次现场核查。"),
            ),
        ]
        indexes = [
            # The same file elsewhere, as a hint to the checker.
            models.Index(name="evidence_by_digest", fields=["sha256"]),
        ]

    def __str__(self) -> str:
        return self.name
