"""What the API takes in: shapes only; every rule is a service's."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.api.bodies import Day
from accounts.models import Unit, User
from reports.models import Interview
from tasks.api.writing import Dated, Reasoned
from tasks.models import Task


class _Interviews(serializers.PrimaryKeyRelatedField[Interview]):
    """Interviews the person may see; any other does not exist."""

    def get_queryset(self) -> QuerySet[Interview]:
        """Return them."""
        view = self.context["view"]
        seen: QuerySet[Interview] = Interview.objects.visible_to(view.user, on=view.on)
        return seen


class _Tasks(serializers.PrimaryKeyRelatedField[Task]):
    """Issued tasks the person may see."""

    def get_queryset(self) -> QuerySet[Task]:
        """Return them."""
        seen: QuerySet[Task] = self.context["view"].visible_tasks().issued()
        return seen


class Confirmation(Reasoned):
    """A confirmation; the last three arrange the interview a proposal leads to."""

    interview = _Interviews(
        queryset=Interview.objects.none(), required=False, allow_null=True, default=None
    )
    scheduled_on = Day(required=False, allow_null=True, default=None)
    place = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)


class Dismissal(Reasoned):
    """A dismissal and the day after which the cause may be proposed again."""

    review_on = Day()


class NewInterview(Dated):
    """An interview proposed by a person: with a unit or a person, about tasks."""

    unit = serializers.SlugRelatedField(
        slug_field="code", queryset=Unit.objects.active(), required=False, default=None
    )
    person = serializers.SlugRelatedField(
        slug_field="staff_number", queryset=User.objects.all(), required=False, default=None
    )
    cause = serializers.CharField(max_length=1000)
    tasks = _Tasks(queryset=Task.objects.none(), many=True, required=False, default=list)

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        """Leave exactly one subject."""
        subjects = [values.pop(name, None) for name in ("unit", "person")]
        chosen = [subject for subject in subjects if subject is not None]
        if len(chosen) != 1:
            raise serializers.ValidationError({"unit": _("约谈对象必须是一个单位或一名个人。")})
        return {**values, "subject": chosen[0]}


class Approval(Dated):
    """An approval with the day and place of the meeting."""

    scheduled_on = Day()
    place = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)


class Holding(Dated):
    """The record of an interview held on the day `on`."""

    minutes = serializers.CharField(max_length=4000)
    rectify_by = Day(required=False, allow_null=True, default=None)


class Cancellation(Reasoned):
    """A cancellation and, when wanted, the day after which the causes may be proposed again."""

    review_on = Day(required=False, allow_null=True, default=None)
