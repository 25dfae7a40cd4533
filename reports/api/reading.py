"""What the API prints: explicit fields, nothing to write."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.views import StaffNumber
from reports.choices import FindingKind, SubjectKind
from reports.models import Exclusion, FrozenRun, Interview, PolicyAdoption, Proposal
from reports.models.subjects import AboutSubject
from reports.sentences import gate_sentence, stored_gate, stored_reason
from reports.wording import reason_sentence
from tasks.models import Task


class SubjectRow(serializers.Serializer[Any]):
    """A unit by code or a person by staff number."""

    kind = serializers.ChoiceField(choices=SubjectKind.choices)
    id = serializers.CharField()
    name = serializers.CharField()


class ReasonRow(serializers.Serializer[Any]):
    """Why a rule holds: what was measured, against which threshold."""

    code = serializers.CharField()
    task = serializers.CharField(allow_null=True)
    value = serializers.CharField()
    comparison = serializers.CharField()
    threshold = serializers.CharField()
    on = serializers.DateField()
    dates = serializers.ListField(child=serializers.DateField())


class FindingSubject(serializers.Serializer[Any]):
    """Whom a finding is about."""

    kind = serializers.ChoiceField(choices=SubjectKind.choices)
    id = serializers.CharField()


class FindingRow(serializers.Serializer[Any]):
    """A finding, in the shape `evaluate` prints."""

    kind = serializers.CharField()
    subject = FindingSubject()
    rule = serializers.CharField()
    clause = serializers.CharField()
    reading = serializers.CharField()
    first_met_on = serializers.DateField(allow_null=True)
    reasons = ReasonRow(many=True)


class EvaluationBody(serializers.Serializer[Any]):
    """An evaluation as the caller may see it, in the shape `evaluate` prints."""

    as_of = serializers.DateField()
    year = serializers.IntegerField()
    known_at = serializers.DateTimeField()
    policy = serializers.CharField()
    policy_digest = serializers.CharField()
    tasks = serializers.ListField(child=serializers.DictField())
    units = serializers.ListField(child=serializers.DictField())
    rankings = serializers.ListField(child=serializers.DictField())
    findings = FindingRow(many=True)


class RunRow(serializers.ModelSerializer[FrozenRun]):
    """A frozen evaluation; its details hold the whole of it."""

    frozen_by = StaffNumber()

    class Meta:
        model = FrozenRun
        fields = (
            "id",
            "as_of",
            "year",
            "known_at",
            "policy",
            "policy_digest",
            "digest",
            "frozen_at",
            "frozen_by",
        )
        read_only_fields = fields


class PolicyRow(serializers.ModelSerializer[PolicyAdoption]):
    """A policy the office adopted."""

    adopted_by = StaffNumber()

    class Meta:
        model = PolicyAdoption
        fields = ("id", "name", "digest", "in_force_from", "go_live", "adopted_on", "adopted_by")
        read_only_fields = fields


def subject_row(about: AboutSubject) -> dict[str, str]:
    """Return a row's subject as `SubjectRow` describes it."""
    subject = about.subject
    key = about.unit.code if about.unit else getattr(subject, "staff_number", "")
    return {"kind": about.subject_kind.value, "id": key, "name": str(subject)}


class _About(serializers.ModelSerializer[Any]):
    """Adds the subject to a row about a unit or person."""

    subject = serializers.SerializerMethodField()

    @extend_schema_field(SubjectRow)
    def get_subject(self, row: AboutSubject) -> dict[str, str]:
        """Return whom the row is about."""
        return subject_row(row)


class GateRow(serializers.Serializer[Any]):
    """A gate between finding and proposal, and why it is open."""

    code = serializers.CharField()
    passed = serializers.BooleanField()
    sentence = serializers.CharField()


class ProposalRow(_About):
    """A proposal with its reasons in words and its gates."""

    kind = serializers.ChoiceField(choices=FindingKind.choices)
    decided_by = StaffNumber()
    sentences = serializers.SerializerMethodField()
    gates = serializers.SerializerMethodField()

    class Meta:
        model = Proposal
        fields = (
            "id",
            "kind",
            "subject",
            "rule",
            "clause",
            "cause",
            "task",
            "year",
            "as_of",
            "policy",
            "policy_digest",
            "reasons",
            "sentences",
            "gates",
            "state",
            "proposed_on",
            "decided_by",
            "decided_on",
            "decision",
            "review_on",
            "interview",
        )
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_sentences(self, row: Proposal) -> list[str]:
        """Return the reasons in words."""
        return [reason_sentence(stored_reason(why)) for why in row.reasons]

    @extend_schema_field(GateRow(many=True))
    def get_gates(self, row: Proposal) -> list[dict[str, Any]]:
        """Return the gates in words."""
        gates = [stored_gate(stored) for stored in row.gates]
        return [
            {"code": gate.code, "passed": gate.passed, "sentence": gate_sentence(gate)}
            for gate in gates
        ]


class InterviewRow(_About):
    """An interview (约谈)."""

    proposed_by = StaffNumber()
    approved_by = StaffNumber()
    tasks: Any = serializers.PrimaryKeyRelatedField(many=True, queryset=Task.objects.none())

    class Meta:
        model = Interview
        fields = (
            "id",
            "subject",
            "number",
            "state",
            "cause",
            "tasks",
            "proposed_by",
            "proposed_on",
            "approved_by",
            "approved_on",
            "scheduled_on",
            "place",
            "held_on",
            "minutes",
            "rectify_by",
            "cancellation",
        )
        read_only_fields = fields


class ExclusionRow(_About):
    """An exclusion as HR lists it."""

    unit = serializers.SerializerMethodField()

    class Meta:
        model = Exclusion
        fields = (
            "id",
            "kind",
            "year",
            "subject",
            "unit",
            "number",
            "conclusion",
            "clause",
            "effective_on",
            "state",
            "withdrawn_on",
        )
        read_only_fields = fields

    @extend_schema_field(serializers.CharField())
    def get_unit(self, row: Exclusion) -> str:
        """Return the code of the unit, or of the person's unit."""
        return row.subject_unit.code
