"""The four lists, the facts about them, and the work handed in on them."""

from tasks.models.checking import (
    Countersignature,
    LookBack,
    SampledItem,
    SampleDraw,
    SiteCheck,
    SubstituteVerifier,
    Suspension,
)
from tasks.models.exports import LedgerExport, LedgerTemplate
from tasks.models.facts import TaskFact
from tasks.models.imports import ImportedRow, LedgerImport
from tasks.models.indicators import Indicator, IndicatorPoint, IndicatorReading
from tasks.models.issuing import Amendment, Approval, DutyRefusal, PersonalDuty
from tasks.models.ledgers import LearnedHeader
from tasks.models.lists import Measure, Responsibility, Result
from tasks.models.plans import Battle, Campaign, CustomColumn, Plan, Stage
from tasks.models.reminders import Digest, Heartbeat, InboxMessage, PlanningRun, Reminder
from tasks.models.supervision import DocumentSequence, Slip
from tasks.models.tasks import Task, TaskQuerySet
from tasks.models.work import Closure, Evidence, Extension, ProgressReport

__all__ = [
    "Amendment",
    "Approval",
    "Battle",
    "Campaign",
    "Closure",
    "Countersignature",
    "CustomColumn",
    "Digest",
    "DocumentSequence",
    "DutyRefusal",
    "Evidence",
    "Extension",
    "Heartbeat",
    "ImportedRow",
    "InboxMessage",
    "Indicator",
    "IndicatorPoint",
    "IndicatorReading",
    "LearnedHeader",
    "LedgerExport",
    "LedgerImport",
    "LedgerTemplate",
    "LookBack",
    "Measure",
    "PersonalDuty",
    "Plan",
    "PlanningRun",
    "ProgressReport",
    "Reminder",
    "Responsibility",
    "Result",
    "SampleDraw",
    "SampledItem",
    "SiteCheck",
    "Slip",
    "Stage",
    "SubstituteVerifier",
    "Suspension",
    "Task",
    "TaskFact",
    "TaskQuerySet",
]
