"""The nightly run: judge the day by the policy in force, and propose."""

import datetime as dt

from reports.models import FrozenRun, PolicyAdoption
from reports.services.assessments import judge_day
from reports.services.proposals import Proposed, propose_from_findings


def judge_night(*, on: dt.date) -> dict[int, Proposed]:
    """Judge and propose for each year still open on the day; return what was done by year.

    The year before stays open until an evaluation of it as of its last day or later was frozen.
    A year whose last day no policy was in force for is left out. Twice equals once.
    """
    return {
        year: propose_from_findings(judge_day(on=on, year=year), on=on)
        for year in open_years(on=on)
    }


def open_years(*, on: dt.date) -> list[int]:
    """Return the assessment years that are judged on the day, the earlier one first."""
    last = dt.date(on.year - 1, 12, 31)
    years = []
    frozen = FrozenRun.objects.filter(year=last.year, as_of__gte=last)
    if _policy_on(last) and not frozen.exists():
        years.append(last.year)
    if _policy_on(on):
        years.append(on.year)
    return years


def _policy_on(day: dt.date) -> bool:
    return PolicyAdoption.objects.filter(in_force_from__lte=day).exists()
