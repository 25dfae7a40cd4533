"""docker-compose.yml as an engine would see it: interpolated, merged, checked."""

import re
from collections.abc import Mapping
from typing import Any

from compose_spec import PyCompose, PyOptions

from tracker.env import BASE_DIR

FILE = BASE_DIR / "docker-compose.yml"
# The innermost `${NAME}` or `${NAME:-default}`: nested ones are resolved from the inside out.
_VARIABLE = re.compile(r"\$\{([A-Z_]+)(?::-([^${}]*))?\}")


def interpolated(text: str, variables: Mapping[str, str]) -> str:
    """Return `text` with its variables resolved by the specification's rules for these forms."""

    def value(match: re.Match[str]) -> str:
        return variables.get(match[1]) or match[2] or ""

    while _VARIABLE.search(text):
        text = _VARIABLE.sub(value, text)
    return text


def parsed(text: str) -> PyCompose:
    """Return the composition; ValueError where it breaks the compose specification."""
    composition = PyOptions(apply_merge=True).from_yaml(text)
    composition.validate()
    return composition


def services(variables: Mapping[str, str] | None = None) -> dict[str, dict[str, Any]]:
    """Return every service of docker-compose.yml as plain data."""
    text = interpolated(FILE.read_text(encoding="utf-8"), variables or {})
    found: dict[str, dict[str, Any]] = parsed(text).to_dict()["services"]
    return found
