"""What the API of checking takes in and prints; every rule is a service's."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.api.bodies import Day
from accounts.api.views import StaffNumber, UnitCode
from accounts.models import Unit, User
from tasks.api.reading import EvidenceRow
from tasks.api.writing import Dated
from tasks.models import (
    Countersignature,
    LookBack,
    SampledItem,
    SampleDraw,
    SiteCheck,
    SubstituteVerifier,
)


class SampledRow(serializers.ModelSerializer[SampledItem]):
    """An item of a sample and when it was opened."""

    class Meta:
        model = SampledItem
        fields = ("report", "task", "why", "opened_at")
        read_only_fields = fields


class DrawRow(serializers.ModelSerializer[SampleDraw]):
    """A draw with all that is needed to repeat it: order the candidates by SHA-256("seed:id")."""

    by = StaffNumber()
    items = SampledRow(many=True, read_only=True)

    class Meta:
        model = SampleDraw
        fields = ("id", "kind", "on", "by", "seed", "rule", "candidates", "items")
        read_only_fields = fields


class LeftOut(serializers.Serializer[Any]):
    """A report a bulk verdict left out, and why."""

    report = serializers.IntegerField()
    message = serializers.CharField()


class ClearedRow(serializers.Serializer[Any]):
    """What a bulk verdict did."""

    verified = serializers.IntegerField()
    left = LeftOut(many=True)


class CountersignatureRow(serializers.ModelSerializer[Countersignature]):
    """A countersigning of a report or a close-out."""

    leader = StaffNumber()
    submitted_by = StaffNumber()
    decided_by = StaffNumber()

    class Meta:
        model = Countersignature
        fields = (
            "id",
            "task",
            "report",
            "closure",
            "leader",
            "verdict",
            "submitted_by",
            "submitted_at",
            "decided_by",
            "decided_on",
            "decision",
        )
        read_only_fields = fields


class SiteCheckRow(serializers.ModelSerializer[SiteCheck]):
    """A check on site."""

    by = StaffNumber()
    evidence = EvidenceRow(many=True, read_only=True)

    class Meta:
        model = SiteCheck
        fields = (
            "id",
            "task",
            "report",
            "closure",
            "on",
            "place",
            "people",
            "found",
            "true",
            "by",
            "evidence",
        )
        read_only_fields = fields


class LookBackRow(serializers.ModelSerializer[LookBack]):
    """A look-back, due or done; `relapsed` is null until it is."""

    by = StaffNumber()

    class Meta:
        model = LookBack
        fields = ("id", "task", "draw", "due_on", "done_on", "relapsed", "found", "by")
        read_only_fields = fields


class SubstituteRow(serializers.ModelSerializer[SubstituteVerifier]):
    """A substitute verifier."""

    unit = UnitCode()
    person = StaffNumber()
    by = StaffNumber()

    class Meta:
        model = SubstituteVerifier
        fields = ("id", "unit", "person", "since", "until", "ended_on", "reason", "by")
        read_only_fields = fields


class NewDraw(Dated):
    """A draw, of all units or of one."""

    unit = serializers.SlugRelatedField(
        slug_field="code", queryset=Unit.objects.all(), required=False, allow_null=True
    )


class Opened(Dated):
    """A report of a sample that was opened."""

    report = serializers.IntegerField(min_value=1)


class NewSiteCheck(Dated):
    """What was found on site about a report or a close-out, by its id."""

    report = serializers.IntegerField(min_value=1, required=False)
    closure = serializers.IntegerField(min_value=1, required=False)
    visited = Day()
    place = serializers.CharField(max_length=200)
    people = serializers.CharField(max_length=200)
    found = serializers.CharField(max_length=2000)
    true = serializers.BooleanField()
    evidence = serializers.ListField(
        child=serializers.FileField(allow_empty_file=True), required=False, default=list
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse none or both of report and close-out."""
        if ("report" in attrs) == ("closure" in attrs):
            raise serializers.ValidationError(_("请在 report 和 closure 中填写一个。"))
        return attrs


class NewLookBacks(Dated):
    """From which closed tasks look-backs are drawn, and by when they are done."""

    since = Day()
    until = Day()
    due_on = Day()


class LookedBack(Dated):
    """What a look-back found; `to` is the new deadline after a relapse."""

    relapsed = serializers.BooleanField()
    found = serializers.CharField(max_length=1000)
    to = Day(required=False, allow_null=True, default=None)


class NewSubstitute(Dated):
    """Who verifies for a unit, from a day to a day."""

    unit = serializers.SlugRelatedField(slug_field="code", queryset=Unit.objects.all())
    person = serializers.SlugRelatedField(slug_field="staff_number", queryset=User.objects.all())
    since = Day()
    until = Day()
    reason = serializers.CharField(max_length=500)
