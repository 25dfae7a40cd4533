"""Columns of everything that is about one unit or one person."""

import datetime as dt
from collections.abc import Iterable
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from accounts.models import Unit, User
from accounts.scopes import Scope, scope_of
from reports.choices import FindingKind, SubjectKind

# Who sees what is said about a whole subtree; a head sees the unit's own rows, a person their own.
WATCHERS = (Role.LEADER, Role.SUPERVISOR)
OWN = (Role.HEAD,)
# A referral is sealed: nobody else's, not even the watchers'.
SEALED_TO = (Role.LEADER, Role.DISCIPLINE)

_EVERYTHING = ~Q(pk__in=[])
EXACTLY_ONE_SUBJECT = Q(unit__isnull=False, person=None) | Q(unit=None, person__isnull=False)


class SubjectQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Filters shared by everything that is about a unit or a person."""

    watchers: ClassVar[tuple[Role, ...]] = WATCHERS

    def visible_to(self, user: User, *, on: dt.date) -> Self:
        """Rows about units in the person's scope, about people there, and about themselves.

        A head sees the unit's own rows but not those about its other people.
        """
        return self.filter(self._shown_to(user, on=on))

    def _shown_to(self, user: User, *, on: dt.date) -> Q:
        if not (user.is_authenticated and user.is_active):
            return ~_EVERYTHING
        own = scope_of(user, OWN, on=on)
        return within(scope_of(user, self.watchers, on=on)) | units_of(own) | Q(person=user)


class SealedQuerySet(SubjectQuerySet):
    """Filters of what has a kind, one of which is sealed: referrals to discipline."""

    def visible_to(self, user: User, *, on: dt.date) -> Self:
        """Rows as of any subject; referrals only to leaders and discipline, of their scope."""
        referral = Q(kind=FindingKind.DISCIPLINE_REFERRAL)
        return self.filter(
            (self._shown_to(user, on=on) & ~referral)
            | (within(scope_of(user, SEALED_TO, on=on)) & referral)
        )


def units_of(scope: Scope) -> Q:
    """The condition that a row is about a unit of the scope."""
    return Q(unit__isnull=False) if scope.everything else Q(unit__in=scope.units())


def within(scope: Scope) -> Q:
    """The condition that a row is about a unit of the scope or about a person there."""
    if scope.everything:
        return _EVERYTHING
    return Q(unit__in=scope.units()) | Q(person__unit__in=scope.units())


def about(subjects: Iterable[Unit | User], *, through: str = "") -> Q:
    """The condition that a row is about one of the units or people.

    `through` is the lookup that leads to such a row, as `interview__`.
    """
    chosen = list(subjects)
    units = [one.pk for one in chosen if isinstance(one, Unit)]
    people = [one.pk for one in chosen if isinstance(one, User)]
    return Q(**{f"{through}unit__in": units}) | Q(**{f"{through}person__in": people})


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
