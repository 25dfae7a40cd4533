"""The pictures of the state machines are those of the tables in the code."""

from pathlib import Path

from django.conf import settings

from docs.draw_states import pictures


def test_the_drawn_states_are_those_of_the_code() -> None:
    drawn = (Path(settings.BASE_DIR) / "docs" / "states.md").read_text(encoding="utf-8")
    assert drawn == pictures(), "run `python -m docs.draw_states`"
