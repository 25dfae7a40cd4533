"""docs/security.md names tests that exist, for every line an assessor asks about."""

import ast
import re

import pytest

from tracker.env import BASE_DIR

TEXT = (BASE_DIR / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = {
    int(number): rest for number, rest in re.findall(r"^\| (\d+) \| (.+) \|$", TEXT, re.MULTILINE)
}
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)))
# Identity, Access, Audit and Files, each line of them.
WANTED = {*range(1, 21), 44, *range(45, 55)}


def functions(path: str) -> set[str]:
    tree = ast.parse((BASE_DIR / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_line_stands_there_with_its_tests_or_says_that_it_has_none() -> None:
    assert set(ROWS) >= WANTED
    for number, row in ROWS.items():
        assert "::test_" in row or "no test of its own yet" in row, number


@pytest.mark.parametrize("path", sorted({path for path, _name in NAMED}))
def test_every_test_named_exists(path: str) -> None:
    missing = {name for where, name in NAMED if where == path} - functions(path)
    assert missing == set()
