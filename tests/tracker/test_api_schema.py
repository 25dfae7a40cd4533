"""The API describes itself: OpenAPI 3.1, complete, and readable as a page."""

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema


def test_the_schema_is_valid_openapi_3_1_and_complete() -> None:
    GENERATOR_STATS.reset()
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    validate_schema(schema)  # type: ignore[no-untyped-call]
    assert not GENERATOR_STATS, "spectacular warned"
    assert schema["openapi"].startswith("3.1")
    resources = {path.split("/")[3] for path in schema["paths"]}
    assert resources >= {
        "units",
        "people",
        "campaigns",
        "tasks",
        "responsibilities",
        "measures",
        "results",
        "progress-reports",
        "extensions",
        "closures",
        "slips",
        "interviews",
        "findings",
        "proposals",
        "evaluations",
        "exclusions",
        "policies",
        "audit",
    }


@pytest.mark.django_db
def test_the_schema_is_served(client: Client) -> None:
    answer = client.get("/api/schema/")
    assert answer.status_code == 200
    assert b"openapi: 3.1" in answer.content


@pytest.mark.django_db
def test_its_page_names_every_operation_and_loads_nothing_foreign(client: Client) -> None:
    page = client.get("/api/docs/").content.decode()
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    for path in schema["paths"]:
        assert path in page
    assert "http://" not in page.replace("http://testserver", "").replace("http://www.w3.org", "")
    assert "https://" not in page


def test_the_api_hangs_below_api() -> None:
    prefixes = {str(p.pattern) for p in get_resolver().url_patterns if isinstance(p, URLResolver)}
    assert "api/" in prefixes
