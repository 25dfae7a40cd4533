"""From findings to consequences: proposals, exclusions, adopted policies and frozen runs."""

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from reports.choices import ExclusionState, FindingKind, ProposalState
from reports.models.interviews import Interview
from reports.models.subjects import EXACTLY_ONE_SUBJECT, WATCHERS, AboutSubject, SealedQuerySet
from tasks.models import Task


class PolicyAdoption(models.Model):
    """A policy (考核办法) the office adopted, in force for events from a date on."""

    name = models.CharField(_("办法"), max_length=64)
    digest = models.CharField(_("摘要"), max_length=80)
    in_force_from = models.DateField(_("施行日期"), unique=True)
    # Nothing dated before the system went live is held against anyone.
    go_live = models.DateField(_("系统启用日期"))
    adopted_on = models.DateField(_("采用日期"))
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="policies_adopted",
        verbose_name=_("采用人"),
    )

    class Meta:
        verbose_name = _("考核办法")
        verbose_name_plural = _("考核办法")
        ordering = ["-in_force_from"]

    def __str__(self) -> str:
        return f"{self.name}（{self.in_force_from} 起）"


class FrozenRun(models.Model):
    """An evaluation kept for ever (冻结考核), byte for byte, with the digests of what it read."""

    as_of = models.DateField(_("考核日期"))
    year = models.PositiveSmallIntegerField(_("考核年度"))
    known_at = models.DateTimeField(_("数据截止"))
    policy = models.CharField(_("办法"), max_length=64)
    policy_digest = models.CharField(max_length=80)
    body = models.TextField(_("结果"))
    digest = models.CharField(_("结果摘要"), max_length=80)
    frozen_at = models.DateTimeField(_("冻结时间"))
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="frozen_runs",
        verbose_name=_("冻结人"),
    )

    class Meta:
        verbose_name = _("冻结考核")
        verbose_name_plural = _("冻结考核")
        ordering = ["-as_of", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="run_frozen_once",
                fields=["as_of", "year", "known_at", "policy_digest"],
                violation_error_message=_("该考核已冻结。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.as_of}"


class ProposalQuerySet(SealedQuerySet):
    """Business filters over proposals."""

    def waiting(self) -> Self:
        """Proposals nobody has decided on."""
        return self.filter(state=ProposalState.WAITING)

    def for_list(self) -> Self:
        """What a row of a list prints, without further queries."""
        return self.select_related("unit", "person__unit", "task__plan", "decided_by", "interview")


class Proposal(AboutSubject):
    """A proposal (处理建议) made from a finding for one cause; a named person decides.

    `cause` is the task or event it rests on, as the finding names it; `reasons` are the finding's
    own, so that the decision can be recomputed from what is stored.
    """

    kind = models.CharField(_("类别"), max_length=32, choices=FindingKind.choices)
    rule = models.CharField(_("规则"), max_length=64)
    clause = models.CharField(_("依据条款"), max_length=500)
    cause = models.CharField(_("事由"), max_length=200)
    task = models.ForeignKey(
        Task,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name=_("任务"),
    )
    year = models.PositiveSmallIntegerField(_("考核年度"))
    as_of = models.DateField(_("判定日期"))
    known_at = models.DateTimeField(_("数据截止"))
    policy = models.CharField(_("办法"), max_length=64)
    policy_digest = models.CharField(max_length=80)
    reasons = models.JSONField(_("理由"), default=list)
    gates = models.JSONField(_("前置条件"), default=list)
    state = models.CharField(
        _("状态"), max_length=16, choices=ProposalState.choices, default=ProposalState.WAITING
    )
    proposed_on = models.DateField(_("提出日期"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="proposals_made",
        verbose_name=_("提出人"),
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="proposals_decided",
        verbose_name=_("决定人"),
    )
    decided_on = models.DateField(_("决定日期"), null=True, blank=True)
    decision = models.CharField(_("决定理由"), max_length=1000, blank=True)
    # A dismissed cause is not proposed again before this day.
    review_on = models.DateField(_("复查日期"), null=True, blank=True)
    interview = models.ForeignKey(
        Interview, on_delete=models.PROTECT, null=True, blank=True, related_name="proposals"
    )

    objects: ClassVar = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("处理建议")
        verbose_name_plural = _("处理建议")
        ordering = ["-proposed_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="proposal_has_one_subject",
                condition=EXACTLY_ONE_SUBJECT,
                violation_error_message=_("处理建议的对象必须是一个单位或一名个人。"),
            ),
            models.UniqueConstraint(
                name="proposal_unit_one_waiting",
                fields=["kind", "unit", "rule", "cause"],
                condition=Q(state=ProposalState.WAITING, person=None),
                violation_error_message=_("该单位同一事由已有待确认的建议。"),
            ),
            models.UniqueConstraint(
                name="proposal_person_one_waiting",
                fields=["kind", "person", "rule", "cause"],
                condition=Q(state=ProposalState.WAITING, unit=None),
                violation_error_message=_("该人员同一事由已有待确认的建议。"),
            ),
            models.CheckConstraint(
                name="proposal_decided_by_another",
                condition=Q(decided_by=None)
                | Q(proposed_by=None)
                | ~Q(decided_by=F("proposed_by")),
                violation_error_message=_("提出人不能确认自己提出的建议。"),
            ),
            models.CheckConstraint(
                name="proposal_decision_is_complete",
                condition=Q(state=ProposalState.WAITING, decided_by=None, decided_on=None)
                | ~Q(state=ProposalState.WAITING),
                violation_error_message=_("待确认的建议不能已有决定人。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.get_kind_display()}"


class ExclusionQuerySet(SealedQuerySet):
    """Business filters over exclusions."""

    watchers: ClassVar[tuple[Role, ...]] = (*WATCHERS, Role.HR)

    def listed(self) -> Self:
        """What HR lists: everything but referrals, which exclude nobody from anything."""
        return self.exclude(kind=FindingKind.DISCIPLINE_REFERRAL)

    def standing(self, year: int, *, on: dt.date) -> Self:
        """Exclusions of an assessment year that stand at the end of the day."""
        return self.filter(
            Q(withdrawn_on=None) | Q(withdrawn_on__gt=on), year=year, effective_on__lte=on
        )

    def for_list(self) -> Self:
        """What a row of a list or workbook prints, without further queries."""
        return self.select_related("unit", "person__unit", "proposal__task__plan", "confirmed_by")


class Exclusion(AboutSubject):
    """A confirmed exclusion (取消资格) of a unit or person, as HR lists it for the year.

    A confirmed referral is kept here too, for its number and its file; it is sealed and never on
    HR's list.
    """

    kind = models.CharField(_("类别"), max_length=32, choices=FindingKind.choices)
    year = models.PositiveSmallIntegerField(_("考核年度"))
    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="exclusion")
    number = models.CharField(_("文号"), max_length=64, unique=True)
    conclusion = models.CharField(_("结论"), max_length=500)
    clause = models.CharField(_("依据条款"), max_length=500)
    effective_on = models.DateField(_("生效日期"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="exclusions_confirmed",
        verbose_name=_("确认人"),
    )
    state = models.CharField(
        _("状态"), max_length=16, choices=ExclusionState.choices, default=ExclusionState.IN_FORCE
    )
    withdrawn_on = models.DateField(_("撤回日期"), null=True, blank=True)
    withdrawal_reason = models.CharField(_("撤回理由"), max_length=1000, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="exclusions_withdrawn",
        verbose_name=_("撤回人"),
    )

    objects: ClassVar = ExclusionQuerySet.as_manager()

    class Meta:
        verbose_name = _("评优资格排除")
        verbose_name_plural = _("评优资格排除")
        ordering = ["-year", "kind", "id"]
        constraints = [
            models.CheckConstraint(
                name="exclusion_has_one_subject",
                condition=EXACTLY_ONE_SUBJECT,
                violation_error_message=_("排除对象必须是一个单位或一名个人。"),
            ),
            models.CheckConstraint(
                name="exclusion_withdrawal_is_dated",
                condition=Q(state=ExclusionState.IN_FORCE, withdrawn_on=None)
                | Q(state=ExclusionState.WITHDRAWN, withdrawn_on__isnull=False),
                violation_error_message=_("撤回必须有日期。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.subject} {self.get_kind_display()}"
