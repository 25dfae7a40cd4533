"""What every resource shares: today, the person, the task meant, and validated input."""

import datetime as dt
import re
from typing import Any, NamedTuple

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework import serializers, viewsets
from rest_framework.request import Request

from accounts import clock
from accounts.errors import DomainError
from accounts.models import User
from accounts.requests import person_of
from tasks.models import Task

# A version as `If-Match` names it; more digits than a database counts to are none.
VERSION = re.compile(r"[0-9]{1,9}")


class Input(NamedTuple):
    """Validated input: the day of the act, and the values of the serializer without it."""

    on: dt.date
    values: dict[str, Any]
    version: int | None


class Resource(viewsets.GenericViewSet[Any]):
    """A list and details of what the person may see; anything else is not found (404)."""

    lookup_value_regex = r"\d+"

    @property
    def on(self) -> dt.date:
        """Today, the day visibility is asked for."""
        return clock.today()

    @property
    def user(self) -> User:
        """The person who asks, signed in or by token."""
        return person_of(self.request)

    def visible_tasks(self) -> Any:
        """Tasks the person may see."""
        return Task.objects.visible_to(self.user, on=self.on)

    def task_meant(self, values: dict[str, Any]) -> Task:
        """Take `task` from the values and return that task, or 404."""
        task: Task = get_object_or_404(self.visible_tasks(), pk=values.pop("task"))
        return task

    def tasks_meant(self, ids: list[int]) -> list[Task]:
        """Return tasks by their ids; 404 names the first the person may not see."""
        found = self.visible_tasks().in_bulk(ids)
        for pk in ids:
            if pk not in found:
                raise Http404(pk)
        return [found[pk] for pk in dict.fromkeys(ids)]

    def read(
        self,
        request: Request,
        serializer: type[serializers.Serializer[Any]],
        *,
        partial: bool = False,
    ) -> Input:
        """Validate a request's body by a write serializer; `partial` asks for no field."""
        form = serializer(data=request.data, context=self.get_serializer_context(), partial=partial)
        form.is_valid(raise_exception=True)
        values = dict(form.validated_data)
        on = values.pop("on", None) or self.on
        version = values.pop("version", None)
        header = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
        if header and header != "*":
            if not VERSION.fullmatch(header):
                raise DomainError(
                    "invalid",
                    _('If-Match 应为任务的版本号，如 "3"。'),
                    fields={"version": header[:40]},
                )
            version = int(header)
        return Input(on=on, values=values, version=version)
