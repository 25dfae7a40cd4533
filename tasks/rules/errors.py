"""What a rule says when it refuses: a stable code and the values a sentence needs."""

from collections.abc import Mapping


class RuleViolationError(Exception):
    """A fact or a task's terms break a rule.

    `code` is stable for programs; `values` are what `tasks.wording.violation_sentence` prints.
    """

    def __init__(self, code: str, values: Mapping[str, object] | None = None) -> None:
        self.code = code
        self.values = {name: str(value) for name, value in (values or {}).items()}
        super().__init__(f"{code} {self.values}")
