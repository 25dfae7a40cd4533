"""What the API takes in: shapes only; every rule is a service's."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.bodies import Day
from accounts.models import Unit, User
from tasks.choices import (
    Cause,
    PersonalDutyKind,
    SlipColour,
)
from tasks.models import Evidence
from tasks.services.figures import read_percent, read_reading


@extend_schema_field(OpenApiTypes.DECIMAL)
class PercentField(serializers.Field[Decimal, Any, Any, Any]):
    """A percent as number or text; the service's own reading refuses it with its value."""

    def to_internal_value(self, data: Any) -> Decimal:
        """Return the percent."""
        return read_percent(data)

    def to_representation(self, value: Any) -> str:
        """Return it as text."""
        return str(value)


class Dated(serializers.Serializer[Any]):
    """An act on a day, today unless said otherwise; `version` as in `If-Match`."""

    on = Day(required=False)
    version = serializers.IntegerField(required=False, min_value=1)


class Commented(Dated):
    """An act with an optional comment."""

    comment = serializers.CharField(required=False, allow_blank=True, default="", max_length=1000)


class Reasoned(Dated):
    """An act that needs its reason."""

    reason = serializers.CharField(max_length=1000)


class Assignment(Dated):
    """The assignment of a draft; `gap_reason` says why lists with gaps go out."""

    gap_reason = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=1000
    )


class Pause(Reasoned):
    """Why a task stops, who answers for it meanwhile (staff number), when it is looked at again."""

    owner = serializers.SlugRelatedField(
        slug_field="staff_number", queryset=User.objects.all(), required=False
    )
    review_on = Day(required=False)


class Prolonging(Reasoned):
    """Why a suspension goes on, and when it is looked at next."""

    review_on = Day()


class Budget(Reasoned):
    """How often and by how many days in all a deadline may be extended."""

    times = serializers.IntegerField(min_value=0, max_value=20)
    days = serializers.IntegerField(min_value=0, max_value=3650)


class NewDeadline(Dated):
    """A new deadline, null only for a task without one."""

    to = Day(allow_null=True)
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=1000)


class DeadlineReading(Dated):
    """How an ambiguous deadline is to be read; null: none (长期坚持)."""

    deadline = Day(allow_null=True)


class Handover(Dated):
    """Who takes over, by staff number."""

    to = serializers.SlugRelatedField(slug_field="staff_number", queryset=User.objects.all())
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=1000)


class UnitCodes(serializers.SlugRelatedField[Unit]):
    """Units by their codes."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="code", queryset=Unit.objects.active(), **kwargs)


class Amend(Reasoned):
    """A wording to be amended: `title`, …, or `measure.text`, `result.expected` with its `seq`."""

    field = serializers.CharField(max_length=40)
    seq = serializers.IntegerField(required=False, min_value=1)
    new = serializers.CharField(allow_blank=True, max_length=1000)


class Personal(Dated):
    """What the principal (by staff number; by default the lead unit's) did in person."""

    kind = serializers.ChoiceField(choices=PersonalDutyKind.choices)
    text = serializers.CharField(max_length=1000)
    person = serializers.SlugRelatedField(
        slug_field="staff_number", queryset=User.objects.all(), required=False
    )


class PartInput(serializers.Serializer[Any]):
    """A child task: the unit by its code, the person by staff number."""

    title = serializers.CharField(max_length=300)
    unit = UnitCodes()
    responsible = serializers.SlugRelatedField(
        slug_field="staff_number", queryset=User.objects.all(), required=False, allow_null=True
    )
    weight = serializers.DecimalField(
        max_digits=9, decimal_places=3, required=False, default=Decimal(1)
    )
    deadline = Day(required=False, allow_null=True)
    expected = serializers.CharField(required=False, allow_blank=True, default="", max_length=1000)


class Split(Dated):
    """The child tasks a task is split into."""

    parts = PartInput(many=True)


class ColumnsField(serializers.DictField):
    """The campaign's own columns by their keys; the service reads each by its type."""

    child = serializers.CharField(allow_blank=True, allow_null=True, max_length=500)


class OfTask(Dated):
    """Something about a task, named by its id."""

    task = serializers.IntegerField(min_value=1)


class NewMeasure(OfTask):
    """A measure of a draft."""

    text = serializers.CharField(max_length=1000)
    owner = UnitCodes()
    deadline = Day(required=False, allow_null=True)
    weight = serializers.DecimalField(
        max_digits=9, decimal_places=3, required=False, default=Decimal(1)
    )
    expected_output = serializers.CharField(required=False, default="", max_length=500)
    proof_required = serializers.CharField(required=False, default="", max_length=500)


class Links(Dated):
    """The ids of all tasks a measure serves besides its own."""

    serves = serializers.ListField(
        child=serializers.IntegerField(min_value=1), allow_empty=True, max_length=100
    )


class NewResult(OfTask):
    """An expected result of a draft."""

    expected = serializers.CharField(max_length=1000)


class _Files(serializers.ListField):
    """Evidence files of a multipart request."""

    child = serializers.FileField(allow_empty_file=True)


class _Proof(serializers.Serializer[Any]):
    """Evidence of a submission, and the letter of one that is entered for another unit (代录)."""

    letter = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)
    evidence = _Files(required=False, default=list)
    dated = Day(required=False, allow_null=True, default=None)
    reuses = serializers.PrimaryKeyRelatedField(
        queryset=Evidence.objects.all(), many=True, required=False, default=list
    )


