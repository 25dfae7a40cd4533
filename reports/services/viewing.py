"""What of a judgement a person may see."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Any

from accounts.models import Unit, User
from accounts.scopes import Standing, standing_of, visible_units
from reports.evaluation.engine.results import Finding
from reports.evaluation.inputs import Subject
from reports.permissions import sees_finding
from reports.services.assessments import Assessment, subjects_of
from tasks.models import Task


def visible_findings(findings: Iterable[Finding], user: User, *, on: dt.date) -> list[Finding]:
    """Return the findings the person may see, in their order."""
    found = list(findings)
    standing = standing_of(user, on=on)
    subjects = subjects_of(finding.subject for finding in found)
    return [
        finding
        for finding in found
        if (subject := subjects.get(finding.subject)) is not None
        and sees_finding(standing, finding.kind, subject)
    ]


def visible_assessments(
    assessments: Iterable[Assessment], user: User, *, on: dt.date
) -> list[Assessment]:
    """Return the causes the person may see, in their order."""
    standing = standing_of(user, on=on)
    return [one for one in assessments if sees_finding(standing, one.finding.kind, one.subject)]


def visible_part(body: dict[str, Any], user: User, *, on: dt.date) -> dict[str, Any]:
    """Return of an evaluation's JSON what the person may see, keys and order unchanged.

    Tasks they may see, units of their scope with their own rows of the rankings, and findings as
    in `visible_findings`. A bureau leader sees all of it.
    """
    scope = visible_units(user, on=on)
    standing = standing_of(user, on=on)
    units = set(scope.units().values_list("code", flat=True))
    tasks = _visible_keys(user, on=on)
    subjects = subjects_of(
        Subject(kind=row["subject"]["kind"], id=row["subject"]["id"]) for row in body["findings"]
    )
    rankings = [
        {**ranking, "rows": [row for row in ranking["rows"] if row["unit"] in units]}
        for ranking in body["rankings"]
    ]
    return {
        **body,
        "tasks": [row for row in body["tasks"] if row["code"] in tasks],
        "units": [row for row in body["units"] if row["code"] in units],
        "rankings": [ranking for ranking in rankings if ranking["rows"]],
        "findings": [row for row in body["findings"] if _sees_row(standing, row, subjects)],
    }


def _sees_row(
    standing: Standing, row: dict[str, Any], subjects: dict[Subject, Unit | User]
) -> bool:
    named = row["subject"]
    subject = subjects.get(Subject(kind=named["kind"], id=named["id"]))
    return subject is not None and sees_finding(standing, row["kind"], subject)


def _visible_keys(user: User, *, on: dt.date) -> set[str]:
    """Return the keys by which evaluations name the tasks the person may see."""
    seen = set(Task.objects.visible_to(user, on=on).issued().values_list("pk", flat=True))
    rows = list(Task.objects.issued().values_list("pk", "plan__code", "code"))
    times = Counter(code for _, _, code in rows)
    return {code if times[code] == 1 else f"{plan}/{code}" for pk, plan, code in rows if pk in seen}
