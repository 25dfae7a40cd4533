"""The pages of the working calendar."""

import datetime as dt

import pytest
from django.test import Client

from accounts import calendar
from accounts.models import HolidayYear
from tests.cast import Cast

NOTICE = (
    "一、元旦：1月1日放假，共1天。二、春节：1月31日至2月6日放假，共7天。1月29日（星期六）上班。"
)
FORM = {"source": "国办发明电〔2032〕1号", "text": NOTICE}


def test_everybody_reads_the_year_and_only_the_keeper_is_offered_acts(
    client: Client, cast: Cast
) -> None:
    client.force_login(cast.clerk)
    page = client.get("/calendar/2023/").content.decode()
    assert "2023 年工作日历" in page
    assert "调休上班（国庆节）" in page
    assert "粘贴放假通知" not in page
    assert "待核对" in client.get("/calendar/2033/").content.decode()
    assert client.get("/calendar/1899/").status_code == 404
    client.force_login(cast.sysadmin)
    assert "粘贴放假通知" in client.get("/calendar/2023/").content.decode()


def test_a_pasted_notice_is_shown_first_saved_then_and_confirmed_last(
    client: Client, cast: Cast
) -> None:
    client.force_login(cast.sysadmin)
    shown = client.post("/calendar/2033/notice/", {**FORM, "preview": "1"}).content.decode()
    assert "2033-01-31" in shown
    assert not HolidayYear.objects.exists()
    client.post("/calendar/2033/notice/", {**FORM, "save": "1"})
    assert not calendar.is_workday(dt.date(2033, 1, 31))
    page = client.get("/calendar/2033/").content.decode()
    assert "核对无误" in page
    done = client.post("/calendar/2033/confirm/", follow=True).content.decode()
    assert "已核对" in done
    again = client.post("/calendar/2033/confirm/", follow=True).content.decode()
    assert "已经核对" in again


def test_an_unreadable_notice_keeps_its_text_and_names_the_place(
    client: Client, cast: Cast
) -> None:
    client.force_login(cast.sysadmin)
    broken = {**FORM, "text": "一、春节：1月31日至2月6日放假，共9天。", "save": "1"}
    page = client.post("/calendar/2033/notice/", broken).content.decode()
    assert "写明的天数与列出的日期不符" in page
    assert "1月31日至2月6日" in page
    assert not HolidayYear.objects.exists()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"day": "2024-07-03", "what": "off", "name": "停电"}, "不在 2023 年"),
        ({"day": "2023-07-03", "what": "off", "name": ""}, "请写明节日或原因"),
        ({"day": "2023-07-03", "what": "plain", "name": ""}, "没有需要保存的改动"),
    ],
)
def test_a_day_that_cannot_be_saved_says_why(
    client: Client, cast: Cast, given: dict[str, str], sentence: str
) -> None:
    client.force_login(cast.sysadmin)
    assert sentence in client.post("/calendar/2023/day/", given).content.decode()


def test_a_day_is_corrected_and_the_year_given_back(client: Client, cast: Cast) -> None:
    client.force_login(cast.sysadmin)
    client.post("/calendar/2023/day/", {"day": "2023-07-03", "what": "off", "name": "停电"})
    assert not calendar.is_workday(dt.date(2023, 7, 3))
    client.post("/calendar/2023/restore/")
    assert calendar.is_workday(dt.date(2023, 7, 3))
