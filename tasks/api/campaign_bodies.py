"""What the API prints and takes of campaigns, their parts, and readings: shapes only."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.bodies import Day
from accounts.api.views import StaffNumber
from tasks.api.writing import Dated, PercentField, Reasoned
from tasks.choices import ColumnKind, ColumnPlace, Direction
from tasks.models import (
    Battle,
    Campaign,
    CustomColumn,
    Indicator,
    IndicatorPoint,
    IndicatorReading,
    Stage,
)


class _Code(serializers.CharField):
    """A campaign by its code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="campaign.code", read_only=True, **kwargs)


class BattleRow(serializers.ModelSerializer[Battle]):
    """A battle of a campaign; `closed_on` is the day it was retired."""

    campaign = _Code()

    class Meta:
        model = Battle
        fields = ("id", "campaign", "code", "name", "closed_on", "version")
        read_only_fields = fields


class StageRow(serializers.ModelSerializer[Stage]):
    """A stage of a campaign's roadmap."""

    campaign = _Code()

    class Meta:
        model = Stage
        fields = (
            "id",
            "campaign",
            "seq",
            "name",
            "goal",
            "starts_on",
            "ends_on",
            "closed_on",
            "version",
        )
        read_only_fields = fields


class ColumnRow(serializers.ModelSerializer[CustomColumn]):
    """A column of a campaign's own."""

    campaign = _Code()

    class Meta:
        model = CustomColumn
        fields = (
            "id",
            "campaign",
            "key",
            "label",
            "kind",
            "place",
            "options",
            "required",
            "position",
            "closed_on",
            "version",
        )
        read_only_fields = fields


class CampaignRow(serializers.ModelSerializer[Campaign]):
    """A campaign with its battles and stages."""

    battles = BattleRow(many=True, read_only=True)
    stages = StageRow(many=True, read_only=True)

    class Meta:
        model = Campaign
        fields = (
            "id",
            "code",
            "name",
            "goal",
            "core",
            "document",
            "document_number",
            "issuer",
            "issued_on",
            "starts_on",
            "ends_on",
            "countersigned",
            "publicity_days",
            "version",
            "battles",
            "stages",
        )
        read_only_fields = fields


class PointRow(serializers.ModelSerializer[IndicatorPoint]):
    """A planned value of a day."""

    class Meta:
        model = IndicatorPoint
        fields = ("on", "value")
        read_only_fields = fields


class IndicatorRow(serializers.ModelSerializer[Indicator]):
    """An indicator with its planned curve."""

    campaign = _Code()
    battle = serializers.CharField(source="battle.code", read_only=True, default=None)
    points = PointRow(many=True, read_only=True)

    class Meta:
        model = Indicator
        fields = (
            "id",
            "campaign",
            "battle",
            "name",
            "unit",
            "direction",
            "baseline",
            "target",
            "starts_on",
            "ends_on",
            "points",
            "closed_on",
            "version",
        )
        read_only_fields = fields


class IndicatorDetail(IndicatorRow):
    """An indicator with how it stands today."""

    stand = serializers.SerializerMethodField()

    class Meta(IndicatorRow.Meta):
        fields = (*IndicatorRow.Meta.fields, "stand")  # type: ignore[assignment]
        read_only_fields = fields  # type: ignore[assignment]

    @extend_schema_field(
        {
            "type": "object",
            "nullable": True,
            "properties": {
                "on": {"type": "string", "format": "date"},
                "value": {"type": "string"},
                "planned": {"type": ["string", "null"]},
                "behind": {"type": ["string", "null"]},
                "reached": {"type": "boolean"},
            },
        }
    )
    def get_stand(self, row: Indicator) -> dict[str, Any] | None:
        """Return the newest reading, what was planned for its day, and how much worse it is."""
        stand: dict[str, Any] | None = self.context["stand"](row)
        return stand


class ReadingRow(serializers.ModelSerializer[IndicatorReading]):
    """A reading; `counts` says whether nothing took its place."""

    by = StaffNumber()
    counts = serializers.BooleanField(read_only=True)

    class Meta:
        model = IndicatorReading
        fields = (
            "id",
            "indicator",
            "on",
            "value",
            "source",
            "report",
            "supersedes",
            "withdrawn",
            "reason",
            "counts",
            "recorded_at",
            "by",
        )
        read_only_fields = fields


