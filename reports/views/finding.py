"""What was found today about some units and people, as one person may see it."""

import datetime as dt
from collections.abc import Collection

from accounts.errors import DomainError
from accounts.models import Unit, User
from accounts.scopes import standing_of
from reports.permissions import is_sealed_to
from reports.services.assessments import Assessment, as_subject, assess, judge_day
from reports.services.viewing import visible_assessments
from reports.views.presenting import TaskLinks, assessment_row
from reports.views.shapes import CauseRow


def found_about(
    subjects: Collection[Unit | User], user: User, *, on: dt.date
) -> tuple[list[CauseRow], str]:
    """Return the causes found today, and a sentence where nothing could be judged."""
    wanted = {as_subject(subject) for subject in subjects}
    try:
        found = assess(judge_day(on=on), on=on, subjects=wanted)
    except DomainError as refusal:
        return [], str(refusal.message)
    return cause_rows(visible_assessments(found, user, on=on), user, on=on), ""


def cause_rows(found: Collection[Assessment], user: User, *, on: dt.date) -> list[CauseRow]:
    """Return causes as lines of a list, with today's lights of their tasks."""
    standing = standing_of(user, on=on)
    links = TaskLinks((task.pk for one in found for task in one.tasks), user, on=on)
    return [
        assessment_row(
            one, standing, links, sealed=is_sealed_to(standing, one.finding.kind, one.subject)
        )
        for one in found
    ]
