"""Columns of everything that is about one unit or one person."""

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from accounts.models import Unit, User
from accounts.scopes import scope_of
from reports.choices import SubjectKind

# Who sees consequences of a whole subtree; everyone else sees their unit's own and their own.
WATCHERS = (Role.LEADER, Role.SUPERVISOR, Role.HR)
OWN = (Role.HEAD,)

EXACTLY_ONE_SUBJECT = Q(unit__isnull=False, person=None) | Q(unit=None, person__isnull=False)


class SubjectQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Filters shared by everything that is about a unit or a person."""

    def visible_to(self, user: User, *, on: dt.date) -> Self:
        """Rows about units in the person's scope, about people there, and about themselves.

        A head sees the unit's own rows but not those about its other people.
        """
        watched = scope_of(user, WATCHERS, on=on)
        if watched.everything:
            return self
        own = scope_of(user, OWN, on=on)
        return self.filter(
            Q(unit__in=watched.units())
            | Q(person__unit__in=watched.units())
            | Q(unit__in=own.units())
            | Q(person=user)
        )


class AboutSubject(models.Model):
    """Columns of a row that is about exactly one unit or one person."""

    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("单位"),
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("个人"),
    )

    objects: ClassVar = SubjectQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def subject_kind(self) -> SubjectKind:
        """Whether the row is about a unit or a person."""
        return SubjectKind.UNIT if self.unit_id else SubjectKind.PERSON

    @property
    def subject(self) -> Unit | User:
        """The unit or person the row is about."""
        subject = self.unit or self.person
        assert subject is not None, "held by a database constraint"  # noqa: S101
        return subject

    @property
    def subject_unit(self) -> Unit:
        """The unit the row is about, or the one its person belongs to."""
        subject = self.subject
        return subject if isinstance(subject, Unit) else subject.unit
