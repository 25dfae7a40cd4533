"""The four lists, the facts about them, and the work handed in on them."""

from tasks.models.facts import TaskFact
from tasks.models.lists import Measure, Responsibility, Result
from tasks.models.plans import Battle, Campaign, Plan
from tasks.models.reminders import Digest, Heartbeat, InboxMessage, PlanningRun, Reminder
from tasks.models.supervision import DocumentSequence, Slip
from tasks.models.tasks import Task, TaskQuerySet
from tasks.models.work import Closure, Evidence, Extension, ProgressReport

__all__ = [
    "Battle",
    "Campaign",
    "Closure",
    "Digest",
    "DocumentSequence",
    "Evidence",
    "Extension",
    "Heartbeat",
    "InboxMessage",
    "Measure",
    "Plan",
    "PlanningRun",
    "ProgressReport",
    "Reminder",
    "Responsibility",
    "Result",
    "Slip",
    "Task",
    "TaskFact",
    "TaskQuerySet",
]