@extend_schema_field(OpenApiTypes.DECIMAL)
class ReadingField(PercentField):
    """An indicator's reading as number or text; the service refuses it with its value."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the reading."""
        return read_reading(data)


class NewReport(_Proof, OfTask):
    """A progress report."""

    percent = PercentField(required=False, allow_null=True)
    reading = ReadingField(required=False, allow_null=True)
    cause = serializers.ChoiceField(
        choices=Cause.choices,
        required=False,
        allow_blank=True,
        help_text=(
            "required for a figure behind the plan; a body without this field is deprecated and "
            "still taken"
        ),
    )
    coordination = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=1000
    )
    text = serializers.CharField(required=False, allow_blank=True, default="", max_length=4000)
    problems = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)
    next_step = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)
    unchanged = serializers.BooleanField(required=False, default=False)
    custom = ColumnsField(required=False)


class ReportBatch(Dated):
    """Up to 200 reports, each as for one, without files; see `tasks.api.batches`."""

    reports = serializers.ListField(child=serializers.DictField(), min_length=1, max_length=200)
    all_or_nothing = serializers.BooleanField(required=False, default=False)


class NewEvidence(serializers.Serializer[Any]):
    """Files for a report or a close-out that waits for its check."""

    report = serializers.IntegerField(required=False, min_value=1)
    closure = serializers.IntegerField(required=False, min_value=1)
    evidence = _Files(min_length=1)
    dated = Day(required=False, allow_null=True, default=None)
    version = serializers.IntegerField(required=False, min_value=1)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse files for nothing or for two things."""
        if ("report" in attrs) == ("closure" in attrs):
            raise serializers.ValidationError(
                {"report": _("请写明佐证属于哪份填报（report）或销号申请（closure），只填一个。")}
            )
        return attrs


class Revision(serializers.Serializer[Any]):
    """A new revision of a file."""

    upload = serializers.FileField(allow_empty_file=True)
    dated = Day(required=False, allow_null=True, default=None)
    version = serializers.IntegerField(required=False, min_value=1)


class NewExtension(OfTask):
    """A request for more time."""

    to = Day()
    reason = serializers.CharField(max_length=1000)


class NewClosure(_Proof, OfTask):
    """An application for close-out."""

    text = serializers.CharField(max_length=4000)


class NewSlip(OfTask):
    """A supervision slip."""

    unit = UnitCodes()
    cause = serializers.CharField(max_length=64)
    requirement = serializers.CharField(max_length=1000)
    colour = serializers.ChoiceField(
        choices=SlipColour.choices, required=False, default="", allow_blank=True
    )
    feedback_due = Day(required=False, allow_null=True, default=None)


class Answer(Dated):
    """The answer to a slip."""

    answer = serializers.CharField(max_length=2000)
