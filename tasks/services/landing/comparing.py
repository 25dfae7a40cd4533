"""Compare a ledger with what is stored and with what its last import stated, field by field."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tasks.choices import DifferenceFate, TaskState
from tasks.models import Task
from tasks.services.landing.content import LABELS, UNSETTLED, Content, MeasureContent

Plain = Mapping[str, Any]
# What a person decided about a field both sides changed: by the task's code and the field's name.
Choices = Mapping[tuple[str, str], str]
TAKE_FILE, KEEP_SYSTEM = "file", "system"

# The reading goes with its wording.
_WITH = {"deadline_reading": "deadline_raw"}
_DEADLINE = (
    "type",
    "deadline",
    "deadline_raw",
    "deadline_kind",
    "deadline_reading",
    "soft",
    "continues_after",
)
_SIMPLE = (
    "title",
    "campaign",
    "target",
    "leads",
    "helpers",
    "report_cycle",
    "leader_raw",
    "person_raw",
    "remark",
    "extra",
    "custom",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A field the ledger states otherwise (`new`) than the system (`old`), and what becomes of it.

    Values are plain, as `plain` returns them.
    """

    name: str
    old: Any
    new: Any
    fate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is to be written of a task: its content, and which fields of a draft (None: all)."""

    content: Content
    names: frozenset[str] | None = None

    def touches(self, *names: str) -> bool:
        """Whether one of the fields is written."""
        return self.names is None or any(name in self.names for name in names)


def plain(content: Content) -> dict[str, Any]:
    """Return what is compared, as JSON keeps it, by the names of LABELS."""
    report = content.report
    return {
        "title": content.title,
        "campaign": content.campaign,
        "target": content.target,
        "leads": list(content.leads),
        "helpers": sorted([code, word] for code, word in content.helpers),
        "deadline_raw": content.deadline_raw,
        "deadline_reading": dict(content.deadline_reading),
        "start": content.start.isoformat() if content.start else None,
        "report_cycle": str(content.report_cycle),
        "leader_raw": content.leader_raw,
        "person_raw": content.person_raw,
        "remark": content.remark,
        "extra": dict(content.extra),
        "custom": dict(content.custom),
        "measures": [_plain_measure(measure) for measure in content.measures],
        "report": None
        if report is None
        else [f"{report.percent:.2f}", report.text, report.problems, report.next_step],
        "done": content.done,
    }


def _plain_measure(measure: MeasureContent) -> list[Any]:
    day = measure.deadline.isoformat() if measure.deadline else None
    return [measure.text, measure.code, measure.deadline_raw, day, measure.asked]


def same(name: str, one: Any, other: Any) -> bool:
    """Whether two plain values of a field say the same.

    A measure's deadline whose wording has to be read by a person is the same whether somebody has
    read it or not; a start that the ledger does not state agrees with any, and a ledger need not
    have all of a campaign's own columns.
    """
    if name == "custom":
        return all((other or {}).get(key, "") == text for key, text in (one or {}).items())
    if name == "start":
        return one is None or other is None or bool(one == other)
    if name != "measures":
        return bool(one == other)
    return len(one) == len(other) and all(map(_same_measure, one, other))


def _same_measure(one: list[Any], other: list[Any]) -> bool:
    unread = one[4] and other[4] and None in (one[3], other[3])
    return one[:3] == other[:3] and (unread or one[3] == other[3])


def differences(
    content: Content,
    stored: Content,
    *,
    task: Task,
    base: Plain | None,
    choices: Choices,
) -> list[Difference]:
    """Return what the ledger states otherwise than the stored task, and what becomes of each.

    `base` is what the last import stated: what has not changed since then in the ledger stays as
    the system has it, what has not changed in the system follows the ledger, and what changed on
    both sides is a person's to choose. Without a base everything that differs is. An issued task
    follows no ledger.
    """
    new, old = plain(content), plain(stored)
    names = [name for name in LABELS if not same(name, new[name], old[name])]
    draft = task.state == TaskState.DRAFT
    open_here = draft and task.deadline_kind in UNSETTLED
    read_there = content.settled and content.deadline_kind not in UNSETTLED
    if open_here and read_there and not _about_deadline(names):
        # A person has read the deadline now.
        return [
            *_fates(names, new, old, draft=draft, code=content.code, base=base, choices=choices),
            Difference(
                name="deadline_reading",
                old=old["deadline_reading"],
                new=_reading_of(content),
                fate=DifferenceFate.FILE,
            ),
        ]
    return _fates(names, new, old, draft=draft, code=content.code, base=base, choices=choices)


def _about_deadline(names: list[str]) -> bool:
    return "deadline_raw" in names or "deadline_reading" in names


def _reading_of(content: Content) -> dict[str, Any]:
    """Return the reading a person chose, as a reading is printed."""
    day = content.deadline.isoformat() if content.deadline else None
    return {"raw": content.deadline_raw, "kind": str(content.deadline_kind), "date": day}


def _fates(
    names: list[str],
    new: Plain,
    old: Plain,
    *,
    draft: bool,
    code: str,
    base: Plain | None,
    choices: Choices,
) -> list[Difference]:
    found: dict[str, str] = {}
    for name in names:
        leader = _WITH.get(name, name)
        if leader in found:
            found[name] = found[leader]
            continue
        choice = choices.get((code, leader))
        here = base is None or not same(name, old[name], base.get(name))
        there = base is None or not same(name, new[name], base.get(name))
        if not there or choice == KEEP_SYSTEM:
            found[name] = DifferenceFate.KEPT if there else DifferenceFate.SYSTEM
        elif not draft:
            found[name] = DifferenceFate.ISSUED
        elif not here or choice == TAKE_FILE:
            found[name] = DifferenceFate.FILE
        else:
            found[name] = DifferenceFate.CONFLICT
    return [
        Difference(name=name, old=old[name], new=new[name], fate=fate)
        for name, fate in found.items()
    ]


def merged(content: Content, stored: Content, found: list[Difference]) -> Change:
    """Return what to write of a draft: the ledger's fields that count, the system's for the rest.

    A draft whose deadline stays the system's is not issued by the import.
    """
    kept = {one.name for one in found if one.fate != DifferenceFate.FILE}
    names = {one.name for one in found if one.fate == DifferenceFate.FILE}
    values: dict[str, Any] = {name: getattr(stored, name) for name in _SIMPLE if name in kept}
    if "deadline_raw" in kept or "deadline_reading" in kept:
        values |= {name: getattr(stored, name) for name in _DEADLINE}
        values |= {"begins": None, "settled": False, "report": None, "done": False}
    if "start" in kept:
        values["start"] = stored.start
    return Change(content=replace(content, **values), names=frozenset(names))
