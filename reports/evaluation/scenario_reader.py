"""Read a scenario file and refuse everything that contradicts itself (rules §6)."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from reports.evaluation.inputs import Subject
from reports.evaluation.scenario import Scenario, ScenarioAct, ScenarioError, ScenarioTask
from reports.policy.language import Policy
from reports.policy.load import load_shipped, read_policy
from reports.policy.notation import NotationError, read_document
from reports.policy.shape import Node, ShapeError
from tasks.rules.errors import RuleViolationError
from tasks.rules.facts import Fact, FactType
from tasks.rules.periods import Cycle
from tasks.rules.replay import replay
from tasks.rules.terms import Kind, Level, MeasureTerms, TaskTerms, check_terms, read_terms

# Keys that comment a scenario or tell a test what to expect; they are not judged.
COMMENTS = (
    "why",
    "expect",
    "also",
    "id",
    "title",
    "name",
    "description",
    "comment",
    "note",
    "seed",
)


def read_scenario(text: str) -> Scenario:
    """Return the scenario a YAML or JSON text describes; raise ScenarioError to refuse it."""
    try:
        document = read_document(text)
    except NotationError as error:
        raise ScenarioError([error]) from error
    return _Reader(Node(document)).read()


class _OfRefusedError(Exception):
    """An event of a task that was refused itself."""


_TOP = ["units", "people", "tasks", "events", "year", *COMMENTS]
# A remark may stand on any unit, person, task or event.
_REMARKS = ("note", "comment", "text", "reason", "title", "name")
_TASK_KEYS = [
    *_REMARKS,
    "supporting",
    "responsible",
    "level",
    "kind",
    "assigned",
    "deadline",
    "soft",
    "report_cycle",
    "measures",
]


@dataclass(slots=True)
class _Reader:
    """Reads one scenario, collecting every problem before refusing."""

    root: Node
    problems: list[Exception] = field(default_factory=list)
    units: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    tasks: dict[str, ScenarioTask] = field(default_factory=dict)
    facts: dict[str, list[Fact]] = field(default_factory=dict)
    returns: dict[str, list[Fact]] = field(default_factory=dict)
    acts: dict[str, dict[str, ScenarioAct]] = field(
        default_factory=lambda: {"interview": {}, "determination": {}}
    )
    revocations: list[tuple[str, Node]] = field(default_factory=list)
    # Tasks that were refused themselves: what happens to them is not refused again.
    refused: set[str] = field(default_factory=set)
    count: int = 0

    def read(self) -> Scenario:
        """Read everything; raise ScenarioError when anything was wrong."""
        with self.noting():
            self.root.mapping(required=["policy", "as_of"], optional=_TOP)
        if self.problems:
            raise ScenarioError(self.problems)
        policy = as_of = None
        year = 0
        with self.noting():
            policy = self.policy()
        with self.noting():
            as_of = self.root["as_of"].date()
            year = self.year(as_of)
        self.each("units", self.unit)
        self.each("people", self.person)
        self.each("tasks", self.task)
        self.each("events", self.event)
        for kind, node in self.revocations:
            with self.noting():
                self.revoke(kind, node)
        self.replay_all()
        if self.problems or policy is None or as_of is None:
            raise ScenarioError(self.problems)
        return Scenario(
            policy=policy,
            as_of=as_of,
            year=year,
            units=self.units,
            people=self.people,
            tasks=self.tasks,
            facts={task: self.facts_of(task) for task in self.tasks},
            interviews=tuple(self.acts["interview"].values()),
            determinations=tuple(self.acts["determination"].values()),
        )

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Note a problem and go on."""
        try:
            yield
        except _OfRefusedError:
            pass
        except (ShapeError, NotationError, RuleViolationError) as problem:
            self.problems.append(problem)

    def each(self, key: str, read: Callable[[Node], None]) -> None:
        """Read each member of a list of the file."""
        with self.noting():
            for node in self.root[key].items():
                with self.noting():
                    read(node)

    def policy(self) -> Policy:
        """Read the policy: a shipped one's name, or one written inline."""
        node = self.root["policy"]
        return load_shipped(node.value) if isinstance(node.value, str) else read_policy(node)

    def year(self, as_of: dt.date) -> int:
        """Read the assessment year, by default that of `as_of`."""
        node = self.root["year"]
        if node.is_null:
            return as_of.year
        year = node.whole()
        if year > as_of.year:
            raise ShapeError("year_after_as_of", node.place, year, as_of=as_of)
        if year < 1949:
            raise ShapeError("unknown_value", node.place, year, allowed=f"1949–{as_of.year}")
        return year

    def unit(self, node: Node) -> None:
        node.mapping(required=["code", "group"], optional=[*_REMARKS])
        code = self.new(node["code"], self.units)
        if "/" in code:
            raise ShapeError("slash_in_code", node.place, code)
        self.units[code] = node["group"].code()

    def person(self, node: Node) -> None:
        node.mapping(required=["id", "unit"], optional=[*_REMARKS])
        person = self.new(node["id"], self.people)
        self.people[person] = self.known(node["unit"], self.units, "unknown_unit")

    def task(self, node: Node) -> None:
        if "code" not in node.keys_or_none():
            node.mapping(required=["code"])
        code = self.new(node["code"], self.tasks)
        self.refused.add(code)
        node.mapping(required=["code", "lead", "start"], optional=_TASK_KEYS)
        self.tasks[code] = self.terms(node, code)
        self.refused.discard(code)

    def terms(self, node: Node, code: str) -> ScenarioTask:
        """Read a task's terms."""
        lead = node["lead"]
        leads = lead.items() if isinstance(lead.value, list) else [lead]
        start = node["start"].date()
        names = [self.known(unit, self.units, "unknown_unit") for unit in leads]
        if not names:
            raise RuleViolationError("no_lead", {"task": code})
        measures = [
            self.measure(measure, seq, names)
            for seq, measure in enumerate(node["measures"].items(), start=1)
        ]
        written = TaskTerms(
            code=code,
            leads=tuple(names),
            supporting=tuple(
                self.known(unit, self.units, "unknown_unit") for unit in node["supporting"].items()
            ),
            level=Level(_word(node["level"], [*Level], Level.ORDINARY)),
            kind=Kind(_word(node["kind"], [*Kind], Kind.TASK)),
            start=start,
            assigned=start,
            deadline=_day(node["deadline"]),
            soft=False if node["soft"].is_null else node["soft"].truth(),
            report_cycle=_cycle(node["report_cycle"]),
            measures=tuple(measures),
            responsible=None
            if node["responsible"].is_null
            else self.known(node["responsible"], self.people, "unknown_person"),
        )
        assigned = _day(node["assigned"])
        terms = read_terms(written, assigned=assigned)
        check_terms(terms)
        return ScenarioTask(terms=terms, assigned_given=assigned is not None)

    def measure(self, node: Node, seq: int, leads: list[str]) -> MeasureTerms:
        node.mapping(optional=["deadline", "weight", "owner", *_REMARKS])
        weight = Fraction(1) if node["weight"].is_null else _decimals(node["weight"], 6)
        owner = node["owner"]
        return MeasureTerms(
            seq=seq,
            deadline=_day(node["deadline"]),
            weight=weight,
            owner=leads[0] if owner.is_null else self.known(owner, self.units, "unknown_unit"),
        )

    def event(self, node: Node) -> None:
        node.mapping(required=["on", "type"], optional=node.keys_or_none())
        type = node["type"].one_of([*_FACT_KEYS, *_ACT_KEYS])
        if type in _FACT_KEYS:
            self.fact(node, FactType(type))
            return
        kind = type.partition("_")[0]
        node.mapping(required=["on", "type", "id"], optional=[*_ACT_KEYS[type], *_REMARKS])
        if type.endswith("_revoked"):
            self.revocations.append((kind, node))
            return
        subject = self.subject(node) if kind == "interview" else None
        task = None
        on = node["on"].date()
        if kind == "determination":
            task = self.known(node["task"], self.tasks, "unknown_task")
            assigned = self.tasks[task].terms.assigned
            if on < assigned:
                raise RuleViolationError(
                    "before_assignment",
                    {"task": task, "type": type, "on": on, "assigned": assigned},
                )
        id = self.new(node["id"], self.acts[kind])
        self.acts[kind][id] = ScenarioAct(id=id, on=on, subject=subject, task=task)

    def fact(self, node: Node, type: FactType) -> None:
        node.mapping(required=["on", "type", "task"], optional=[*_FACT_KEYS[type], *_REMARKS])
        task = self.known(node["task"], self.tasks, "unknown_task")
        on = node["on"].date()
        handover = type is FactType.HANDOVER
        self.count += 1
        fact = Fact(
            order=self.count,
            on=on,
            type=type,
            percent=_decimals(node["percent"], 12) if type is FactType.PROGRESS else None,
            measure=node["measure"].whole() if type is FactType.MEASURE_DONE else None,
            to=None if handover else _day(node["to"]),
            requested_on=_day(node["requested_on"]),
            holder=self.known(node["to"], self.people, "unknown_person") if handover else None,
        )
        self.facts.setdefault(task, []).append(fact)
        returned = _day(node["returned_on"])
        if returned is not None:
            if returned < on:
                raise ShapeError("returned_before_report", node.place, returned, on=on)
            self.returns.setdefault(task, []).append(
                Fact(
                    order=fact.order, on=returned, type=FactType.PROGRESS_RETURNED, about=fact.order
                )
            )

    def facts_of(self, task: str) -> tuple[Fact, ...]:
        """Return a task's facts; returns follow all that the file lists, as they move nothing."""
        answers = [
            Fact(order=self.count + fact.order, on=fact.on, type=fact.type, about=fact.about)
            for fact in self.returns.get(task, [])
        ]
        return (*self.facts.get(task, []), *answers)

    def subject(self, node: Node) -> Subject:
        if node["unit"].is_null == node["person"].is_null:
            raise ShapeError("one_subject", node.place)
        if not node["unit"].is_null:
            return Subject.unit(self.known(node["unit"], self.units, "unknown_unit"))
        return Subject.person(self.known(node["person"], self.people, "unknown_person"))

    def revoke(self, kind: str, node: Node) -> None:
        """Take a revocation once everything it may name is known."""
        acts = self.acts[kind]
        id = self.known(node["id"], acts, "unknown_id")
        on = node["on"].date()
        act = acts[id]
        if on < act.on:
            raise ShapeError("revoked_before_fact", node.place, on, id=id, on=act.on)
        revoked = min(on, act.revoked_on) if act.revoked_on else on
        acts[id] = ScenarioAct(
            id=id, on=act.on, subject=act.subject, task=act.task, revoked_on=revoked
        )

    def replay_all(self) -> None:
        """Check each task's whole history by the one state machine."""
        for code, task in self.tasks.items():
            with self.noting():
                replay(task.terms, self.facts_of(code))

    def new(self, node: Node, known: dict[str, Any]) -> str:
        """Return a code or id that was not used yet."""
        code = node.code()
        if code in known:
            raise ShapeError("duplicate", node.place, code)
        return code

    def known(self, node: Node, among: dict[str, Any], problem: str) -> str:
        """Return a code or id that the file defines."""
        code = node.code()
        if code not in among:
            if among is self.tasks and code in self.refused:
                raise _OfRefusedError
            raise ShapeError(problem, node.place, code)
        return code


