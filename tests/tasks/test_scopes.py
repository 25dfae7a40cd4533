"""A unit's scope never reaches a unit whose code only begins like its own."""

import datetime as dt

import pytest

from accounts.choices import Role, UnitKind
from accounts.models import RoleGrant, Unit, User
from accounts.scopes import visible_units
from tasks.models import ProgressReport, Slip, Task
from tasks.services.progress import submit_report
from tasks.services.slips import issue_slip
from tests.cast import SINCE, Cast
from tests.making import issued_task

DAY = dt.date(2023, 3, 10)


@pytest.fixture
def alike(cast: Cast) -> tuple[User, User, Unit]:
    """The heads of 01 and 011, and the unit 011, each in the bureau."""
    heads = []
    for code in ("01", "011"):
        unit = Unit.objects.create(
            code=code,
            name=f"{code}科",
            kind=UnitKind.SECTION,
            group="section",
            parent=cast.bureau,
            path=f"{cast.bureau.path}{code}/",
        )
        head = User(username=code, staff_number=code, name=f"{code}科科长", unit=unit)
        head.set_unusable_password()
        head.save()
        RoleGrant.objects.create(user=head, role=Role.HEAD, unit=unit, since=SINCE)
        heads.append(head)
    return heads[0], heads[1], unit


def test_units_tasks_reports_and_slips_of_a_lookalike_stay_unseen(
    cast: Cast, alike: tuple[User, User, Unit]
) -> None:
    short, long, unit = alike
    task = issued_task(cast, leads=(unit,), responsible=long)
    submit_report(task, on=DAY, percent=40, by=long)
    issue_slip(task, unit=unit, cause="滞后", requirement="加快", on=DAY, by=cast.supervisor)
    assert [one.code for one in visible_units(short, on=DAY).units()] == ["01"]
    for rows in (Task.objects, ProgressReport.objects, Slip.objects):
        assert rows.visible_to(long, on=DAY).count() == 1
        assert not rows.visible_to(short, on=DAY).exists()
