"""Judge a day, split what was found into causes, and put each through the gates."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Max, QuerySet

from accounts import calendar
from accounts.models import Unit, User
from accounts.services import audit
from reports.choices import FindingKind
from reports.evaluation.engine import judge
from reports.evaluation.engine.results import Evaluation, Finding
from reports.evaluation.facts import gather
from reports.evaluation.inputs import Subject
from reports.models import Proposal, SlipWaiver
from reports.policy.language import FindingRule, Metric
from reports.rules.gates import (
    Gate,
    Notice,
    SlipNotice,
    Waiver,
    again_gate,
    go_live_gate,
    provisional_gate,
    slip_gate,
)
from reports.rules.grounds import Ground, grounds_of
from reports.services.memory import CauseId, Memory, subject_key
from reports.services.policies import PolicyInForce, policy_in_force
from tasks.choices import FactType
from tasks.models import Slip, Task, TaskFact


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a policy in force finds as of a day: altogether, and from go-live on alone."""

    in_force: PolicyInForce
    evaluation: Evaluation
    since_go_live: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """One cause of a finding with its gates, and the newest proposal made on it."""

    finding: Finding
    ground: Ground
    subject: Unit | User
    tasks: tuple[Task, ...]
    gates: tuple[Gate, ...]
    cause: CauseId
    newest: Proposal | None

    @property
    def passed(self) -> bool:
        """Whether every gate is open."""
        return all(gate.passed for gate in self.gates)

    @property
    def task(self) -> Task | None:
        """The one task the cause is about, None where it counts several."""
        return self.tasks[0] if self.ground.about else None


def judge_day(
    *, on: dt.date, year: int | None = None, known_at: dt.datetime | None = None
) -> Judgement:
    """Judge a year (default: that of the day) as of the day by the policy in force.

    A year that is over is judged by the policy of its last day. Raises DomainError when none was
    in force, or its content is no longer what was adopted.
    """
    year = year or on.year
    in_force = policy_in_force(min(on, dt.date(year, 12, 31)))
    inputs = gather(as_of=on, year=year, known_at=known_at or audit.known_until())
    day_before = in_force.go_live - dt.timedelta(days=1)
    return Judgement(
        in_force=in_force,
        evaluation=judge(inputs, in_force.policy),
        since_go_live=judge(inputs, in_force.policy, after=day_before).findings,
    )


def assess(
    judgement: Judgement, *, on: dt.date, subjects: Collection[Subject] | None = None
) -> list[Assessment]:
    """Return every cause that was found, with its gates, in the order of the findings.

    What holds only because of facts from before go-live fails that gate. `subjects` narrows the
    answer to some units and people.
    """
    rules = {
        (effect.kind, rule.name): rule
        for effect in judgement.in_force.policy.effects
        for rule in effect.rules
    }
    found = _wanted(judgement.evaluation.findings, subjects)
    counted = _wanted(judgement.since_go_live, subjects)
    tasks = tasks_by_key({why.task for one in (*found, *counted) for why in one.reasons})
    names = {key: lasting_name(task) for key, task in tasks.items()}
    year = judgement.evaluation.year

    def split(finding: Finding) -> tuple[Ground, ...]:
        rule: FindingRule = rules[finding.kind, finding.rule]
        return grounds_of(finding, year=year, causes=rule.causes, names=names)

    # What counts is proposed with the reasons that count; the rest is shown with its gate closed.
    pairs = [(finding, ground, True) for finding in counted for ground in split(finding)]
    met = {_place(finding, ground) for finding, ground, _ in pairs}
    pairs += [
        (finding, ground, False)
        for finding in found
        for ground in split(finding)
        if _place(finding, ground) not in met
    ]
    pairs.sort(key=lambda pair: (*_place(pair[0], pair[1]), pair[1].key))
    return _Gatekeeper(judgement, on=on, tasks=tasks, pairs=pairs).answer()


def as_subject(subject: Unit | User) -> Subject:
    """Return a unit or person as evaluations name them."""
    if isinstance(subject, Unit):
        return Subject.unit(subject.code)
    return Subject.person(subject.staff_number)


def lasting_name(task: Task) -> str:
    """Return the key of a task that no later plan can make ambiguous."""
    return f"{task.plan.code}/{task.code}"


def tasks_by_key(keys: Iterable[str | None]) -> dict[str, Task]:
    """Return the tasks an evaluation names, by its keys: the code, with its plan where needed."""
    wanted = {key for key in keys if key}
    codes = {key[place:] for key in wanted for place in _code_places(key)}
    tasks = list(
        Task.objects.issued()
        .filter(code__in=codes)
        .select_related("plan", "holder")
        .prefetch_related("responsibilities__unit")
        .order_by("id")
    )
    times = Counter(task.code for task in tasks)
    by_key = {task.code if times[task.code] == 1 else lasting_name(task): task for task in tasks}
    return {key: by_key[key] for key in wanted if key in by_key}


def _code_places(key: str) -> list[int]:
    """Return where a code may begin in a key: at its start, or after a plan's slash."""
    return [0, *(place + 1 for place, letter in enumerate(key) if letter == "/")]


def _wanted(findings: Iterable[Finding], subjects: Collection[Subject] | None) -> list[Finding]:
    """Return the findings a proposal can come from, about the subjects asked for."""
    return [
        finding
        for finding in findings
        if finding.kind in FindingKind.values and (subjects is None or finding.subject in subjects)
    ]


def _place(finding: Finding, ground: Ground) -> tuple[str, str, str, str, str, str]:
    """Return what a cause is about, whatever event filled its count."""
    subject = finding.subject
    return (finding.kind, subject.kind, subject.id, finding.rule, ground.about, ground.metric)


