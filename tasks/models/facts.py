"""What happened to tasks: insert-only facts, each with its own date and when it became known."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import AuditEntry
from tasks.choices import FactType
from tasks.models.lists import Measure
from tasks.models.tasks import Task

_NEW_DEADLINE = [FactType.EXTENSION_GRANTED, FactType.REOPENED, FactType.RESUMED]


class TaskFact(models.Model):
    """A fact (事实) about a task, never edited or deleted; the rules read nothing else.

    `on` is the day it counts from; facts of one day apply in the order of `id`. `recorded_at` is
    the time of the audit entry written with it, so "known at K" means `recorded_at <= K`. A
    correction is a new fact that names the one it `supersedes`.

    Which columns a type uses: progress → percent; progress_returned → about (the progress fact);
    closure_rejected → about (the application, when handed back before its check); measure_done →
    measure; extension_granted → to, requested_on; reopened, resumed → to; handover → person; all →
    reason.
    """

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="facts")
    type = models.CharField(_("事实"), max_length=24, choices=FactType.choices)
    on = models.DateField(_("发生日期"))
    recorded_at = models.DateTimeField(_("记录时间"))
    entry = models.ForeignKey(AuditEntry, on_delete=models.PROTECT, related_name="task_facts")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="task_facts",
        verbose_name=_("记录人"),
    )
    # More places than a report asks for: what is compared with a threshold is never rounded.
    # Fifteen digits are what SQLite keeps exactly.
    percent = models.DecimalField(
        _("进度"), max_digits=15, decimal_places=12, null=True, blank=True
    )
    to = models.DateField(_("新时限"), null=True, blank=True)
    requested_on = models.DateField(_("申请日期"), null=True, blank=True)
    measure = models.ForeignKey(
        Measure, on_delete=models.PROTECT, null=True, blank=True, related_name="facts"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="handovers",
        verbose_name=_("接任责任人"),
    )
    about = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="answers"
    )
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    reason = models.CharField(_("说明"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("事实")
        verbose_name_plural = _("事实")
        ordering = ["task", "on", "id"]
        constraints = [
            models.CheckConstraint(
                name="fact_progress_has_percent",
                condition=~Q(type=FactType.PROGRESS)
                | Q(percent__isnull=False, percent__gte=0, percent__lte=100),
                violation_error_message=_("进展的进度必须在 0 到 100 之间。"),
            ),
            models.CheckConstraint(
                name="fact_return_names_report",
                condition=~Q(type=FactType.PROGRESS_RETURNED) | Q(about__isnull=False),
                violation_error_message=_("退回必须指明退回哪一次进展。"),
            ),
            models.CheckConstraint(
                name="fact_measure_done_names_measure",
                condition=~Q(type=FactType.MEASURE_DONE) | Q(measure__isnull=False),
                violation_error_message=_("措施完成必须指明措施。"),
            ),
            models.CheckConstraint(
                name="fact_handover_names_person",
                condition=~Q(type=FactType.HANDOVER) | Q(person__isnull=False),
                violation_error_message=_("交接必须指明接任责任人。"),
            ),
            models.CheckConstraint(
                name="fact_to_only_with_new_deadline",
                condition=Q(to=None) | Q(type__in=_NEW_DEADLINE),
                violation_error_message=_("只有延期、重启和恢复可以带新时限。"),
            ),
            models.UniqueConstraint(
                name="fact_measure_done_once",
                fields=["measure"],
                condition=Q(type=FactType.MEASURE_DONE),
                violation_error_message=_("该措施已登记完成。"),
            ),
        ]
        indexes = [
            # Replaying one task, and gathering the facts of many.
            models.Index(name="fact_by_task", fields=["task", "on", "id"]),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.get_type_display()}"
