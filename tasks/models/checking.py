"""Checking apart from reporting: countersigning, site checks, samples, substitutes, look-back."""

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import AuditEntry, Unit
from tasks.choices import DrawKind
from tasks.models.facts import TaskFact
from tasks.models.tasks import Task
from tasks.models.work import BY_ANOTHER, DECIDED, Closure, Decision, ProgressReport


class Countersignature(Decision):
    """A countersigning (审签) by the leader in charge, before a report or close-out goes out."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="countersignatures")
    report = models.OneToOneField(
        ProgressReport,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="countersignature",
    )
    closure = models.OneToOneField(
        Closure, on_delete=models.PROTECT, null=True, blank=True, related_name="countersignature"
    )
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="countersignatures_asked",
        verbose_name=_("审签领导"),
    )

    class Meta:
        verbose_name = _("审签")
        verbose_name_plural = _("审签")
        ordering = ["-submitted_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="countersignature_decision_is_complete",
                condition=DECIDED,
                violation_error_message=_("审签必须同时有审签人和日期。"),
            ),
            models.CheckConstraint(
                name="countersignature_by_another",
                condition=BY_ANOTHER,
                violation_error_message=_("提交人不能审签自己提交的内容。"),
            ),
            models.CheckConstraint(
                name="countersignature_is_about_one",
                condition=Q(report__isnull=False, closure=None)
                | Q(report=None, closure__isnull=False),
                violation_error_message=_("审签必须针对一次填报或一次销号申请。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task.code} {self.leader}"


class SiteCheck(models.Model):
    """A check on site (现场核查): where, by whom, what was found."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="site_checks")
    report = models.ForeignKey(
        ProgressReport, on_delete=models.PROTECT, null=True, blank=True, related_name="site_checks"
    )
    closure = models.ForeignKey(
        Closure, on_delete=models.PROTECT, null=True, blank=True, related_name="site_checks"
    )
    on = models.DateField(_("核查日期"))
    place = models.CharField(_("核查地点"), max_length=200)
    people = models.CharField(_("核查人员"), max_length=200)
    found = models.CharField(_("核查情况"), max_length=2000)
    true = models.BooleanField(_("与填报相符"))
    entry = models.ForeignKey(AuditEntry, on_delete=models.PROTECT, related_name="site_checks")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="site_checks",
        verbose_name=_("记录人"),
    )

    class Meta:
        verbose_name = _("现场核查")
        verbose_name_plural = _("现场核查")
        ordering = ["task", "-on", "-id"]

    def __str__(self) -> str:
        return f"{self.on} {self.place}"


