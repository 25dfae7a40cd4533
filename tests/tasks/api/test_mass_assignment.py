"""What a caller may not decide is ignored or refused, whatever the body holds."""

import datetime as dt
from typing import Any

import pytest
from rest_framework.test import APIClient

from tasks.models import ProgressReport, Task
from tests.cast import Cast
from tests.making import SetClock, issued_task

DAY = dt.date(2023, 3, 10)
# Columns only the services write, with a value other than the one they would.
FORBIDDEN: dict[str, Any] = {
    "id": 999,
    "state": "completed",
    "verdict": "accepted",
    "verified": True,
    "submitted_by": 1,
    "decided_by": 1,
    "decided_on": "2023-01-01",
    "counted_percent": "100.00",
    "overdue_banked": 0,
    "overdue_anchor": None,
    "effective_deadline": "2030-01-01",
    "original_deadline": "2030-01-01",
    "holder": 1,
    "responsible": 1,
    "assigned_on": "2020-01-01",
    "progress_light": "green",
    "fact": 1,
    "unit": 1,
}


@pytest.mark.parametrize("field", sorted(FORBIDDEN))
def test_a_report_takes_no_column_that_the_service_decides(
    cast: Cast, set_clock: SetClock, field: str
) -> None:
    set_clock(DAY)
    task = issued_task(cast)
    plain = issued_task(cast, code="T2")
    client = APIClient()
    client.force_authenticate(cast.head)
    body = {"percent": 40, "text": "进展"}
    address = "/api/v1/progress-reports/"
    answers = [
        client.post(address, {"task": plain.pk, **body}, format="json"),
        client.post(address, {"task": task.pk, **body, field: FORBIDDEN[field]}, format="json"),
    ]
    assert answers[0].status_code == 201
    assert answers[1].status_code in (201, 400, 422)
    left_out = {"id", "plan", "plan_id", "code", "title", "deadline_raw"}

    def columns(pk: int) -> dict[str, Any]:
        row = Task.objects.filter(pk=pk).values().get()
        return {name: value for name, value in row.items() if name not in left_out}

    if answers[1].status_code == 201:
        assert columns(task.pk) == columns(plain.pk)
    kept = {"unit_id", "percent", "verdict", "submitted_by_id", "decided_by_id", "decided_on"}
    rows = [
        {name: value for name, value in row.items() if name in kept}
        for row in ProgressReport.objects.values()
    ]
    assert all(row == rows[0] for row in rows)
    assert not ProgressReport.objects.filter(pk=999).exists()
