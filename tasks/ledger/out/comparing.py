"""Say what a row of an export shows otherwise than the export would show it now."""

from collections.abc import Mapping
from typing import Any

from tasks.ledger.out.columns import CUSTOM, EXTRA
from tasks.ledger.out.model import OutTask, Value, shown


def changed_fields(printed: Mapping[str, Any], task: OutTask) -> frozenset[str]:
    """Return the fields whose cells differ; a column the file lacks says nothing.

    `printed` is that of `LedgerTask`.
    """
    return frozenset(name for name, text in printed.items() if text != _now(name, text, task))


def _now(name: str, text: Any, task: OutTask) -> Any:
    """Return what a field shows now, in the form of `printed`."""
    if name == "measures":
        columns = text[0] if text else ()
        return tuple({n: _text(measure, n) for n in columns} for measure in task.measures)
    source, _colon, own = name.partition(":")
    if source == EXTRA[:-1]:
        return _text(task.extra, own)
    return _text(task.custom, own) if source == CUSTOM[:-1] else _text(task.values, name)


def _text(values: Mapping[str, Value], name: str) -> str:
    return shown(values.get(name, ""))
