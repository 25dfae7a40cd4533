"""No writing address of the API takes a field that it does not list, whatever a body holds.

Each is asked twice for the same act, once with what it lists and once with every column of every
table of ours beside it, in the body and in the objects inside it. Whatever is not refused must
leave the database exactly as the plain request does, to the last column.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from drf_spectacular.generators import SchemaGenerator

from accounts import clock
from reports.models import Interview
from tasks.choices import TaskLevel
from tasks.models import CustomColumn, Indicator, LookBack, SampledItem, Stage, Task
from tasks.services import sampling
from tests.cast import Cast
from tests.making import SetClock, set_clock
from tests.permissions.asking import Asker
from tests.permissions.table import PASS, Row, Table
from tests.permissions.world import ON, World, build_world

__all__ = ["set_clock"]

UNSAFE = frozenset({"post", "put", "patch", "delete"})
# Between them they may do everything, mostly the first who is asked.
PEOPLE = ("leader", "supervisor", "head", "discipline")
OURS = ("accounts", "tasks", "reports")
# The names a caller would try that are no column of ours.
TRIED = {"verified": True, "created_by": 1, "is_superuser": True, "role": "leader", "pk": 999_999}
# What the table's own requests leave out, so that each act succeeds; `{…}` is a thing of the world.
BODIES: Mapping[str, Mapping[str, Any]] = {
    "approval-list": {"task": "{planned}"},
    "closure-list": {"task": "{open}", "text": "已办结"},
    "extension-list": {"task": "{open}", "to": "2024-03-31", "reason": "设备到货推迟"},
    "interview-list": {"unit": "{unit}", "cause": "进度滞后"},
    "measure-list": {"task": "{draft}", "text": "排查", "owner": "{unit}"},
    "progress-report-list": {"task": "{open}", "percent": 60, "text": "巡查"},
    "refusal-list": {"duty": "{fresh_duty}", "reason": "非本科职责"},
    "refusal-accept": {"leads": ["SHK"]},
    "result-list": {"task": "{draft}", "expected": "下降"},
    "site-check-list": {
        "report": "{report}",
        "visited": "2023-07-30",
        "place": "工地",
        "people": "督察办两人",
        "found": "属实",
        "true": True,
    },
    "slip-list": {"task": "{open}", "unit": "{unit}", "cause": "滞后", "requirement": "整改"},
    "substitute-list": {
        "unit": "DCB",
        "person": "TY-water_head",
        "since": "2023-08-01",
        "until": "2023-08-31",
        "reason": "回避",
    },
    "indicator-reading-list": {"indicator": "{indicator}", "value": "71", "source": "月报"},
    "look-back-list": {"since": "2023-01-01", "until": "2023-07-31", "due_on": "2023-12-31"},
    "sample-draw-open": {"report": "{sampled}"},
    "task-assign": {"gap_reason": "先行部署"},
    "task-list": {
        "plan": "P1",
        "code": "N1",
        "title": "新任务",
        "leads": ["{unit}"],
        "start": "2023-07-30",
    },
    "task-split": {"parts": [{"title": "分项", "unit": "{unit}", "responsible": "{staff_number}"}]},
}
# What is restored must have been retired.
PARTS: Mapping[str, tuple[type[models.Model], str]] = {
    "stage-restore": (Stage, "stage"),
    "indicator-restore": (Indicator, "indicator"),
    "custom-column-restore": (CustomColumn, "column"),
}
# They take files, not JSON; what else a form may hold is read by `tests/tasks/api/test_batch.py`.
FILES = frozenset({"/api/v1/evidence/", "/api/v1/evidence/{id}/revise/"})


def make_ready(name: str, world: World) -> None:
    """Bring the world to where an act that the table's rows leave refused succeeds."""
    things = world.things["own"]
    if name in PARTS:
        model, thing = PARTS[name]
        model._default_manager.filter(pk=things[thing]).update(closed_on=ON)
    if name == "interview-hold":
        Interview.objects.filter(pk=things["scheduled"]).update(scheduled_on=ON)
    elif name == "look-back-list":
        LookBack.objects.all().delete()
    elif name == "sample-draw-verify-rest":
        SampledItem.objects.filter(draw__pk=things["draw"]).update(opened_at=clock.now())
    elif name == "task-personal-duties":
        Task.objects.filter(pk=things["open"]).update(level=TaskLevel.MAJOR)


class Operation:
    """A writing address of the schema, with the fields it lists at every level of its body."""

    def __init__(self, method: str, path: str, described: Mapping[str, Any], parts: Any) -> None:
        self.method, self.path = method, path
        content = described.get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema", {})
        self.listed = set(_names(schema, parts))

    @property
    def place(self) -> str:
        """The address without the names of what stands in it."""
        return _place(self.path)


def _names(schema: Any, parts: Any) -> Iterator[str]:
    if isinstance(schema, list):
        for one in schema:
            yield from _names(one, parts)
    elif isinstance(schema, dict):
        if "$ref" in schema:
            yield from _names(parts[schema["$ref"].rsplit("/", 1)[1]], parts)
        yield from schema.get("properties", {})
        for value in schema.values():
            yield from _names(value, parts)


