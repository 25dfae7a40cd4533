"""Interviews held in the demo, and what was decided because of them."""

import datetime as dt
from collections import Counter
from typing import Any

from accounts.models import Unit
from reports.choices import FindingKind
from reports.models import Interview, Proposal
from reports.services.assessments import judge_day
from reports.services.interviews import approve_interview, hold_interview, propose_interview
from reports.services.proposals import confirm_proposal, propose_from_findings
from tasks.models import Task
from tracker.demo.stage import Stage

# Long enough before the meeting for the notice, whatever holidays lie between.
PROPOSED_BEFORE = dt.timedelta(days=20)


def hold(stage: Stage, unit: Unit, *, on: dt.date, cause: str, tasks: list[Task]) -> Interview:
    """Propose, approve and hold an interview with a unit, ending on the day."""
    noticed = on - PROPOSED_BEFORE
    interview = propose_interview(unit, cause=cause, tasks=tasks, on=noticed, by=stage.supervisor)
    approve_interview(interview, scheduled_on=on, place="局机关会议室", on=noticed, by=stage.leader)
    minutes = f"指出问题：{cause}。要求：一个月内整改到位并书面报告。{unit.name}表态发言。"
    return hold_interview(interview, on=on, minutes=minutes, by=stage.leader)


def assessed_year(entries: list[dict[str, Any]], *, today: dt.date) -> int:
    """Return the year whose eligibility is decided on the day.

    In the first days of January, too few for the file's interviews, it is still the last year.
    """
    return today.year - int(today.month == 1 and today.day < len(entries))


def interview_days(
    entries: list[dict[str, Any]], *, today: dt.date
) -> list[tuple[dt.date, dict[str, Any]]]:
    """Return the file's interviews with their days, in order and none after today.

    A unit with several has them in the year that is assessed, on days of their own since a day
    counts once; a unit with one has it in the current year, where one more would count.
    """
    often = Counter(entry["unit"] for entry in entries)
    year = assessed_year(entries, today=today)
    days = []
    for position, entry in enumerate(sorted(entries, key=lambda entry: entry["day"])):
        first = dt.date(year if often[entry["unit"]] > 1 else today.year, 1, 1)
        earliest = first + dt.timedelta(days=position)
        days.append((min(max(today + dt.timedelta(days=entry["day"]), earliest), today), entry))
    return sorted(days, key=lambda pair: pair[0])


def hold_recently(
    stage: Stage, entries: list[dict[str, Any]], tasks: dict[str, Task], *, today: dt.date
) -> None:
    """Hold the file's interviews on their days."""
    for on, entry in interview_days(entries, today=today):
        hold(
            stage,
            stage.units[entry["unit"]],
            on=on,
            cause=entry["cause"],
            tasks=[tasks[code] for code in entry["tasks"]],
        )


def exclude(stage: Stage, unit: Unit, *, on: dt.date, year: int) -> None:
    """Judge the year, and confirm what is proposed to take away from the unit because of it."""
    propose(on=on, year=year)
    for proposal in Proposal.objects.waiting().filter(unit=unit, year=year):
        if proposal.kind == FindingKind.EXCELLENCE_CANCELLED:
            confirm_proposal(
                proposal, on=on, by=stage.leader, reason="事实清楚、依据明确，同意取消评优资格。"
            )


def propose(*, on: dt.date, year: int) -> None:
    """Judge the year as of the day and make the proposals whose gates are open."""
    propose_from_findings(judge_day(on=on, year=year), on=on)
