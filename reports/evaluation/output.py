"""The evaluation as JSON: stable keys, decimals as text, dates as text, everything ordered."""

import datetime as dt
import hashlib
import json
from fractions import Fraction
from typing import Any

from reports.evaluation.engine.results import (
    Evaluation,
    Finding,
    FindingReason,
    MonthRanking,
    TaskResult,
    UnitResult,
)
from tasks.rules.lag import Reason
from tasks.rules.lights import Lamp
from tasks.rules.numbers import rounded


def as_json(evaluation: Evaluation) -> dict[str, Any]:
    """Return the evaluation in the public shape of `evaluate` and `simulate`."""
    return {
        "as_of": str(evaluation.as_of),
        "year": evaluation.year,
        "known_at": evaluation.known_at.isoformat(),
        "policy": evaluation.policy,
        "policy_digest": evaluation.policy_digest,
        "tasks": [_task(task) for task in evaluation.tasks],
        "units": [_unit(unit) for unit in evaluation.units],
        "rankings": [_ranking(ranking) for ranking in evaluation.rankings],
        "findings": [finding_json(finding) for finding in evaluation.findings],
    }


def as_text(evaluation: Evaluation) -> str:
    """Return the evaluation's JSON text; the same evaluation gives the same bytes."""
    return json.dumps(as_json(evaluation), ensure_ascii=False, separators=(",", ":"))


def digest_of_text(text: str) -> str:
    """Return `sha256:…` of a stored evaluation's text."""
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def finding_json(finding: Finding) -> dict[str, Any]:
    """Return one finding in the public shape."""
    return {
        "kind": finding.kind,
        "subject": {"kind": finding.subject.kind, "id": finding.subject.id},
        "rule": finding.rule,
        "clause": f"{finding.clause.id} {finding.clause.text}",
        "reading": finding.reading,
        "first_met_on": _date(finding.first_met_on),
        "reasons": [reason_json(reason) for reason in finding.reasons],
    }


def reason_json(reason: FindingReason) -> dict[str, Any]:
    """Return one reason of a finding in the public shape."""
    return {
        "code": reason.code,
        "task": reason.task or None,
        "value": reason.value,
        "comparison": reason.comparison,
        "threshold": reason.threshold,
        "on": str(reason.on),
        "dates": [str(date) for date in reason.dates],
    }


def _task(task: TaskResult) -> dict[str, Any]:
    reading = task.reading
    return {
        "code": task.key,
        "state": reading.state.value,
        "original_deadline": _date(reading.original_deadline),
        "effective_deadline": _date(reading.effective_deadline),
        "overdue_days": reading.overdue_days,
        "planned_percent": _number(reading.planned),
        "counted_percent": _number(reading.counted),
        "gap": _number(reading.gap),
        "deadline_light": reading.deadline_lamp.light.value,
        "progress_light": reading.progress_lamp.light.value,
        "light": reading.light.value,
        "seriously_lagging": reading.seriously_lagging,
        "reasons": [
            _lamp("deadline_light", reading.deadline_lamp),
            _lamp("progress_light", reading.progress_lamp),
            *(_lag(reason) for reason in reading.lag),
        ],
    }


def _lamp(about: str, lamp: Lamp) -> dict[str, Any]:
    return {
        "about": about,
        "code": lamp.code,
        "values": dict(lamp.values),
        "turns_green": lamp.remedy,
    }


def _lag(reason: Reason) -> dict[str, Any]:
    return {
        "about": "seriously_lagging",
        "code": reason.code,
        "value": reason.value,
        "comparison": reason.comparison,
        "threshold": reason.threshold,
    }


def _unit(unit: UnitResult) -> dict[str, Any]:
    return {
        "code": unit.code,
        "group": unit.group,
        "tasks": unit.tasks,
        "open": unit.open,
        "pending": unit.pending,
        "completed": unit.completed,
        "suspended": unit.suspended,
        "terminated": unit.terminated,
        "overdue": unit.overdue,
        "seriously_lagging": unit.seriously_lagging,
    }


def _ranking(ranking: MonthRanking) -> dict[str, Any]:
    return {
        "month": ranking.month,
        "group": ranking.group,
        "rows": [
            {"unit": row.unit, "score": str(row.score), "rank": row.rank, "bottom": row.bottom}
            for row in ranking.rows
        ],
    }


def _number(number: Fraction | None) -> str | None:
    return None if number is None else str(rounded(number))


def _date(day: dt.date | None) -> str | None:
    return None if day is None else str(day)
