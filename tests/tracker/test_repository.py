"""The repository itself: what every contributor relies on is there and says the truth."""

import re
import subprocess

import pytest

from tracker.env import BASE_DIR


def tracked() -> list[str]:
    """Return the names of all files under version control, or none outside a repository."""
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=BASE_DIR, capture_output=True, text=True, check=False
    )
    return [name for name in done.stdout.split("\0") if name]


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_dependency_is_pinned_and_has_a_line_saying_why(file: str) -> None:
    lines = (BASE_DIR / file).read_text(encoding="utf-8").splitlines()
    explained = False
    for line in lines:
        if line.startswith("#"):
            explained = True
        elif not line.strip():
            explained = False
        elif not line.startswith("-"):
            assert explained, line
            assert re.fullmatch(r"[A-Za-z0-9._\[\]-]+==[A-Za-z0-9.]+", line), line


def test_every_constraint_is_pinned_once() -> None:
    lines = (BASE_DIR / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    names = [pin.split("==")[0].lower().replace("_", "-") for pin in pins]
    assert all("==" in pin for pin in pins)
    assert len(names) == len(set(names))


def test_links_between_documents_lead_somewhere() -> None:
    for name in tracked():
        if name.endswith(".md"):
            path = BASE_DIR / name
            for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text("utf-8")):
                assert (path.parent / target).exists(), f"{name}: {target}"


def test_every_test_folder_is_a_package() -> None:
    """Without it a folder named like an app would hide the app."""
    folders = {path.parent for path in (BASE_DIR / "tests").rglob("*.py")}
    assert [str(f) for f in folders if not (f / "__init__.py").exists()] == []


def test_the_words_of_the_makefile_are_those_it_lists() -> None:
    text = (BASE_DIR / "Makefile").read_text(encoding="utf-8")
    listed = set(re.findall(r"@echo 'make (\w+) ", text))
    phony = set(" ".join(re.findall(r"^\.PHONY: (.+)$", text, re.MULTILINE)).split())
    assert listed == phony - {"help", "setup-dev"}
