"""The page that explains the API: the OpenAPI document laid out for people, without a script."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A parameter or a field of a body: name, type, whether it is needed, what it means."""

    name: str
    kind: str
    needed: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one address."""

    method: str
    path: str
    summary: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    answer: tuple[Field, ...]
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A resource and its operations."""

    name: str
    operations: tuple[Operation, ...]


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Print every operation with its parameters, its body and its answer."""
    return render(request, "api_docs.html", {"resources": _resources()})


@cache
def _resources() -> tuple[Resource, ...]:
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    found: dict[str, list[Operation]] = {}
    for path, methods in schema["paths"].items():
        for method in _METHODS:
            if method in methods:
                operation = methods[method]
                name = operation.get("tags", ["api"])[0]
                found.setdefault(name, []).append(_operation(path, method, operation, schema))
    return tuple(Resource(name=name, operations=tuple(ops)) for name, ops in found.items())


def _operation(path: str, method: str, spec: Any, schema: Any) -> Operation:
    status, answer = next(iter(spec["responses"].items()))
    return Operation(
        method=method.upper(),
        path=path,
        summary=spec.get("description", ""),
        parameters=tuple(
            Field(
                name=parameter["name"],
                kind=_kind(parameter["schema"], schema),
                needed=parameter.get("required", False),
                note=parameter.get("description", ""),
            )
            for parameter in spec.get("parameters", [])
        ),
        body=_fields(_content(spec.get("requestBody", {})), schema),
        answer=_fields(_content(answer), schema),
        status=status,
    )


def _content(part: Any) -> Any:
    contents: dict[str, Any] = part.get("content", {})
    return next((content.get("schema", {}) for content in contents.values()), {})


def _fields(spec: Any, schema: Any) -> tuple[Field, ...]:
    spec = _resolved(spec, schema)
    if "results" in spec.get("properties", {}):
        spec = _resolved(spec["properties"]["results"]["items"], schema)
    needed = spec.get("required", [])
    return tuple(
        Field(
            name=name,
            kind=_kind(part, schema),
            needed=name in needed,
            note=part.get("description", ""),
        )
        for name, part in spec.get("properties", {}).items()
    )


def _resolved(spec: Any, schema: Any) -> Any:
    if "$ref" not in spec:
        return spec
    return schema["components"]["schemas"][spec["$ref"].rsplit("/", 1)[1]]


def _kind(spec: Any, schema: Any) -> str:
    """Return a field's type in words: its values, its format, or the type of its items."""
    if "oneOf" in spec or "allOf" in spec:
        parts = [_kind(part, schema) for part in spec.get("oneOf", spec.get("allOf"))]
        return " | ".join(part for part in parts if part)
    spec = _resolved(spec, schema)
    if "enum" in spec:
        return " | ".join(str(value) for value in spec["enum"] if value not in ("", None))
    types = spec.get("type", "")
    text = " | ".join(types) if isinstance(types, list) else str(types)
    if "items" in spec:
        return f"[{_kind(spec['items'], schema)}]"
    return f"{text} ({spec['format']})" if "format" in spec else text
