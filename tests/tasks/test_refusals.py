"""Every rule the services can break has its own sentence."""

import re
from pathlib import Path

import tasks.rules
from tasks.refusals import SENTENCES, refusal_of
from tasks.rules.errors import RuleViolationError
from tasks.rules.replay import MOVES

RULES = Path(tasks.rules.__file__).parent


def test_every_code_of_a_violation_has_a_sentence() -> None:
    raised = {
        code
        for path in RULES.glob("*.py")
        for code in re.findall(r'RuleViolationError\(\s*"(\w+)"', path.read_text(encoding="utf-8"))
    }
    assert raised
    assert raised <= SENTENCES.keys()


def test_a_move_the_state_does_not_allow_is_said_with_its_day() -> None:
    for move in MOVES.values():
        refusal = refusal_of(RuleViolationError(move.refusal, {"task": "T1", "on": "2023-07-01"}))
        assert refusal.code == move.refusal
        assert "2023-07-01" in str(refusal)
