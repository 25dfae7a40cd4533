"""What the API prints: explicit fields, nothing to write."""

from typing import Any

from rest_framework import serializers

from accounts.api.views import StaffNumber, UnitCode
from tasks.choices import Light, TaskState, Verdict
from tasks.models import (
    Closure,
    Evidence,
    Extension,
    Measure,
    ProgressReport,
    Responsibility,
    Result,
    Slip,
    Task,
)


class TaskRow(serializers.Serializer[Any]):
    """A task as a line of a list; `tasks.api.rows` makes it, this describes it."""

    id = serializers.IntegerField()
    plan = serializers.CharField()
    code = serializers.CharField()
    title = serializers.CharField()
    campaign = serializers.CharField(allow_null=True)
    level = serializers.CharField()
    kind = serializers.CharField()
    type = serializers.CharField()
    state = serializers.ChoiceField(choices=TaskState.choices)
    leads = serializers.ListField(child=serializers.CharField(), help_text="unit codes")
    cooperating = serializers.ListField(child=serializers.CharField(), help_text="unit codes")
    holder = serializers.CharField(allow_null=True, help_text="staff number")
    start = serializers.DateField()
    assigned_on = serializers.DateField(allow_null=True)
    original_deadline = serializers.DateField(allow_null=True)
    effective_deadline = serializers.DateField(allow_null=True)
    soft = serializers.BooleanField()
    counted_percent = serializers.CharField()
    overdue_days = serializers.IntegerField()
    deadline_light = serializers.ChoiceField(choices=Light.choices, allow_null=True)
    progress_light = serializers.ChoiceField(choices=Light.choices, allow_null=True)
    light = serializers.ChoiceField(choices=Light.choices, allow_null=True)
    version = serializers.IntegerField()


class TaskDetail(TaskRow):
    """A task with all its terms, its reading today, and what the caller may do."""

    target = serializers.CharField()
    problem = serializers.CharField()
    remark = serializers.CharField()
    source_kind = serializers.CharField()
    source_document = serializers.CharField()
    deadline_raw = serializers.CharField()
    deadline_kind = serializers.CharField()
    continues_after = serializers.BooleanField()
    report_cycle = serializers.CharField()
    leader = serializers.CharField(allow_null=True, help_text="staff number of 分管领导")
    responsible = serializers.CharField(allow_null=True, help_text="staff number")
    parent_id = serializers.IntegerField(allow_null=True)
    replaces_id = serializers.IntegerField(
        allow_null=True, help_text="the task that ended by a refusal and is issued anew by this one"
    )
    rolled_up = serializers.BooleanField(help_text="progress comes from the child tasks")
    gaps = serializers.ListField(
        child=serializers.CharField(), help_text="what the four lists lack"
    )
    battle = serializers.CharField(allow_null=True, help_text="code of the battle")
    indicator = serializers.IntegerField(allow_null=True, help_text="id of the indicator")
    custom = serializers.DictField(
        child=serializers.CharField(), help_text="the campaign's own columns by key"
    )
    reported_percent = serializers.CharField(allow_null=True)
    planned_percent = serializers.CharField(allow_null=True)
    gap = serializers.CharField(allow_null=True)
    seriously_lagging = serializers.BooleanField()
    acts = serializers.ListField(
        child=serializers.CharField(), help_text="what the caller may do now"
    )


class ResponsibilityRow(serializers.ModelSerializer[Responsibility]):
    """A line of the second list."""

    unit = UnitCode()
    liaison = StaffNumber()
    accepted_by = StaffNumber()

    class Meta:
        model = Responsibility
        fields = (
            "id",
            "task",
            "unit",
            "role",
            "duty",
            "collective",
            "liaison",
            "accepted_on",
            "accepted_by",
        )
        read_only_fields = fields


class MeasureRow(serializers.ModelSerializer[Measure]):
    """A line of the third list; `serves` are the ids of the further tasks it serves."""

    owner = UnitCode()
    serves = serializers.PrimaryKeyRelatedField[Task](
        source="also_serves", many=True, read_only=True
    )

    class Meta:
        model = Measure
        fields = (
            "id",
            "task",
            "seq",
            "code",
            "text",
            "owner",
            "deadline_raw",
            "deadline",
            "weight",
            "expected_output",
            "proof_required",
            "serves",
            "done_on",
        )
        read_only_fields = fields