class _Gatekeeper:
    """Puts causes through the gates with everything they need read at once."""

    def __init__(
        self,
        judgement: Judgement,
        *,
        on: dt.date,
        tasks: dict[str, Task],
        pairs: list[tuple[Finding, Ground, bool]],
    ) -> None:
        self.judgement = judgement
        self.on = on
        self.tasks = tasks
        self.pairs = pairs
        self.subjects = subjects_of(finding.subject for finding, _, _ in pairs)
        self.memory = Memory(list(self.subjects.values()))
        self.readings = {task.key: task.reading for task in judgement.evaluation.tasks}
        ids = [task.pk for task in tasks.values()]
        self.slips: dict[int, list[Slip]] = defaultdict(list)
        for slip in Slip.objects.filter(task__in=ids).order_by("id"):
            self.slips[slip.task_id].append(slip)
        self.reopened = dict(
            _facts(ids, FactType.REOPENED, on).values_list("task").annotate(Max("on"))
        )
        self.taken_over = {
            (task, person): day
            for task, person, day in _facts(ids, FactType.HANDOVER, on)
            .values_list("task", "person")
            .annotate(Max("on"))
        }
        self.waivers = {
            (waiver.unit_id, waiver.rule, waiver.cause): waiver
            for waiver in SlipWaiver.objects.filter(on__lte=on).select_related("by")
        }

    def answer(self) -> list[Assessment]:
        """Return each cause whose subject is known, with its gates."""
        return [
            self._assessment(finding, ground, counts=counts)
            for finding, ground, counts in self.pairs
            if finding.subject in self.subjects
        ]

    def _assessment(self, finding: Finding, ground: Ground, *, counts: bool) -> Assessment:
        subject = self.subjects[finding.subject]
        cause = CauseId(
            subject=subject_key(subject), kind=finding.kind, rule=finding.rule, cause=ground.key
        )
        policy = self.judgement.in_force.policy.gates
        gates = [go_live_gate(met_since=counts, go_live=self.judgement.in_force.go_live)]
        if finding.kind == FindingKind.INTERVIEW and policy.slip_before_interview:
            gates.append(self._slip_gate(finding, ground, subject))
        if ground.metric == Metric.BOTTOM_MONTHS and finding.first_met_on is not None:
            gates.append(
                provisional_gate(
                    month_end=finding.first_met_on,
                    correctable_until=calendar.add_workdays(
                        finding.first_met_on, policy.ranking_correction_workdays
                    ),
                    on=self.on,
                )
            )
        tasks = tuple(self.tasks[key] for key in ground.tasks if key in self.tasks)
        past = self.memory.past(
            cause, tasks=[task.pk for task in tasks], year=self.judgement.evaluation.year
        )
        gates.append(again_gate(past, on=self.on))
        return Assessment(
            finding=finding,
            ground=ground,
            subject=subject,
            tasks=tasks,
            gates=tuple(gates),
            cause=cause,
            newest=self.memory.newest(cause),
        )

    def _slip_gate(self, finding: Finding, ground: Ground, subject: Unit | User) -> Gate:
        unit = subject if isinstance(subject, Unit) else subject.unit
        waiver = self.waivers.get((unit.pk, finding.rule, ground.key))
        return slip_gate(
            [self._notice(key, ground, subject) for key in ground.tasks],
            [
                slip
                for key in ground.tasks
                if key in self.tasks
                for slip in self._slips(key, subject)
            ],
            rule=finding.rule,
            needed=_needed(ground),
            waiver=Waiver(by=waiver.by.name, on=waiver.on, reason=waiver.reason)
            if waiver
            else None,
            on=self.on,
        )

    def _notice(self, key: str, ground: Ground, subject: Unit | User) -> Notice:
        task = self.tasks.get(key)
        reading = self.readings.get(key)
        person = (task.pk, subject.pk) if task and isinstance(subject, User) else None
        return Notice(
            task=key,
            codes=frozenset(why.code for why in ground.reasons if why.task == key),
            late_after=reading.effective_deadline if reading else None,
            after=self.reopened.get(task.pk) if task else None,
            held_since=self.taken_over.get(person) if person else None,
        )

    def _slips(self, key: str, subject: Unit | User) -> list[SlipNotice]:
        """Return the slips on a task to the subject, or to the units its holder answers for."""
        task = self.tasks[key]
        units = (
            {subject.pk}
            if isinstance(subject, Unit)
            else {duty.unit_id for duty in task.responsibilities.all()}
        )
        return [
            SlipNotice(
                task=key,
                number=slip.number,
                colour=slip.colour,
                cause=slip.cause,
                delivered_on=slip.delivered_on,
                feedback_due=slip.feedback_due,
            )
            for slip in self.slips[task.pk]
            if slip.unit_id in units
        ]


def _facts(tasks: list[int], type: FactType, on: dt.date) -> QuerySet[TaskFact]:
    """Return the standing facts of a type on the tasks, up to the day."""
    return TaskFact.objects.filter(
        task__in=tasks, type=type, on__lte=on, superseded_by=None
    ).order_by()


def _needed(ground: Ground) -> int:
    """Return how many of the tasks need a slip: the one, or as many as the threshold counts."""
    if ground.about:
        return 1
    why = ground.reasons[0]
    return int(why.threshold) + (why.comparison == ">")


def subjects_of(wanted: Iterable[Subject]) -> dict[Subject, Unit | User]:
    """Return the units and people that evaluations name, people with their unit."""
    units: set[str] = set()
    people: set[str] = set()
    for subject in wanted:
        (units if subject.kind == "unit" else people).add(subject.id)
    rows: list[Unit | User] = [
        *Unit.objects.filter(code__in=units),
        *User.objects.filter(staff_number__in=people).select_related("unit"),
    ]
    return {as_subject(row): row for row in rows}
