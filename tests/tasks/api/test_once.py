"""Idempotency keys: the same request again gets the same answer and writes nothing."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from rest_framework.test import APIClient

from tasks.models import ProgressReport
from tests.cast import Cast, build_cast
from tests.making import issued_task
from tests.tasks.api.conftest import ClientOf

URL = "/api/v1/progress-reports/"


def test_the_same_key_gets_the_first_answer(cast: Cast, client_of: ClientOf) -> None:
    task = issued_task(cast)
    client = client_of(cast.head)
    body = {"task": task.pk, "percent": 40}
    first = client.post(URL, body, format="json", HTTP_IDEMPOTENCY_KEY="a")
    again = client.post(URL, body, format="json", HTTP_IDEMPOTENCY_KEY="a")
    other = client.post(URL, body, format="json", HTTP_IDEMPOTENCY_KEY="b")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert other.json()["id"] != first.json()["id"]
    assert ProgressReport.objects.count() == 2


def test_a_key_is_not_used_for_another_request(cast: Cast, client_of: ClientOf) -> None:
    task = issued_task(cast)
    client = client_of(cast.head)
    client.post(URL, {"task": task.pk, "percent": 40}, format="json", HTTP_IDEMPOTENCY_KEY="a")
    answer = client.post(
        URL, {"task": task.pk, "percent": 50}, format="json", HTTP_IDEMPOTENCY_KEY="a"
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


def test_a_refused_request_may_be_corrected_under_its_key(cast: Cast, client_of: ClientOf) -> None:
    task = issued_task(cast)
    client = client_of(cast.head)
    for percent, status in ((140, 422), (40, 201)):
        answer = client.post(
            URL, {"task": task.pk, "percent": percent}, format="json", HTTP_IDEMPOTENCY_KEY="a"
        )
        assert answer.status_code == status


def test_keys_of_two_people_do_not_meet(cast: Cast, client_of: ClientOf) -> None:
    task = issued_task(cast)
    for who in (cast.head, cast.liaison):
        client_of(who).post(
            URL, {"task": task.pk, "percent": 40}, format="json", HTTP_IDEMPOTENCY_KEY="a"
        )
    assert ProgressReport.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_key_sent_20_times_at_once_makes_one_row() -> None:
    cast = build_cast()
    task = issued_task(cast)
    start = Barrier(20)

    def send(_number: int) -> tuple[int, int]:
        client = APIClient()
        client.force_authenticate(cast.head)
        start.wait()
        try:
            answer = client.post(
                URL, {"task": task.pk, "percent": 40}, format="json", HTTP_IDEMPOTENCY_KEY="a"
            )
            return answer.status_code, answer.json()["id"]
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        answers = set(pool.map(send, range(20)))
    assert ProgressReport.objects.count() == 1
    assert answers == {(201, ProgressReport.objects.get().pk)}