class ResultRow(serializers.ModelSerializer[Result]):
    """A line of the fourth list."""

    class Meta:
        model = Result
        fields = ("id", "task", "seq", "expected", "achieved", "achieved_on")
        read_only_fields = fields


class EvidenceRow(serializers.ModelSerializer[Evidence]):
    """An evidence file and where to load it."""

    url = serializers.HyperlinkedIdentityField(view_name="tasks:evidence")
    shared = serializers.SerializerMethodField()

    class Meta:
        model = Evidence
        fields = (
            "id",
            "name",
            "size",
            "sha256",
            "dated",
            "uploaded_at",
            "replaces",
            "shared",
            "url",
        )
        read_only_fields = fields

    def get_shared(self, evidence: Evidence) -> bool:
        """Whether the document was first handed in for another task."""
        return evidence.reuses_id is not None


_DECISION = ("verdict", "submitted_by", "submitted_at", "decided_by", "decided_on", "decision")


class ReportRow(serializers.ModelSerializer[ProgressReport]):
    """A progress report; `verified` says whether a checker accepted it."""

    unit = UnitCode()
    submitted_by = StaffNumber()
    decided_by = StaffNumber()
    verified = serializers.SerializerMethodField()
    proxy = serializers.SerializerMethodField()
    evidence = EvidenceRow(many=True, read_only=True)

    class Meta:
        model = ProgressReport
        fields = (
            "id",
            "task",
            "unit",
            "on",
            "percent",
            "text",
            "problems",
            "next_step",
            "unchanged",
            "reading",
            "cause",
            "coordination",
            "custom",
            "proxy",
            "letter",
            "opening",
            "verified",
            *_DECISION,
            "evidence",
        )
        read_only_fields = fields

    def get_verified(self, report: ProgressReport) -> bool:
        """Whether the verdict is an acceptance."""
        return report.verdict == Verdict.ACCEPTED

    def get_proxy(self, report: ProgressReport) -> bool:
        """Whether it was entered for the unit (代录), from the letter named."""
        return bool(report.letter)


class BatchError(serializers.Serializer[Any]):
    """Why one report of a batch was refused, as an answer to it alone would say."""

    code = serializers.CharField()
    detail = serializers.CharField()
    fields = serializers.DictField(child=serializers.CharField())  # type: ignore[assignment]


class BatchResult(serializers.Serializer[Any]):
    """What became of one report of a batch: `report`, or `error`."""

    index = serializers.IntegerField(help_text="place in the request, from 0")
    task = serializers.IntegerField(allow_null=True)
    status = serializers.IntegerField(help_text="the status one report alone would have had")
    report = ReportRow(allow_null=True)
    error = BatchError(allow_null=True)


class BatchAnswer(serializers.Serializer[Any]):
    """What became of a batch of reports, in the order of the request."""

    made = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = BatchResult(many=True)


class ExtensionRow(serializers.ModelSerializer[Extension]):
    """An extension asked for and its decision."""

    submitted_by = StaffNumber()
    decided_by = StaffNumber()

    class Meta:
        model = Extension
        fields = ("id", "task", "requested_on", "to", "reason", *_DECISION)
        read_only_fields = fields


class ClosureRow(serializers.ModelSerializer[Closure]):
    """A close-out application and its check."""

    submitted_by = StaffNumber()
    decided_by = StaffNumber()
    evidence = EvidenceRow(many=True, read_only=True)

    class Meta:
        model = Closure
        fields = ("id", "task", "submitted_on", "text", "letter", *_DECISION, "evidence")
        read_only_fields = fields


class SlipRow(serializers.ModelSerializer[Slip]):
    """A supervision slip and its answer."""

    unit = UnitCode()
    issued_by = StaffNumber()
    answered_by = StaffNumber()

    class Meta:
        model = Slip
        fields = (
            "id",
            "number",
            "colour",
            "task",
            "unit",
            "cause",
            "requirement",
            "issued_on",
            "issued_by",
            "delivered_on",
            "feedback_due",
            "answer",
            "answered_on",
            "answered_by",
        )
        read_only_fields = fields
