"""Reminders as rows: what was planned, where each row stands, and what reached whom."""

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.db.models.lookups import IsNull
from django.utils.translation import gettext_lazy as _

from accounts.models import AuditEntry, User
from tasks.choices import Channel, DigestState, NotSent, ReminderKind, ReminderState
from tasks.models.lists import Measure
from tasks.models.tasks import Task


class Heartbeat(models.Model):
    """The last time a recurring job went through; its row is also the job's lock.

    `trouble` is a sentence about what the job could not do although it went through.
    """

    PLANNING = "planning"
    DELIVERY = "delivery"

    name = models.CharField(max_length=32, primary_key=True)
    at = models.DateTimeField(_("最近一次"), null=True, blank=True)
    trouble = models.CharField(_("异常"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("运行心跳")
        verbose_name_plural = _("运行心跳")

    def __str__(self) -> str:
        return self.name


class PlanningRun(models.Model):
    """The planning of a day (提醒编排): how far back it looked and what its runs added."""

    on = models.DateField(_("编排日期"), unique=True)
    since = models.DateField(_("上次编排"))
    finished_at = models.DateTimeField(_("完成时间"))
    runs = models.PositiveIntegerField(_("次数"), default=0)
    planned = models.PositiveIntegerField(_("编排条数"), default=0)
    superseded = models.PositiveIntegerField(_("作废条数"), default=0)

    class Meta:
        verbose_name = _("提醒编排")
        verbose_name_plural = _("提醒编排")
        ordering = ["-on"]

    def __str__(self) -> str:
        return str(self.on)


class Digest(models.Model):
    """One person's mail of a day (提醒汇总): the unit of sending, with its lease.

    `message_id` is made once and goes with every attempt, so a receiver sees a repetition as
    what it is. `token` names the sender who holds the lease until `lease_until`; only that
    sender may close the attempt. State moves: see `DigestState`.
    """

    channel = models.CharField(_("渠道"), max_length=16, choices=Channel.choices)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="digests"
    )
    on = models.DateField(_("日期"))
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(_("状态"), max_length=16, choices=DigestState.choices)
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField(_("下次尝试"), null=True, blank=True)
    sent_at = models.DateTimeField(_("发送时间"), null=True, blank=True)
    error = models.CharField(_("错误"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("提醒汇总")
        verbose_name_plural = _("提醒汇总")
        ordering = ["-on", "id"]
        constraints = [
            models.UniqueConstraint(
                name="digest_once_a_day",
                fields=["recipient", "on", "channel"],
                violation_error_message=_("该人员当天已有一封提醒汇总。"),
            ),
            models.CheckConstraint(
                name="digest_sending_has_lease",
                condition=~Q(state=DigestState.SENDING)
                | Q(token__isnull=False, lease_until__isnull=False),
                violation_error_message=_("发送中的汇总必须有租约。"),
            ),
        ]
        indexes = [
            # The sender's question: what died while sending, what is to be tried again.
            models.Index(
                name="digest_unfinished",
                fields=["state", "id"],
                condition=Q(state__in=[DigestState.WAITING, DigestState.SENDING]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recipient} {self.on}"


class ReminderQuerySet(models.QuerySet["Reminder"]):
    """Business filters over planned reminders."""

    def waiting(self, channel: Channel) -> Self:
        """Rows of the channel that nobody has begun to send, oldest first."""
        return self.filter(state=ReminderState.PENDING, channel=channel, digest=None).order_by("id")

    def moved(self) -> Self:
        """Unsent rows whose deadline is no longer the item's own.

        A measure's date before the assignment is read as the day of assignment.
        """
        of_task = Q(kind=ReminderKind.TASK) & (
            Q(task__effective_deadline=None) | ~Q(task__effective_deadline=F("deadline"))
        )
        of_measure = Q(kind=ReminderKind.MEASURE) & (
            Q(measure__deadline=None)
            | ~Q(deadline=Greatest("measure__deadline", "task__assigned_on"))
        )
        return self.filter(of_task | of_measure, state=ReminderState.PENDING)


class Reminder(models.Model):
    """A reminder (提醒) to one person over one channel about one stage of one deadline.

    The outbox: a row is planned once per (kind, item, stage, recipient, channel, deadline), sent
    once, and keeps why it was not sent. `item_id` is the measure of a measure's reminder, else
    the task. `deadline` is the version announced: a moved deadline is another one. `copied` says
    that the recipient gets it because it is long overdue, not because the work is theirs.
    """

    kind = models.CharField(_("事项"), max_length=16, choices=ReminderKind.choices)
    item_id = models.PositiveBigIntegerField()
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="reminders")
    measure = models.ForeignKey(
        Measure, on_delete=models.PROTECT, null=True, blank=True, related_name="reminders"
    )
    stage = models.CharField(_("阶段"), max_length=24)
    stage_on = models.DateField(_("阶段日期"))
    deadline = models.DateField(_("时限"))
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reminders"
    )
    copied = models.BooleanField(_("抄送"), default=False)
    channel = models.CharField(_("渠道"), max_length=16, choices=Channel.choices)
    entry = models.ForeignKey(
        AuditEntry, on_delete=models.PROTECT, related_name="reminders", db_index=False
    )
    state = models.CharField(
        _("状态"), max_length=16, choices=ReminderState.choices, default=ReminderState.PENDING
    )
    not_sent = models.CharField(_("未发送原因"), max_length=16, choices=NotSent.choices, blank=True)
    sent_at = models.DateTimeField(_("送达时间"), null=True, blank=True)
    digest = models.ForeignKey(
        Digest, on_delete=models.PROTECT, null=True, blank=True, related_name="reminders"
    )

    objects: ClassVar = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("提醒")
        verbose_name_plural = _("提醒")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="reminder_once",
                fields=["kind", "item_id", "stage", "recipient", "channel", "deadline"],
                violation_error_message=_("该提醒已经编排。"),
            ),
            models.CheckConstraint(
                name="reminder_item_is_what_it_says",
                condition=Q(kind=ReminderKind.MEASURE, measure=F("item_id"))
                | Q(~Q(kind=ReminderKind.MEASURE), measure=None, task=F("item_id")),
                violation_error_message=_("提醒的事项与任务或措施不符。"),
            ),
            models.CheckConstraint(
                name="reminder_unsent_says_why",
                condition=Q(
                    state__in=[
                        ReminderState.SUPPRESSED,
                        ReminderState.SUPERSEDED,
                        ReminderState.FAILED,
                    ]
                )
                ^ Q(not_sent=""),
                violation_error_message=_("未发送的提醒必须写明原因。"),
            ),
        ]
        indexes = [
            # Delivery: what waits, in order.
            models.Index(
                name="reminder_pending",
                fields=["channel", "id"],
                condition=Q(state=ReminderState.PENDING),
            ),
            # Planning: what the days of a window already have.
            models.Index(name="reminder_by_stage_day", fields=["stage_on"]),
            # The newest stage of an item for a person.
            models.Index(name="reminder_by_item", fields=["kind", "item_id", "stage_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.item_id} {self.stage}"


class InboxQuerySet(models.QuerySet["InboxMessage"]):
    """Business filters over messages."""

    def visible_to(self, user: User, *, on: dt.date) -> Self:
        """The person's own messages and nobody else's, whatever their role on the day."""
        return self.filter(recipient=user) if user.is_active else self.none()

    def unread(self) -> Self:
        """Messages nobody has opened."""
        return self.filter(read_at=None)

    def for_inbox(self) -> Self:
        """What the inbox prints: unread first, then newest first."""
        return self.order_by(IsNull(F("read_at"), False), "-id")


class InboxMessage(models.Model):
    """A message (站内消息) as it was worded when it was delivered; one per reminder."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="inbox_messages"
    )
    reminder = models.OneToOneField(Reminder, on_delete=models.PROTECT, related_name="message")
    title = models.CharField(_("标题"), max_length=400)
    text = models.CharField(_("内容"), max_length=1000)
    at = models.DateTimeField(_("送达时间"))
    read_at = models.DateTimeField(_("阅读时间"), null=True, blank=True)

    objects: ClassVar = InboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("站内消息")
        verbose_name_plural = _("站内消息")
        ordering = ["-id"]
        indexes = [
            # The bell's count and the inbox.
            models.Index(name="inbox_by_person", fields=["recipient", "read_at", "-id"]),
        ]

    def __str__(self) -> str:
        return self.title
