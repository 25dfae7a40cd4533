"""One act hands a person's work over; both names stay, and so do old findings."""

import datetime as dt

import pytest

from accounts.errors import DomainError, NotAllowedError
from accounts.models import AuditEntry, User
from reports.policy.load import load_shipped
from reports.services.evaluations import evaluate
from tasks.choices import FactType
from tasks.models import TaskFact
from tasks.services.progress import submit_report
from tasks.services.slips import deliver_slip, issue_slip
from tasks.services.transfer import (
    TransferRefusedError,
    describe_open_work,
    open_work,
    preview_transfer,
    transfer,
)
from tests.cast import Cast
from tests.making import DEADLINE, fresh, issued_task

DAY = dt.date(2023, 3, 10)
# Thirty days after the deadline: the first on which a task is seriously lagging.
LAGGING = dt.date(2023, 7, 30)
POLICY = load_shipped("taiyuan-2023")


def hands_over(cast: Cast, to: User | None = None, *, on: dt.date = DAY, by: User | None = None):  # type: ignore[no-untyped-def]
    return transfer(
        cast.head,
        to=to or cast.liaison,
        unit=cast.air,
        on=on,
        reason="岗位调整",
        by=by or cast.supervisor,
    )


def lagging_people(as_of: dt.date) -> set[str]:
    found = evaluate(as_of=as_of, policy=POLICY).findings
    return {one.subject.id for one in found if one.subject.kind == "person"}


def test_everything_held_passes_in_one_act_with_both_names(cast: Cast) -> None:
    first, second = issued_task(cast), issued_task(cast, code="T2")
    duty = first.responsibilities.get()
    duty.liaison = cast.head
    duty.save()
    entry = hands_over(cast)
    assert {fresh(task).holder for task in (first, second)} == {cast.liaison}
    duty.refresh_from_db()
    assert duty.liaison == cast.liaison
    assert TaskFact.objects.filter(type=FactType.HANDOVER, person=cast.liaison).count() == 2
    assert (entry.data["from"], entry.data["to"]) == (cast.head.pk, cast.liaison.pk)
    assert entry.data["tasks"] == [first.pk, second.pk]
    assert "大气环境科科长 → 大气环境科联络员" in entry.summary


def test_slips_and_waiting_submissions_are_listed_and_stay(cast: Cast) -> None:
    task = issued_task(cast)
    report = submit_report(task, on=DAY, percent=40, by=cast.head)
    slip = issue_slip(
        task, unit=cast.air, cause="进度滞后", requirement="加快", on=DAY, by=cast.supervisor
    )
    deliver_slip(slip, on=DAY, by=cast.supervisor)
    work = open_work(cast.head, unit=cast.air, on=DAY)
    assert (work.slips, work.waiting) == ([slip], [report])
    entry = hands_over(cast)
    assert entry.data["slips"] == [slip.pk]
    assert entry.data["waiting"] == [f"progressreport:{report.pk}"]
    report.refresh_from_db()
    assert report.submitted_by == cast.head


def test_tasks_of_another_unit_and_closed_ones_stay(cast: Cast) -> None:
    other = issued_task(cast, code="T2", leads=(cast.water,), responsible=cast.water_head)
    issued_task(cast)
    hands_over(cast)
    assert fresh(other).holder == cast.water_head


def test_one_refusal_undoes_all_and_says_which(cast: Cast) -> None:
    early = issued_task(cast)
    late = issued_task(cast, code="T2", on=DAY + dt.timedelta(days=5), start=DAY)
    before = AuditEntry.objects.count()
    with pytest.raises(TransferRefusedError) as refusal:
        hands_over(cast)
    assert [one.task for one in refusal.value.refusals] == [late]
    assert "T2：" in str(refusal.value.message)
    assert fresh(early).holder == cast.head
    assert AuditEntry.objects.count() == before


def test_a_preview_says_the_same_and_writes_nothing(cast: Cast) -> None:
    task = issued_task(cast)
    before = AuditEntry.objects.count()
    given = {"unit": cast.air, "on": DAY, "reason": "退休", "by": cast.supervisor}
    assert preview_transfer(cast.head, to=cast.liaison, **given) == []  # type: ignore[arg-type]
    refused = preview_transfer(cast.head, to=cast.water_head, **given)  # type: ignore[arg-type]
    assert [one.task for one in refused] == [task]
    assert "不是牵头单位" in refused[0].sentence
    assert AuditEntry.objects.count() == before
    assert fresh(task).holder == cast.head


@pytest.mark.parametrize("name", ["liaison", "water_head", "clerk", "hr", "sysadmin", "secadmin"])
def test_only_the_head_or_who_oversees_the_unit_may(cast: Cast, name: str) -> None:
    issued_task(cast)
    with pytest.raises(NotAllowedError, match="人员交接"):
        hands_over(cast, by=cast.named(name))


@pytest.mark.parametrize("name", ["head", "supervisor", "leader"])
def test_these_may(cast: Cast, name: str) -> None:
    task = issued_task(cast)
    hands_over(cast, by=cast.named(name))
    assert fresh(task).holder == cast.liaison


def test_nothing_to_hand_over_and_to_oneself_are_refused(cast: Cast) -> None:
    with pytest.raises(DomainError) as refusal:
        hands_over(cast)
    assert refusal.value.code == "nothing_to_hand_over"
    issued_task(cast)
    with pytest.raises(DomainError) as refusal:
        hands_over(cast, cast.head)
    assert refusal.value.code == "same_person"


def test_what_a_leaver_still_holds_is_counted_and_not_named(cast: Cast) -> None:
    assert describe_open_work(cast.head) == ""
    task = issued_task(cast, title="扬尘治理")
    sentence = describe_open_work(cast.head)
    assert "1 项在办任务" in sentence
    assert task.title not in sentence
    hands_over(cast)
    assert describe_open_work(cast.head) == ""


def test_old_findings_stay_with_the_old_holder(cast: Cast) -> None:
    issued_task(cast)
    handed = LAGGING + dt.timedelta(days=1)
    hands_over(cast, on=handed)
    # The day before it passed the cause is the old holder's, also when it is asked afterwards.
    assert lagging_people(LAGGING) == {cast.head.staff_number}


@pytest.mark.parametrize(("days", "theirs"), [(29, False), (30, True)])
def test_the_new_holder_answers_for_what_lasted_under_them(
    cast: Cast, days: int, theirs: bool
) -> None:
    issued_task(cast)
    handed = DEADLINE + dt.timedelta(days=20)
    hands_over(cast, on=handed)
    people = lagging_people(handed + dt.timedelta(days=days))
    assert (cast.liaison.staff_number in people) is theirs
    assert cast.head.staff_number not in people
