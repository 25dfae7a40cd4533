"""The resource of tasks: the supervisor's queue, details, drafts and acts on a task."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.once import once
from accounts.models import User
from accounts.scopes import standing_of
from tasks import standards
from tasks.api import draft_bodies, reading, writing
from tasks.api.acting import Resource
from tasks.api.filters import TaskFilter
from tasks.api.rows import as_values, complete, fixed
from tasks.choices import TaskState
from tasks.lights import lit
from tasks.models import Task
from tasks.permissions import Act, acts_for, authorise
from tasks.rules.numbers import rounded
from tasks.rules.reading import read_task
from tasks.services import (
    amending,
    closing,
    decomposing,
    drafting,
    extensions,
    handover,
    issuing,
    pausing,
    personal,
    sheets,
)
from tasks.services.facts import expect_version
from tasks.services.gaps import gaps_of
from tasks.services.readings import history_of, with_history
from tasks.wording import gap_sentence

Service = Callable[..., Task]


@extend_schema(tags=["tasks"])
class TaskViewSet(Resource):
    """Tasks (任务)."""

    queryset = Task.objects.all()
    serializer_class = reading.TaskRow
    filterset_class = TaskFilter

    def get_queryset(self) -> QuerySet[Task]:
        """Tasks the person may see, with their lamps, by plan and code."""
        return lit(self.visible_tasks(), on=self.on).order_by("plan__code", "code", "id")

    @extend_schema(responses=reading.TaskRow(many=True))
    def list(self, request: Request) -> Response:
        """List tasks."""
        page = self.paginate_queryset(as_values(self.filter_queryset(self.get_queryset())))
        return self.get_paginated_response(complete(page or []))

    @extend_schema(responses=reading.TaskDetail)
    def retrieve(self, request: Request, pk: str) -> Response:
        """Return a task with its reading today."""
        detail = self._detail(self.get_object())
        return Response(detail, headers={"ETag": f'"{detail["version"]}"'})

    @extend_schema(request=draft_bodies.NewTaskInput, responses={201: reading.TaskDetail})
    @once
    def create(self, request: Request) -> Response:
        """Draft a task."""
        on, values, _version = self.read(request, draft_bodies.NewTaskInput)
        sheet = sheets.new_sheet(self._lists(values))
        task = drafting.write_draft(sheet, on=on, by=self.user)
        return Response(self._detail(task), status=status.HTTP_201_CREATED)

    @extend_schema(request=draft_bodies.TaskChange, responses=reading.TaskDetail)
    @action(detail=True, methods=["post"])
    @once
    def change(self, request: Request, pk: str) -> Response:
        """Change a draft: its terms and its lists, as on the sheet."""

        def write(task: Task, *, on: dt.date, by: User, **values: Any) -> Task:
            # First, so that who may not learns nothing of what would be wrong.
            authorise(Act.EDIT, task, on=on, by=by)
            sheet = sheets.changed_sheet(task, self._lists(values))
            return drafting.write_draft(sheet, on=on, by=by, task=task)

        return self._act(request, write, draft_bodies.TaskChange)

    def _lists(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return the values with the tasks in place of the ids that measures serve."""
        for line in values.get("measures", ()):
            if "serves" in line:
                line["serves"] = tuple(self.tasks_meant(line["serves"]))
        return values

    @extend_schema(request=writing.Assignment, responses=reading.TaskDetail)
    @action(detail=True, methods=["post"])
    @once
    def assign(self, request: Request, pk: str) -> Response:
        """Issue a draft (交办); lists with gaps need a reason."""
        return self._act(request, issuing.assign_task, writing.Assignment)

    @extend_schema(request=writing.Amend, responses=reading.TaskDetail)
    @action(detail=True, methods=["post"])
    @once
    def amend(self, request: Request, pk: str) -> Response:
        """Amend one wording of an issued task (修订); the old one is kept."""
        return self._act_apart(request, amending.amend_task, writing.Amend)

    @extend_schema(request=writing.Personal, responses=reading.TaskDetail)
    @action(detail=True, methods=["post"], url_path="personal-duties")
    @once
    def personal_duties(self, request: Request, pk: str) -> Response:
        """Record one of the principal's four personal duties (四个亲自)."""
        return self._act_apart(request, personal.record_personal_duty, writing.Personal)

    def _act_apart(
        self,
        request: Request,
        service: Callable[..., object],
        serializer: type[serializers.Serializer[Any]],
    ) -> Response:
        """Act by a service that returns something else than the task; answer with the task."""

        def act(task: Task, **values: Any) -> Task:
            service(task, **values)
            return task

        return self._act(request, act, serializer)

    @extend_schema(request=writing.Split, responses=reading.TaskDetail)
    @action(detail=True, methods=["post"])
    @once
    def split(self, request: Request, pk: str) -> Response:
        """Split a task into child tasks (分解); answers with the parent."""
        task = self.get_object()
        on, values, version = self.read(request, writing.Split)
        parts = [decomposing.Part(**part) for part in values["parts"]]
        with transaction.atomic():
            expect_version(task, version)
            task = decomposing.split_task(task, parts=parts, on=on, by=self.user)
        return Response(self._detail(task))

    @extend_schema(request=writing.Reasoned, responses=reading.TaskDetail)
    @action(detail=True, methods=["post"])
    @once
    def discard(self, request: Request, pk: str) -> Response:
        """Give a draft up (作废); it is kept."""
        return self._act(request, drafting.discard_draft, writing.Reasoned)

    @extend_schema(request=writing.DeadlineReading, responses=reading.TaskDetail)
    @action(detail=True, methods=["post"], url_path="confirm-deadline")
    @once
    def confirm_deadline(self, request: Request, pk: str) -> Response:
        """Read a draft's ambiguous deadline for good."""
        return self._act(request, issuing.confirm_deadline, writing.DeadlineReading)

    @extend_schema(request=writing.Pause, responses=reading.TaskDetail)
    @action(detail=True, methods=["post"])
    @once
    def suspend(self, request: Request, pk: str) -> Response:
        """Stop an open task (中止)."""
        return self._act(request, pausing.suspend_task, writing.Pause)

    @extend_schema(request=writing.NewDeadline, responses=reading.TaskDetail)
    @action(detail=True, methods=["post"])
    @once
    def resume(self, request: Request, pk: str) -> Response:
        """Let a suspended task go on."""
        return self._act(request, pausing.resume_task, writing.NewDeadline)

    @extend_schema(request=writing.Prolonging, responses=reading.TaskDetail)
    @action(detail=True, methods=["post"])
    @once
    def prolong(self, request: Request, pk: str) -> Response:
        """Look at a suspension and let it go on until a later review."""
        return self._act_apart(request, pausing.prolong_suspension, writing.Prolonging)

    @extend_schema(request=writing.NewDeadline, responses=reading.TaskDetail)
    @action(detail=True, methods=["post"])
    @once
    def reopen(self, request: Request, pk: str) -> Response:
        """Open a completed task after a relapse (反弹)."""
        return self._act(request, closing.reopen_task, writing.NewDeadline)

    @extend_schema(request=writing.Reasoned, responses=reading.TaskDetail)
    @action(detail=True, methods=["post"])
    @once
    def terminate(self, request: Request, pk: str) -> Response:
        """End a task for good (终止)."""
        return self._act(request, closing.terminate_task, writing.Reasoned)

    @extend_schema(request=writing.Budget, responses=reading.TaskDetail)
    @action(detail=True, methods=["post"], url_path="extension-budget")
    @once
    def extension_budget(self, request: Request, pk: str) -> Response:
        """Let the deadline be extended more often or further than usual."""
        return self._act(request, extensions.set_extension_budget, writing.Budget)

    @extend_schema(request=writing.Handover, responses=reading.TaskDetail)
    @action(detail=True, methods=["post"], url_path="hand-over")
    @once
    def hand_over(self, request: Request, pk: str) -> Response:
        """Pass the responsibility on."""
        return self._act(request, handover.hand_over, writing.Handover)

    def _act(
        self,
        request: Request,
        service: Service,
        serializer: type[serializers.Serializer[Any]],
    ) -> Response:
        task = self.get_object()
        on, values, version = self.read(request, serializer)
        with transaction.atomic():
            expect_version(task, version)
            task = service(task, on=on, by=self.user, **values)
        return Response(self._detail(task))

    def _detail(self, task: Task) -> dict[str, Any]:
        """Return a task as printed: its row, its terms and its reading today."""
        tasks = lit(Task.objects.filter(pk=task.pk), on=self.on)
        (row,) = complete(as_values(tasks))
        task = with_history(Task.objects.select_related("leader")).get(pk=task.pk)
        standing = standing_of(self.user, on=self.on)
        terms = (
            "target",
            "problem",
            "remark",
            "source_kind",
            "source_document",
            "deadline_raw",
            "deadline_kind",
            "continues_after",
            "report_cycle",
        )
        return {
            **row,
            **{name: getattr(task, name) for name in terms},
            "leader": task.leader and task.leader.staff_number,
            "responsible": task.responsible and task.responsible.staff_number,
            "parent_id": task.parent_id,
            "replaces_id": task.replaces_id,
            "rolled_up": task.rolled_up,
            "gaps": [gap_sentence(gap) for gap in gaps_of(task, on=self.on)],
            "battle": task.battle.code if task.battle else None,
            "indicator": task.indicator_id,
            "custom": task.custom,
            **self._reading(task),
            "acts": sorted(acts_for(standing, task)),
        }

    def _reading(self, task: Task) -> dict[str, Any]:
        if task.state == TaskState.DRAFT:
            names = ("reported_percent", "planned_percent", "gap")
            return {**dict.fromkeys(names), "seriously_lagging": False}
        read = read_task(history_of(task), self.on, standards.task_policy(self.on))
        numbers = {
            "reported_percent": read.reported,
            "planned_percent": read.planned,
            "gap": read.gap,
        }
        return {
            **{n: None if v is None else fixed(rounded(v)) for n, v in numbers.items()},
            "seriously_lagging": read.seriously_lagging,
        }