def _place(address: str) -> str:
    return "/".join("{}" if "{" in step else step for step in address.split("/"))


def operations() -> list[Operation]:
    """Return every writing address of the API."""
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    parts = schema["components"]["schemas"]
    return [
        Operation(method, path, described, parts)
        for path, methods in schema["paths"].items()
        for method, described in methods.items()
        if method in UNSAFE and path not in FILES
    ]


def our_models() -> list[type[models.Model]]:
    return [model for label in OURS for model in apps.get_app_config(label).get_models()]


def extras(operation: Operation, world: World) -> dict[str, Any]:
    """Return a value for every column of ours that the operation does not list."""
    values: dict[str, Any] = dict(TRIED)
    for model in our_models():
        for field in model._meta.concrete_fields:
            value = _other_than_usual(field, world)
            values |= {field.name: value, field.attname: value}
    return {name: value for name, value in values.items() if name not in operation.listed}


def _other_than_usual(field: "models.Field[Any, Any]", world: World) -> Any:
    if isinstance(field, models.ForeignKey):
        return world.people["auditor"].pk
    if isinstance(field, models.BooleanField):
        return not field.get_default()
    if isinstance(field, models.DateTimeField):
        return "2020-01-01T00:00:00+08:00"
    if isinstance(field, models.DateField):
        return "2020-01-01"
    if isinstance(field, models.IntegerField | models.DecimalField):
        return 97
    choices = [value for value, _label in field.flatchoices if value]
    return choices[-1] if choices else "x"


def stored() -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of ours, as the database keeps it, but what remembers requests, sessions."""
    with connection.cursor() as cursor:
        found = {}
        for model in our_models():
            if model._meta.label not in ("accounts.SentRequest", "accounts.SignIn"):
                name = connection.ops.quote_name
                table, key = name(model._meta.db_table), name(str(model._meta.pk.column))
                cursor.execute(f"SELECT * FROM {table} ORDER BY {key}")  # noqa: S608  (our own names)
                found[model._meta.label] = cursor.fetchall()
        return found


def with_extras(body: Any, added: Mapping[str, Any]) -> Any:
    """Return a body with the fields in it and in every object inside it."""
    if isinstance(body, list):
        return [with_extras(one, added) for one in body]
    if not isinstance(body, dict):
        return body
    return dict(added) | {name: with_extras(value, added) for name, value in body.items()}


def filled(body: Any, things: Mapping[str, Any]) -> Any:
    """Put the world's things into a body."""
    if isinstance(body, dict):
        return {name: filled(value, things) for name, value in body.items()}
    if isinstance(body, list):
        return [filled(value, things) for value in body]
    if isinstance(body, str) and body.startswith("{"):
        return things[body.strip("{}")]
    return body


def asked(asker: Asker, row: Row, body: Mapping[str, Any]) -> tuple[int, Any, Any]:
    """Return status, answer, and everything stored, of one request that is then undone."""
    found: list[Any] = []

    def seen(response: Any) -> None:
        found.append(stored() if response.status_code < 300 else None)

    response = asker.ask(replace(row, send=body), seen=seen)
    content = json.loads(response.content) if response.content else None
    return response.status_code, content, found[0]


@pytest.mark.one_database
def test_no_writing_address_of_the_api_takes_a_field_it_does_not_list(
    cast: Cast, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(ON)
    # A sample is drawn by a random seed; here by the same one twice.
    monkeypatch.setattr(sampling, "secrets", SimpleNamespace(token_hex=lambda size: "ab" * size))
    table, world = Table(), build_world(cast)
    rows: dict[tuple[str, str], list[Row]] = {}
    for person in PEOPLE:
        for row in table.rows(person):
            if row.answer == PASS and row.side == "own":
                rows.setdefault((row.method.lower(), _place(row.at)), []).append(row)
    askers = {name: Asker(world, name) for name in world.people}
    drawn = SampledItem.objects.filter(draw__pk=world.things["own"]["draw"])
    things = {**world.things["own"], "sampled": drawn.order_by("pk")[0].report_id}
    untried: dict[str, Any] = {}
    taken = []
    for operation in operations():
        for row in rows.get((operation.method, operation.place), ()):
            with transaction.atomic():
                make_ready(row.name, world)
                body = filled(dict(BODIES.get(row.name, row.send)), things)
                status, answer, plain = asked(askers[row.person], row, body)
                if done := status < 300:
                    more = with_extras(body, extras(operation, world))
                    status, _answer, after = asked(askers[row.person], row, more)
                    if status < 300 and after != plain:
                        taken.append((row.name, _differing(plain, after)))
                transaction.set_rollback(True)
            if done:
                for person in world.people:
                    untried.pop(f"{row.name} by {person}", None)
                break
            untried[f"{row.name} by {row.person}"] = answer
        else:
            untried.setdefault(operation.path, "nobody may")
    assert not taken
    assert not untried, json.dumps(untried, ensure_ascii=False, indent=1)


def _differing(plain: Any, after: Any) -> list[Any]:
    return [
        (
            label,
            [pair for pair in zip(plain[label], after[label], strict=False) if pair[0] != pair[1]],
        )
        for label in plain
        if plain[label] != after[label]
    ]
