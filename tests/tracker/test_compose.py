"""docker-compose.yml without an engine: it keeps the specification, and each service works."""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.tracker.compose import FILE, interpolated, parsed, services
from tests.tracker.engine import APPLICATION, Engine, patience
from tracker.env import BASE_DIR, VARIABLES, load_config


def test_the_file_keeps_the_compose_specification() -> None:
    names = parsed(interpolated(FILE.read_text(encoding="utf-8"), {})).service_names()
    assert set(names) == {"db", "redis", *APPLICATION}


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("restart: unless-stopped", "restart: sometimes"),
        ("interval: 5s", "interval: often"),
        ("condition: service_healthy", "condition: healthy"),
        ("image: redis:7", "image: redis:7\n    comand: redis-server"),
    ],
)
def test_the_specification_refuses_a_spoilt_file(good: str, bad: str) -> None:
    text = interpolated(FILE.read_text(encoding="utf-8"), {})
    assert good in text
    with pytest.raises(ValueError, match=r"\w"):
        parsed(text.replace(good, bad))


def test_every_service_has_a_health_check_and_waits_only_for_services_that_exist() -> None:
    found = services()
    for service in found.values():
        assert service["healthcheck"]["test"][0] == "CMD"
        for needed, how in service.get("depends_on", {}).items():
            assert how["condition"] == "service_healthy"
            assert needed in found


def test_nothing_is_published_beyond_this_machine() -> None:
    ports = [port for service in services().values() for port in service.get("ports", [])]
    assert ports == ["127.0.0.1:8000:8000"]


@pytest.mark.parametrize("name", APPLICATION)
def test_a_process_gets_only_variables_it_reads_and_can_start_with(
    name: str, tmp_path: Path
) -> None:
    variables = services()[name]["environment"]
    assert variables.keys() <= VARIABLES
    assert load_config(variables | {"DATA_DIR": str(tmp_path)}).mode == "demo"


def test_the_demo_password_of_the_database_is_refused_in_production(tmp_path: Path) -> None:
    variables = services()["web"]["environment"] | {"MODE": "production"}
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL：使用了演示用的公开口令"):
        load_config(variables | {"DATA_DIR": str(tmp_path)})


def test_the_image_runs_as_a_user_of_its_own_with_the_files_it_names() -> None:
    text = (BASE_DIR / "Dockerfile").read_text(encoding="utf-8")
    assert re.search(r"^USER four-lists$", text, re.MULTILINE)
    assert "make setup" in text
    left_out = (BASE_DIR / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".env", ".git", "var"} <= set(left_out)
    needed = {"Makefile", "requirements.txt", "constraints.txt", "package-lock.json", "frontend"}
    assert needed.isdisjoint(left_out)


@pytest.fixture
def engine() -> Iterator[Engine]:
    """An engine with nothing started."""
    with tempfile.TemporaryDirectory(prefix="four-lists-compose-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL runs as a user of its own
        made = Engine(folder)
        try:
            yield made
        finally:
            made.stop()


@pytest.mark.parametrize(("name", "minutes"), [("web", 10), ("worker", 3), ("beat", 3), ("db", 1)])
def test_a_busy_machine_has_minutes_until_a_service_counts_as_unhealthy(
    name: str, minutes: int
) -> None:
    assert patience(services()[name]["healthcheck"]) >= minutes * 60


@pytest.mark.timeout(1800)
def test_every_service_starts_by_its_command_and_passes_its_health_check(engine: Engine) -> None:
    for name in ("db", "redis"):
        engine.start(name)
    for name in APPLICATION:
        assert not engine.healthy(name)
        engine.start(name)
    for name, process in engine.running.items():
        assert process.poll() is None, engine.printed(name)
