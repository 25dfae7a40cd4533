"""Judge stored data as of a day, and keep evaluations for ever."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import clock
from accounts.errors import DomainError
from accounts.models import Unit, User
from accounts.services import audit
from reports.evaluation.engine import judge
from reports.evaluation.engine.results import Evaluation
from reports.evaluation.facts import gather
from reports.evaluation.output import as_text, digest_of_text
from reports.models import FrozenRun
from reports.policy.language import Policy
from reports.policy.load import load_policy_file, load_shipped, shipped_names
from reports.policy.notation import NotationError
from reports.policy.shape import ShapeError
from reports.services.policies import policy_for
from reports.wording import problem_code, problem_sentence


def evaluate(
    *,
    as_of: dt.date,
    policy: Policy | None = None,
    year: int | None = None,
    known_at: dt.datetime | None = None,
    unit: Unit | None = None,
) -> Evaluation:
    """Return the evaluation of a year (default: that of the day) as of a day.

    Only facts recorded by `known_at` count; by default all that are committed. The policy is by
    default the one of the day. `unit` narrows the answer, not the judgement: see `narrow`. Raises
    DomainError for a year after that of the day.
    """
    year = year or as_of.year
    if year > as_of.year:
        raise DomainError(
            "year_after_as_of",
            _("考核年度 %(year)s 晚于判定日期 %(as_of)s，请改正。")
            % {"year": year, "as_of": as_of},
        )
    # One zone, so that the same moment gives the same bytes wherever it came from.
    known = (known_at or audit.known_until()).astimezone(clock.BEIJING)
    inputs = gather(as_of=as_of, year=year, known_at=known)
    evaluation = judge(inputs, policy or policy_for(as_of))
    return narrow(evaluation, unit) if unit is not None else evaluation


def narrow(evaluation: Evaluation, unit: Unit) -> Evaluation:
    """Return what concerns one unit.

    The tasks it leads or supports, its own row, the rankings of its peer group (a place means
    nothing without them), and the findings about it and its people.
    """
    people = set(User.objects.filter(unit=unit).values_list("staff_number", flat=True))
    about = {("unit", unit.code), *(("person", person) for person in people)}
    return replace(
        evaluation,
        tasks=tuple(
            task
            for task in evaluation.tasks
            if unit.code in task.terms.leads or unit.code in task.terms.supporting
        ),
        units=tuple(row for row in evaluation.units if row.code == unit.code),
        rankings=tuple(row for row in evaluation.rankings if row.group == unit.group),
        findings=tuple(
            finding
            for finding in evaluation.findings
            if (finding.subject.kind, finding.subject.id) in about
        ),
    )


def find_policy(named: str) -> Policy:
    """Return a shipped policy by name, or one from a file by path.

    Raises DomainError when there is none, or when the file is malformed.
    """
    try:
        if named in shipped_names():
            return load_shipped(named)
        path = Path(named)
        if not path.is_file():
            raise DomainError(
                "unknown_policy",
                _("没有名为 %(name)s 的考核办法或文件，现有办法：%(known)s。")
                % {"name": named, "known": "、".join(shipped_names())},
            )
        return load_policy_file(path)
    except (NotationError, ShapeError) as problem:
        raise DomainError(problem_code(problem), problem_sentence(problem)) from problem


@transaction.atomic
def freeze_evaluation(evaluation: Evaluation, *, by: User | None) -> FrozenRun:
    """Keep an evaluation of all units, byte for byte; freezing the same again returns the first.

    `by` is None for the system itself.
    """
    key = {
        "as_of": evaluation.as_of,
        "year": evaluation.year,
        "known_at": evaluation.known_at,
        "policy_digest": evaluation.policy_digest,
    }
    known = FrozenRun.objects.filter(**key).first()
    if known is not None:
        return known
    body = as_text(evaluation)
    run = FrozenRun(
        **key,
        policy=evaluation.policy,
        body=body,
        digest=digest_of_text(body),
        frozen_at=clock.now(),
        frozen_by=by,
    )
    run.full_clean()
    run.save()
    audit.record(
        "evaluation_frozen",
        run,
        by=by,
        summary=_("冻结 %(year)s 年度考核（判定日期 %(as_of)s）")
        % {"year": evaluation.year, "as_of": evaluation.as_of},
        data={"digest": run.digest, "policy_digest": run.policy_digest},
    )
    return run
