"""The inbox page: one's own messages, unread first, each a way to its item."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tasks.models import InboxMessage
from tasks.reminders.delivery import deliver_reminders
from tasks.reminders.planning import plan_reminders
from tasks.services.inbox import mark_read, unread_count
from tests.cast import Cast
from tests.making import DEADLINE, issued_task

SIGNED_OUT = "/login/?next=/inbox/"


@pytest.fixture
def told(cast: Cast) -> Cast:
    """Two messages for `head`, one for `water_head`."""
    issued_task(cast, code="A")
    issued_task(cast, code="B")
    issued_task(cast, code="W", leads=(cast.water,))
    plan_reminders(on=DEADLINE)
    deliver_reminders()
    return cast


def page_of(client: Client, person: User, address: str = "/inbox/") -> str:
    """Sign the person in and return the page."""
    client.force_login(person)
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_everyone_sees_their_own_messages_and_no_others(client: Client, told: Cast) -> None:
    head = page_of(client, told.head)
    assert "任务“任务A”今天到期" in head
    assert "任务“任务W”" not in head
    water = page_of(client, told.water_head)
    assert "任务“任务W”今天到期" in water
    assert "任务“任务A”" not in water


@pytest.mark.parametrize("who", ["clerk", "hr", "sysadmin", "secadmin", "auditor", "discipline"])
def test_who_was_told_nothing_finds_an_empty_inbox(client: Client, told: Cast, who: str) -> None:
    assert "没有消息。" in page_of(client, told.named(who))


def test_unread_ones_come_first_and_alone_on_their_tab(client: Client, told: Cast) -> None:
    newest = InboxMessage.objects.filter(recipient=told.head).order_by("-id")[0]
    mark_read(newest, by=told.head)
    page = page_of(client, told.head)
    assert page.index("任务“任务A”") < page.index("任务“任务B”")
    assert "任务“任务B”" not in page_of(client, told.head, "/inbox/?unread=1")


def test_following_a_message_reads_it_and_leads_to_the_item(client: Client, told: Cast) -> None:
    message = InboxMessage.objects.filter(recipient=told.head)[0]
    client.force_login(told.head)
    answer = client.get(f"/inbox/{message.pk}/")
    assert answer.status_code == 302
    assert answer["Location"] == f"/tasks/{message.reminder.task_id}/"
    assert unread_count(told.head) == 1


@pytest.mark.parametrize("address", ["", "read/", "unread/"])
def test_another_s_message_does_not_exist(client: Client, told: Cast, address: str) -> None:
    message = InboxMessage.objects.get(recipient=told.water_head)
    client.force_login(told.head)
    ask = client.post if address else client.get
    assert ask(f"/inbox/{message.pk}/{address}").status_code == 404
    assert unread_count(told.water_head) == 1


def test_one_message_is_put_aside_and_taken_back(client: Client, told: Cast) -> None:
    message = InboxMessage.objects.filter(recipient=told.head)[0]
    client.force_login(told.head)
    page = client.post(f"/inbox/{message.pk}/read/", follow=True).content.decode()
    assert "已标为已读。" in page
    assert f'action="/inbox/{message.pk}/unread/"' in page
    assert unread_count(told.head) == 1
    client.post(f"/inbox/{message.pk}/unread/")
    assert unread_count(told.head) == 2


def test_all_are_put_aside_and_taken_back(client: Client, told: Cast) -> None:
    client.force_login(told.head)
    page = client.post("/inbox/read-all/", follow=True).content.decode()
    assert "已将 2 条消息标为已读。" in page
    assert "全部标为已读" not in page
    undo = page.split('action="/inbox/undo/')[1].split('"')[0]
    page = client.post(f"/inbox/undo/{undo}", follow=True).content.decode()
    assert "已恢复 2 条未读消息。" in page
    assert (unread_count(told.head), unread_count(told.water_head)) == (2, 1)


def test_undoing_what_never_was_says_so(client: Client, told: Cast) -> None:
    client.force_login(told.head)
    page = client.post("/inbox/undo/1/", follow=True).content.decode()
    assert "没有可撤销的操作，请刷新消息页面。" in page


def test_htmx_gets_the_rows_alone(client: Client, told: Cast) -> None:
    client.force_login(told.head)
    rows = client.get("/inbox/", headers={"HX-Request": "true"}).content.decode()
    assert "任务“任务A”" in rows
    assert "<html" not in rows


def test_a_stranger_is_sent_to_sign_in(client: Client, db: None) -> None:
    answer = client.get("/inbox/")
    assert (answer.status_code, answer["Location"]) == (302, SIGNED_OUT)
    assert client.post("/inbox/read-all/").status_code == 302


@pytest.mark.parametrize("address", ["1/read/", "1/unread/", "read-all/", "undo/1/"])
def test_nothing_changes_by_looking(client: Client, told: Cast, address: str) -> None:
    client.force_login(told.head)
    assert client.get(f"/inbox/{address}").status_code == 405


def test_more_messages_need_no_more_queries(client: Client, cast: Cast) -> None:
    for number in range(21):
        issued_task(cast, code=f"T{number}")
    plan_reminders(on=DEADLINE)
    deliver_reminders()
    assert "第 1–20 条，共 21 条" in page_of(client, cast.head)
    asked = []
    for page in (1, 2):
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/inbox/?page={page}")
        asked.append(len(queries))
    assert asked[0] == asked[1]
