"""Tags and filters of the components."""

import datetime as dt
from decimal import Decimal

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import RequestFactory

from tasks.views.pieces import Action, Lamp
from tracker.templatetags.ui import bar, colour, day, elided, icon, lamp, lit, many, percent


def test_a_lamp_has_shape_colour_and_word() -> None:
    html = lamp(Lamp(colour="red", word="红灯"))
    assert "#lamp-red" in html
    assert "lamp lamp-red" in html
    assert "红灯" in html


@pytest.mark.parametrize("light", [None, Lamp(colour="purple", word="—")])
def test_what_is_not_judged_gets_a_grey_ring(light: Lamp | None) -> None:
    assert "#lamp-none" in lamp(light)
    assert lit(light) == "lit-none"


def test_the_colour_of_nothing_is_empty() -> None:
    assert colour(None) == ""
    assert colour(Lamp(colour="green", word="绿灯")) == "green"


def test_a_lamp_s_word_is_escaped() -> None:
    assert "<b>" not in lamp(Lamp(colour="red", word="<b>"))


def test_an_icon_is_hidden_from_screen_readers() -> None:
    assert 'aria-hidden="true"' in icon("bell")
    assert "icons.svg#bell" in icon("bell")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "—"),
        (Decimal("0.00"), "0%"),
        (Decimal("40.00"), "40%"),
        (Decimal("66.67"), "66.67%"),
        (Decimal("92.50"), "92.5%"),
        (100, "100%"),
    ],
)
def test_percents_are_printed_without_empty_places(value: Decimal | None, text: str) -> None:
    assert percent(value) == text


@pytest.mark.parametrize(
    ("value", "width"), [(None, "0.00"), (-1, "0.00"), (66.67, "66.67"), (140, "100.00")]
)
def test_a_bar_stays_between_0_and_100(value: float | None, width: str) -> None:
    assert f'width="{width}" height="6" class="bar-fill "' in bar(value)


def test_a_bar_shows_claim_and_plan_only_when_given() -> None:
    assert "bar-claim" not in bar(50)
    assert "bar-plan" not in bar(50)
    html = bar(50, "red", claimed=70, planned=Decimal("66.67"))
    assert 'width="70.00" height="6" class="bar-claim"' in html
    assert 'x1="66.67" x2="66.67"' in html
    assert "bar-fill red" in html


def test_a_missing_date_is_a_dash() -> None:
    assert day(None) == "—"
    assert day(dt.date(2023, 9, 30)) == "2023-09-30"


@pytest.mark.parametrize(("count", "text"), [(0, "0"), (99, "99"), (100, "99+")])
def test_a_badge_counts_no_further_than_99(count: int, text: str) -> None:
    assert many(count) == text


def test_a_pager_leaves_out_the_middle() -> None:
    page = Paginator(range(160), 10).page(8)
    assert [str(number) for number in elided(page)] == ["1", "…", "7", "8", "9", "…", "16"]


def test_a_message_that_can_be_undone_posts_to_its_address() -> None:
    request = RequestFactory().get("/")
    said = Message(constants.SUCCESS, "已提交。", extra_tags="/reports/7/withdraw/")
    html = render_to_string("components/_messages.html", {"messages": [said]}, request)
    assert 'method="post" action="/reports/7/withdraw/"' in html
    assert "message-success" in html


@pytest.mark.parametrize(
    ("action", "part"),
    [
        (Action(label="填报", url="/r/", kind="primary"), '<a class="btn btn-primary" href="/r/"'),
        (Action(label="催办", url="/u/", method="post"), '<form method="post" action="/u/"'),
        (
            Action(label="催办", url="/u/", method="post", confirm="确定？"),
            'data-confirm="确定？"',
        ),
    ],
)
def test_an_action_is_a_link_or_a_form(action: Action, part: str) -> None:
    request = RequestFactory().get("/")
    assert part in render_to_string("components/_actions.html", {"actions": [action]}, request)