class _Campaign(serializers.SlugRelatedField[Campaign]):
    """The campaign a part belongs to, by its code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="code", queryset=Campaign.objects.all(), **kwargs)


def _text(limit: int) -> serializers.CharField:
    return serializers.CharField(required=False, allow_blank=True, max_length=limit)


class CampaignInput(Dated):
    """The terms of a campaign."""

    code = serializers.CharField(max_length=32)
    name = serializers.CharField(max_length=100)
    goal = _text(500)
    core = serializers.BooleanField(required=False)
    document = _text(200)
    document_number = _text(100)
    issuer = _text(100)
    issued_on = Day(required=False, allow_null=True)
    starts_on = Day(required=False, allow_null=True)
    ends_on = Day(required=False, allow_null=True)
    countersigned = serializers.BooleanField(required=False)
    publicity_days = serializers.IntegerField(required=False, min_value=0, max_value=365)


class BattleChange(Dated):
    """What may be changed of a battle."""

    code = serializers.CharField(max_length=32)
    name = serializers.CharField(max_length=100)


class BattleInput(BattleChange):
    """A battle of a campaign."""

    campaign = _Campaign()


class StageChange(Dated):
    """What may be changed of a stage."""

    name = serializers.CharField(max_length=100)
    goal = _text(500)
    starts_on = Day()
    ends_on = Day()


class StageInput(StageChange):
    """A stage of a campaign's roadmap."""

    campaign = _Campaign()


class ColumnChange(Dated):
    """What may be changed of a column; type, place and used options stay once it is filled in."""

    # What DRF declares on its base class it takes off again for a field of the same name.
    label = serializers.CharField(max_length=50)  # type: ignore[assignment]
    kind = serializers.ChoiceField(choices=ColumnKind.choices)
    place = serializers.ChoiceField(choices=ColumnPlace.choices, required=False)
    options = serializers.ListField(
        child=serializers.CharField(max_length=50), required=False, max_length=50
    )
    required = serializers.BooleanField(required=False)  # type: ignore[assignment]
    position = serializers.IntegerField(required=False, min_value=0, max_value=999)


class ColumnInput(ColumnChange):
    """A column of a campaign's own; the key is made up where none is given."""

    campaign = _Campaign()
    key = serializers.SlugField(max_length=32, required=False)


class PointInput(serializers.Serializer[Any]):
    """A planned value of a day."""

    on = Day()
    value = serializers.DecimalField(max_digits=15, decimal_places=4)


class IndicatorChange(Dated):
    """What may be changed of an indicator; `points` take the place of its planned curve."""

    name = serializers.CharField(max_length=100)
    unit = _text(32)
    direction = serializers.ChoiceField(choices=Direction.choices)
    battle = serializers.SlugRelatedField(
        slug_field="code", queryset=Battle.objects.all(), required=False, allow_null=True
    )
    baseline = serializers.DecimalField(
        max_digits=15, decimal_places=4, required=False, allow_null=True
    )
    target = serializers.DecimalField(max_digits=15, decimal_places=4)
    starts_on = Day()
    ends_on = Day()
    points = PointInput(many=True, required=False)


class IndicatorInput(IndicatorChange):
    """An indicator of a campaign."""

    campaign = _Campaign()


@extend_schema_field(OpenApiTypes.DECIMAL)
class ValueField(PercentField):
    """A reading as number or text; the service reads it and refuses it with its value."""

    def to_internal_value(self, data: Any) -> Any:
        """Return what was sent."""
        return data


class ReadingInput(Dated):
    """A reading of an indicator, of the day `on`."""

    indicator = serializers.PrimaryKeyRelatedField(queryset=Indicator.objects.all())
    value = ValueField()
    source = serializers.CharField(max_length=200)  # type: ignore[assignment]


class CorrectionInput(Reasoned):
    """A correction: what is not given stays; `withdrawn` takes the reading back."""

    value = ValueField(required=False)
    source = serializers.CharField(  # type: ignore[assignment]
        max_length=200, required=False
    )
    withdrawn = serializers.BooleanField(required=False, default=False)