_FACT_KEYS: dict[str, list[str]] = {
    FactType.PROGRESS: ["percent", "returned_on"],
    FactType.MEASURE_DONE: ["measure"],
    FactType.EXTENSION_GRANTED: ["to", "requested_on"],
    FactType.CLOSURE_SUBMITTED: [],
    FactType.CLOSURE_VERIFIED: [],
    FactType.CLOSURE_REJECTED: [],
    FactType.REOPENED: ["to"],
    FactType.SUSPENDED: [],
    FactType.RESUMED: ["to"],
    FactType.HANDOVER: ["to"],
    FactType.TERMINATED: [],
}
_ACT_KEYS: dict[str, list[str]] = {
    "determination": ["task"],
    "determination_revoked": [],
    "interview_held": ["unit", "person"],
    "interview_revoked": [],
}


def _day(node: Node) -> dt.date | None:
    return None if node.is_null else node.date()


def _word(node: Node, allowed: list[str], default: str) -> str:
    return default if node.is_null else node.one_of(allowed)


# The words for a cycle, the two compound ones also with the hyphen of ordinary spelling.
_CYCLES = {str(cycle).replace("_", mark): cycle for mark in "_-" for cycle in Cycle}


def _cycle(node: Node) -> Cycle | None:
    return None if node.is_null else _CYCLES[node.one_of(_CYCLES)]


def _decimals(node: Node, places: int) -> Fraction:
    """Return a number of no more decimal places than the register keeps."""
    number = node.number()
    if (number * 10**places).denominator != 1:
        raise ShapeError("too_many_decimals", node.place, node.value, places=places)
    if abs(number) >= 10**9:
        raise ShapeError("too_large", node.place, node.value, limit=10**9)
    return number
