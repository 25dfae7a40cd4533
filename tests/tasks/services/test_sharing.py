"""Evidence: a revision beside the old one, one document for several tasks, its own date."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.errors import ConflictError, DomainError, NotAllowedError
from accounts.models import AuditEntry
from tasks.models import Evidence
from tasks.services.closing import submit_closure
from tasks.services.evidence import same_elsewhere
from tasks.services.progress import submit_report, verify_report
from tasks.services.sharing import documents_of, may_revise, revise_evidence
from tests.cast import Cast
from tests.making import SetClock, fresh, issued_task

DAY = dt.date(2023, 3, 10)


@pytest.fixture(autouse=True)
def tenth_of_march(set_clock: SetClock) -> None:
    set_clock(DAY)


def pdf(name: str = "验收.pdf", content: str = "a") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.7 " + content.encode())


def handed_in(cast: Cast, code: str = "T1", content: str = "a") -> Evidence:
    """Report on a new task with one file, and return the file."""
    report = submit_report(
        issued_task(cast, code=code),
        on=DAY,
        percent=10,
        evidence=[pdf(content=content)],
        by=cast.head,
    )
    return report.evidence.get()


def test_a_revision_stands_beside_the_old_file(cast: Cast) -> None:
    old = handed_in(cast)
    task = old.report.task  # type: ignore[union-attr]
    version = fresh(task).version
    new = revise_evidence(old, upload=pdf("验收（修订）.pdf", "b"), on=DAY, by=cast.liaison)
    old.refresh_from_db()
    assert (new.replaces, new.report, old.replaced_by) == (old, old.report, new)
    for file, content in ((old, b"%PDF-1.7 a"), (new, b"%PDF-1.7 b")):
        with file.file.open() as stored:
            assert stored.read() == content
    entry = AuditEntry.objects.get(action="evidence.revise")
    assert entry.data["replaces"] == old.sha256
    assert entry.data["evidence"] == [new.sha256]
    assert fresh(task).version == version + 1
    assert (may_revise(old), may_revise(new)) == (False, True)


def test_only_the_newest_revision_is_replaced(cast: Cast) -> None:
    old = handed_in(cast)
    revise_evidence(old, upload=pdf(content="b"), on=DAY, by=cast.head)
    with pytest.raises(ConflictError, match="已有更新的版本") as refusal:
        revise_evidence(old, upload=pdf(content="c"), on=DAY, by=cast.head)
    assert refusal.value.status == 409


def test_the_same_content_is_no_revision(cast: Cast) -> None:
    old = handed_in(cast)
    with pytest.raises(DomainError, match="内容完全相同"):
        revise_evidence(old, upload=pdf("另名.pdf"), on=DAY, by=cast.head)


def test_what_was_checked_is_not_replaced(cast: Cast) -> None:
    old = handed_in(cast)
    assert old.report is not None
    verify_report(old.report, on=DAY, by=cast.supervisor)
    old.refresh_from_db()
    assert not may_revise(old)
    with pytest.raises(DomainError, match="已有核查结论，不能再替换"):
        revise_evidence(old, upload=pdf(content="b"), on=DAY, by=cast.head)
    assert Evidence.objects.count() == 1


@pytest.mark.parametrize("who", ["supervisor", "leader", "water_head", "hr"])
def test_nobody_but_the_unit_replaces(cast: Cast, who: str) -> None:
    old = handed_in(cast)
    with pytest.raises(NotAllowedError):
        revise_evidence(old, upload=pdf(content="b"), on=DAY, by=cast.named(who))


def test_one_document_openly_proves_a_second_task(cast: Cast) -> None:
    first = handed_in(cast)
    second = issued_task(cast, code="T2")
    report = submit_report(second, on=DAY, percent=20, reuses=[first, first], by=cast.head)
    shared = report.evidence.get()
    assert (shared.reuses, shared.sha256, shared.file.name) == (
        first,
        first.sha256,
        first.file.name,
    )
    assert AuditEntry.objects.filter(action="report.submit").latest("seq").data["evidence"] == [
        first.sha256
    ]
    # A third use names the document as it was first handed in, and none is a hint of another.
    third = submit_closure(second, on=DAY, text="完成", reuses=[shared], by=cast.head)
    assert third.evidence.get().reuses == first
    assert [same_elsewhere(item) for item in Evidence.objects.all()] == [[], [], []]


def test_the_same_file_handed_in_silently_stays_a_hint(cast: Cast) -> None:
    first, copied = handed_in(cast), handed_in(cast, "T2")
    assert same_elsewhere(first) == [copied]
    assert same_elsewhere(copied) == [first]


def test_another_units_document_is_not_taken(cast: Cast) -> None:
    foreign = handed_in(cast)
    task = issued_task(cast, code="T2", leads=(cast.water,))
    with pytest.raises(NotAllowedError, match="只能引用本单位的材料"):
        submit_report(task, on=DAY, percent=20, reuses=[foreign], by=cast.water_head)


def test_documents_offered_are_the_units_newest_first_without_replaced_ones(cast: Cast) -> None:
    old = handed_in(cast)
    new = revise_evidence(old, upload=pdf(content="b"), on=DAY, by=cast.head)
    other = handed_in(cast, "T2", content="c")
    submit_report(issued_task(cast, code="T3"), on=DAY, percent=1, reuses=[new], by=cast.head)
    assert documents_of(cast.air, by=cast.head, on=DAY) == [other, new]
    assert documents_of(cast.water, by=cast.water_head, on=DAY) == []


def test_a_file_has_the_date_of_its_content_up_to_today(cast: Cast) -> None:
    task = issued_task(cast)
    report = submit_report(task, on=DAY, percent=10, evidence=[pdf()], dated=DAY, by=cast.head)
    assert report.evidence.get().dated == DAY
    with pytest.raises(DomainError, match="材料日期 2023-03-11 晚于今天") as refusal:
        submit_report(
            task,
            on=DAY,
            percent=10,
            evidence=[pdf()],
            dated=DAY + dt.timedelta(days=1),
            by=cast.head,
        )
    assert refusal.value.code == "evidence_dated_later"
