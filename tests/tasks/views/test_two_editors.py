"""Two people on one task: the second is told, sees what is newer, and loses nothing."""

import datetime as dt
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from tasks.models import Closure, ProgressReport
from tasks.services.closing import submit_closure
from tasks.services.progress import submit_report
from tests.cast import Cast, build_cast
from tests.making import SetClock, fresh, issued_task
from tests.tasks.views.conftest import PageOf

TODAY = dt.date(2023, 3, 10)
HIDDEN = re.compile(r'name="(version|token)" value="([^"]*)"')


@pytest.fixture(autouse=True)
def tenth_of_march(set_clock: SetClock) -> None:
    set_clock(TODAY)


def opened(client: Client, url: str) -> dict[str, str]:
    """Open a form and return the hidden fields it carries."""
    return hidden(client.get(url))


def hidden(answer: Any) -> dict[str, str]:
    return dict(HIDDEN.findall(answer.content.decode()))


REPORT = {"percent": "45", "text": "第二人填写的进展情况", "on": "2023-03-10", "cause": "funds"}


def test_the_second_gets_409_with_the_newer_state_and_the_own_text(
    cast: Cast, page_of: PageOf
) -> None:
    task = issued_task(cast)
    url = f"/tasks/{task.pk}/report/"
    first, second = page_of(cast.head), page_of(cast.liaison)
    early, late = opened(first, url), opened(second, url)
    assert early["version"] == late["version"] == str(task.version)
    assert (
        first.post(url, {**REPORT, **early, "text": "第一人", "percent": "30"}).status_code == 302
    )
    answer = second.post(url, {**REPORT, **late})
    page = answer.content.decode()
    assert answer.status_code == 409
    for shown in ("任务有了新的变化", "填报进展 30.00%", "第二人填写的进展情况", 'value="45"'):
        assert shown in page, shown
    assert ProgressReport.objects.count() == 1
    again = second.post(url, {**REPORT, **hidden(answer)})
    assert again.status_code == 302
    assert [report.percent for report in task.reports.order_by("id")] == [30, 45]


def test_a_form_that_became_impossible_meanwhile_keeps_the_text_too(
    cast: Cast, page_of: PageOf
) -> None:
    task = issued_task(cast)
    url = f"/tasks/{task.pk}/closure/"
    client = page_of(cast.liaison)
    late = opened(client, url)
    submit_closure(task, on=TODAY, text="已完成", by=cast.head)
    answer = client.post(url, {"text": "联络员写的完成情况", **late})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "目前是“待核查”，不能申请销号" in page
    assert "联络员写的完成情况" in page
    assert Closure.objects.count() == 1


def test_the_same_page_sent_twice_is_carried_out_once(cast: Cast, page_of: PageOf) -> None:
    task = issued_task(cast)
    url = f"/tasks/{task.pk}/report/"
    client = page_of(cast.head)
    data = {**REPORT, **opened(client, url)}
    for _ in range(2):
        upload = SimpleUploadedFile("照片.pdf", b"%PDF-1.7 a")
        assert client.post(url, {**data, "evidence": [upload]}).status_code == 302
    assert ProgressReport.objects.count() == 1
    assert "没有重复记录" in client.get(f"/tasks/{task.pk}/").content.decode()
    # Another text from the same page is another form, and that page is out of date.
    assert client.post(url, {**data, "text": "后退再改"}).status_code == 409


def test_a_version_that_is_no_number_is_refused_and_nothing_lost(
    cast: Cast, page_of: PageOf
) -> None:
    task = issued_task(cast)
    url = f"/tasks/{task.pk}/report/"
    answer = page_of(cast.head).post(url, {**REPORT, "version": "x"})
    assert answer.status_code == 422
    assert REPORT["text"] in answer.content.decode()


def test_no_change_tapped_on_an_old_page_says_so_and_repeats_nothing(
    cast: Cast, page_of: PageOf
) -> None:
    task = issued_task(cast, report_cycle="monthly")
    client = page_of(cast.head)
    seen = fresh(task).version
    submit_report(task, on=TODAY, percent=40, by=cast.liaison)
    url = f"/tasks/{task.pk}/unchanged/"
    page = client.post(url, {"version": seen}, follow=True).content.decode()
    assert "已更新到第" in page
    assert ProgressReport.objects.count() == 1


def at_once(acts: list[Callable[[], HttpResponse]]) -> list[HttpResponse]:
    """Send all requests at the same moment, each on its own thread and connection."""
    start = Barrier(len(acts))

    def run(act: Callable[[], HttpResponse]) -> HttpResponse:
        start.wait()
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.fixture
def committed_cast(transactional_db: None) -> Cast:
    """The cast as other connections see it."""
    return build_cast()


def test_of_two_forms_sent_at_the_same_moment_one_is_in_and_one_gets_409(
    committed_cast: Cast, page_of: PageOf
) -> None:
    cast = committed_cast
    task = issued_task(cast)
    url = f"/tasks/{task.pk}/report/"
    clients = {"第一人的进展": page_of(cast.head), "第二人的进展": page_of(cast.liaison)}
    forms = {
        text: {**REPORT, **opened(client, url), "text": text} for text, client in clients.items()
    }
    answers = dict(
        zip(
            clients,
            at_once(
                [
                    lambda text=text, client=client: client.post(url, forms[text])  # type: ignore[misc]
                    for text, client in clients.items()
                ]
            ),
            strict=True,
        )
    )
    assert sorted(answer.status_code for answer in answers.values()) == [302, 409]
    report = ProgressReport.objects.get()
    for text, answer in answers.items():
        assert (answer.status_code == 302) == (report.text == text)
        if answer.status_code == 409:
            assert text in answer.content.decode()


def test_a_form_sent_20_times_at_once_makes_one_row(committed_cast: Cast, page_of: PageOf) -> None:
    cast = committed_cast
    task = issued_task(cast)
    url = f"/tasks/{task.pk}/report/"
    data = {**REPORT, **opened(page_of(cast.head), url)}
    clients = [page_of(cast.head) for _ in range(20)]
    answers = at_once(
        [lambda client=client: client.post(url, data) for client in clients]  # type: ignore[misc]
    )
    assert {answer.status_code for answer in answers} == {302}
    assert ProgressReport.objects.count() == 1