class SampleDraw(models.Model):
    """A sample (抽查) drawn by risk: which rule, which seed, out of how many, by whom.

    The same rule, seed and candidates give the same items, so anybody can draw it again.
    """

    kind = models.CharField(_("类别"), max_length=16, choices=DrawKind.choices)
    seed = models.CharField(_("随机种子"), max_length=64)
    on = models.DateField(_("抽取日期"))
    candidates = models.JSONField(_("候选"), default=list)
    rule = models.JSONField(_("规则"), default=dict)
    entry = models.ForeignKey(AuditEntry, on_delete=models.PROTECT, related_name="draws")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="draws",
        verbose_name=_("抽取人"),
    )

    class Meta:
        verbose_name = _("抽查")
        verbose_name_plural = _("抽查")
        ordering = ["-on", "-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on}"


class SampledItem(models.Model):
    """An item of a sample (抽中项): why it was taken, and when its checker opened it."""

    draw = models.ForeignKey(SampleDraw, on_delete=models.PROTECT, related_name="items")
    report = models.ForeignKey(
        ProgressReport, on_delete=models.PROTECT, null=True, blank=True, related_name="samples"
    )
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="samples")
    why = models.CharField(_("抽中原因"), max_length=200)
    opened_at = models.DateTimeField(_("查看时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("抽中项")
        verbose_name_plural = _("抽中项")
        ordering = ["draw", "id"]
        constraints = [
            models.UniqueConstraint(
                name="sample_report_once",
                fields=["draw", "report"],
                condition=Q(report__isnull=False),
                violation_error_message=_("该填报已在本次抽查中。"),
            ),
            models.UniqueConstraint(
                name="sample_task_once",
                fields=["draw", "task"],
                condition=Q(report=None),
                violation_error_message=_("该任务已在本次抽查中。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.draw} {self.task.code}"


class SubstituteQuerySet(models.QuerySet["SubstituteVerifier"]):
    """Business filters over substitutes."""

    def on(self, day: dt.date) -> Self:
        """Substitutes in force on the day."""
        return self.filter(since__lte=day, until__gte=day, ended_on=None)


class SubstituteVerifier(models.Model):
    """A substitute verifier (代核人) a leader names where recusal would leave nobody."""

    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="substitutes", verbose_name=_("牵头单位")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="substitutions",
        verbose_name=_("代核人"),
    )
    since = models.DateField(_("起始日期"))
    until = models.DateField(_("截止日期"))
    ended_on = models.DateField(_("提前终止日期"), null=True, blank=True)
    reason = models.CharField(_("理由"), max_length=500)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="substitutes_named",
        verbose_name=_("指定人"),
    )

    objects: ClassVar = SubstituteQuerySet.as_manager()

    class Meta:
        verbose_name = _("代核人")
        verbose_name_plural = _("代核人")
        ordering = ["-since", "-id"]
        constraints = [
            models.CheckConstraint(
                name="substitute_period_is_ordered",
                condition=Q(until__gte=F("since")),
                violation_error_message=_("代核截止日期不能早于起始日期。"),
            ),
            models.CheckConstraint(
                name="substitute_named_by_another",
                condition=~Q(person=F("by")),
                violation_error_message=_("不能指定本人为代核人。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} → {self.unit}"


class LookBack(models.Model):
    """A look-back (回头看) at a closed task: due when, done by whom, holding or relapsed."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="look_backs")
    draw = models.ForeignKey(
        SampleDraw, on_delete=models.PROTECT, null=True, blank=True, related_name="look_backs"
    )
    due_on = models.DateField(_("应完成日期"))
    done_on = models.DateField(_("回头看日期"), null=True, blank=True)
    relapsed = models.BooleanField(_("发现反弹"), null=True, blank=True)
    found = models.CharField(_("回头看情况"), max_length=2000, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="look_backs",
        verbose_name=_("回头看人员"),
    )
    fact = models.OneToOneField(
        TaskFact, on_delete=models.PROTECT, null=True, blank=True, related_name="look_back"
    )

    class Meta:
        verbose_name = _("回头看")
        verbose_name_plural = _("回头看")
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="look_back_is_complete",
                condition=Q(done_on=None, relapsed=None, by=None)
                | Q(done_on__isnull=False, relapsed__isnull=False, by__isnull=False),
                violation_error_message=_("回头看必须同时有日期、人员和结论。"),
            ),
            models.UniqueConstraint(
                name="look_back_one_open",
                fields=["task"],
                condition=Q(done_on=None),
                violation_error_message=_("该任务已有一次待完成的回头看。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task.code} {self.due_on}"


class Suspension(models.Model):
    """A suspension (中止): whose the clock is meanwhile, and when it is looked at again."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="suspensions")
    fact = models.OneToOneField(TaskFact, on_delete=models.PROTECT, related_name="suspension")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="suspensions_owned",
        verbose_name=_("中止期间责任人"),
    )
    review_on = models.DateField(_("复核日期"))
    resumed_fact = models.OneToOneField(
        TaskFact, on_delete=models.PROTECT, null=True, blank=True, related_name="resumption"
    )

    class Meta:
        verbose_name = _("中止")
        verbose_name_plural = _("中止")
        ordering = ["-id"]
        indexes = [
            # What is to be looked at again, soonest first.
            models.Index(
                name="suspension_to_review",
                fields=["review_on", "id"],
                condition=Q(resumed_fact=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task.code} {self.review_on}"
