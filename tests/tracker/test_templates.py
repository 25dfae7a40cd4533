"""The suite itself: a template that names a variable which is not there fails."""

from pathlib import Path

import pytest
from django.template import Context, Engine, Origin, Template, engines

from tracker.env import BASE_DIR


@pytest.fixture
def engine() -> Engine:
    return engines["django"].engine  # type: ignore[attr-defined, no-any-return]


def render(engine: Engine, text: str, path: Path) -> str:
    template = Template(text, origin=Origin(str(path)), engine=engine)
    return template.render(Context({"known": "value"}))


OURS = BASE_DIR / "tracker" / "templates" / "page.html"


def test_an_unknown_variable_in_a_page_of_ours_fails(engine: Engine) -> None:
    with pytest.raises(AssertionError, match=r"page.html: unknown template variable missing.name"):
        render(engine, "{{ missing.name }}", OURS)


def test_a_default_does_not_excuse_an_unknown_variable(engine: Engine) -> None:
    with pytest.raises(AssertionError, match="missing"):
        render(engine, "{{ missing|default:'—' }}", OURS)


def test_a_condition_may_ask_for_what_is_not_there(engine: Engine) -> None:
    assert render(engine, "{% if missing %}x{% endif %}{{ known }}", OURS) == "value"


def test_a_library_keeps_its_empty_variables(engine: Engine) -> None:
    library = Path("/usr/lib/site-packages/library/page.html")
    assert render(engine, "[{{ missing }}]", library) == "[]"
