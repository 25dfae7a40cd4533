"""What the API of drafts takes in: a task with its four lists; every rule is a service's."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.api.bodies import Day
from accounts.models import User
from tasks.api.writing import Dated, UnitCodes
from tasks.choices import DutyRole, ReportCycle, SourceKind, TaskKind, TaskLevel, TaskType
from tasks.models import Battle, Campaign, Indicator, Plan


class _Person(serializers.SlugRelatedField[User]):
    """A person by staff number, null for nobody."""

    def __init__(self, **kwargs: Any) -> None:
        people = User.objects.filter(is_active=True)
        super().__init__(
            slug_field="staff_number", queryset=people, required=False, allow_null=True, **kwargs
        )


class DutyInput(serializers.Serializer[Any]):
    """A line of a draft's second list."""

    unit = UnitCodes()
    role = serializers.ChoiceField(choices=DutyRole.choices)
    duty = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)
    liaison = _Person()


class MeasureInput(serializers.Serializer[Any]):
    """A line of a draft's third list; `seq` names the line it was, `serves` further tasks (ids)."""

    seq = serializers.IntegerField(required=False, min_value=1)
    text = serializers.CharField(max_length=1000)
    owner = UnitCodes()
    deadline = Day(required=False, allow_null=True)
    weight = serializers.DecimalField(max_digits=9, decimal_places=3, required=False)
    expected_output = serializers.CharField(required=False, allow_blank=True, max_length=500)
    proof_required = serializers.CharField(required=False, allow_blank=True, max_length=500)
    serves = serializers.ListField(
        child=serializers.IntegerField(min_value=1), required=False, max_length=100
    )


class TaskChange(Dated):
    """What a draft is to be: only what is named changes; a list that is named is replaced whole.

    `leads` and `cooperating` name units, `duties` the same with words and liaisons; a
    `deadline_raw` is read as on the page and `deadline` is the day a person read in it.
    """

    plan = serializers.SlugRelatedField(
        slug_field="code", queryset=Plan.objects.all(), required=False
    )
    code = serializers.CharField(max_length=64, required=False)
    title = serializers.CharField(max_length=300, required=False)
    leads = UnitCodes(many=True, required=False)
    cooperating = UnitCodes(many=True, required=False)
    duties = DutyInput(many=True, required=False)
    measures = MeasureInput(many=True, required=False)
    results = serializers.ListField(
        child=serializers.CharField(max_length=1000), required=False, max_length=200
    )
    custom = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=500), required=False
    )
    start = Day(required=False)
    deadline = Day(required=False, allow_null=True)
    deadline_raw = serializers.CharField(required=False, allow_blank=True, max_length=200)
    soft = serializers.BooleanField(required=False)
    continues_after = serializers.BooleanField(required=False)
    campaign = serializers.SlugRelatedField(
        slug_field="code", queryset=Campaign.objects.all(), required=False, allow_null=True
    )
    battle = serializers.SlugRelatedField(
        slug_field="code", queryset=Battle.objects.all(), required=False, allow_null=True
    )
    indicator = serializers.PrimaryKeyRelatedField(
        queryset=Indicator.objects.all(), required=False, allow_null=True
    )
    leader = _Person()
    responsible = _Person()
    source_kind = serializers.ChoiceField(choices=SourceKind.choices, required=False)
    source_document = serializers.CharField(required=False, allow_blank=True, max_length=200)
    level = serializers.ChoiceField(choices=TaskLevel.choices, required=False)
    kind = serializers.ChoiceField(choices=TaskKind.choices, required=False)
    type = serializers.ChoiceField(choices=TaskType.choices, required=False)
    report_cycle = serializers.ChoiceField(
        choices=ReportCycle.choices, required=False, allow_blank=True
    )
    target = serializers.CharField(required=False, allow_blank=True, max_length=1000)
    problem = serializers.CharField(required=False, allow_blank=True, max_length=1000)
    remark = serializers.CharField(required=False, allow_blank=True, max_length=1000)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse units that are named twice, by role and line by line."""
        if "duties" in attrs and ("leads" in attrs or "cooperating" in attrs):
            raise serializers.ValidationError(
                {"duties": _("单位请用 duties 或 leads、cooperating 之一填写，不要同时用。")}
            )
        return attrs


class NewTaskInput(TaskChange):
    """A draft; units by `leads` and `cooperating`, or by `duties`."""

    plan = serializers.SlugRelatedField(slug_field="code", queryset=Plan.objects.all())
    code = serializers.CharField(max_length=64)
    title = serializers.CharField(max_length=300)
    start = Day()
