"""Draw the state machines from their tables in the code: `python -m docs.draw_states`.

Writes docs/states.md; a test compares the two, so a changed table without its picture is found.
"""

import os
import sys
from collections.abc import Iterable
from pathlib import Path

import django

from reports.choices import INTERVIEW_STEPS, InterviewState
from tasks.choices import FactType, TaskState
from tasks.rules.replay import MOVES

HEAD = """# State machines

Drawn from the tables in the code by `python -m docs.draw_states`; do not edit. Overdue and colours
are derived, never states.
"""


def pictures() -> str:
    """Return the page."""

    task_moves = [
        (TaskState(state), TaskState(move.to), FactType(fact).label)
        for fact, move in MOVES.items()
        if move.to is not None
        for state in sorted(move.allowed)
    ]
    staying = [
        (FactType(fact).label, [str(TaskState(state).label) for state in sorted(move.allowed)])
        for fact, move in MOVES.items()
        if move.to is None
    ]
    interview_moves = [
        (state, step.to, name)
        for name, step in INTERVIEW_STEPS.items()
        for state in sorted(step.allowed)
    ]
    rows = "\n".join(f"| {fact} | {'、'.join(states)} |" for fact, states in staying)
    return "\n".join(
        (
            HEAD,
            "## A task (任务): `tasks/rules/replay.py`, `MOVES`\n",
            _diagram(TaskState, task_moves),
            "\nWhat happens without moving it, and in which states it may:\n",
            "| fact | states |\n|---|---|",
            rows,
            "\n## An interview (约谈): `reports/choices.py`, `INTERVIEW_STEPS`\n",
            _diagram(InterviewState, interview_moves),
            "",
        )
    )


def _diagram(states: Iterable, moves: Iterable[tuple]) -> str:  # type: ignore[type-arg]
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{state.label}" as {state.value}' for state in states]
    lines += [f"    {old.value} --> {new.value}: {why}" for old, new, why in moves]
    return "\n".join([*lines, "```"])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    django.setup()
    Path(__file__).with_name("states.md").write_text(pictures(), encoding="utf-8")
    sys.stdout.write("docs/states.md\n")
