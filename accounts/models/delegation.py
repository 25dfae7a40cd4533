"""Leave: who stands in for whom, from when to when (AB 岗)."""

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class DelegationQuerySet(models.QuerySet["Delegation"]):
    """Business filters over delegations."""

    def on(self, day: dt.date) -> Self:
        """Delegations in force on the day."""
        return self.touching(day, day)

    def touching(self, first: dt.date, last: dt.date) -> Self:
        """Delegations in force on some day from the first to the last."""
        return self.filter(since__lte=last, until__gte=first, withdrawn=False)

    def between(self, one: int, other: int) -> Self:
        """Delegations from either of two people (ids) to the other."""
        return self.filter(
            Q(person_id=one, substitute_id=other) | Q(person_id=other, substitute_id=one)
        )


class Delegation(models.Model):
    """A delegation (代理): a substitute holds a person's business roles on leave, for some days.

    Both days are included and the last one is mandatory. Ending it early brings the last day
    forward; one ended on its first day or before is `withdrawn` and never held. None is deleted.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="delegations_given",
        verbose_name=_("被代理人"),
    )
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="delegations_held",
        verbose_name=_("代理人"),
    )
    since = models.DateField(_("起始日期"))
    until = models.DateField(_("截止日期"))
    withdrawn = models.BooleanField(_("已撤回"), default=False)
    reason = models.CharField(_("事由"), max_length=200)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="delegations_set",
        verbose_name=_("设置人"),
    )

    objects: ClassVar = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = _("代理")
        verbose_name_plural = _("代理")
        ordering = ["-since", "-id"]
        constraints = [
            models.CheckConstraint(
                name="delegation_period_is_ordered",
                condition=Q(until__gte=F("since")),
                violation_error_message=_("代理截止日期不能早于起始日期。"),
            ),
            models.CheckConstraint(
                name="delegation_to_another",
                condition=~Q(person=F("substitute")),
                violation_error_message=_("不能由本人代理本人。"),
            ),
        ]
        indexes = [
            # Every request of the substitute asks for the delegations in force.
            models.Index(name="delegation_by_substitute", fields=["substitute", "until"]),
        ]

    def __str__(self) -> str:
        return f"{self.substitute}代{self.person}"
