"""The frame of every page: who is offered what, and what every page says."""

import datetime as dt
import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client

from accounts.choices import Role
from tests.cast import Cast
from tracker.navigation import ENTRIES, Entry, links_for

DAY = dt.date(2023, 7, 10)
CLASSIFIED = "严禁处理涉密信息"


def entry(url_name: str, *, group: int = 1, bar: int | None = 1, role: Role = Role.HEAD) -> Entry:
    return Entry(
        url_name=url_name,
        label=url_name,
        icon="home",
        roles=frozenset({role}),
        group=group,
        bar=bar,
    )


def test_a_page_says_that_no_secrets_belong_here(client: Client, cast: Cast) -> None:
    client.force_login(cast.head)
    assert CLASSIFIED in client.get("/").content.decode()


def test_the_sign_in_page_says_so_too(client: Client, db: None) -> None:
    assert CLASSIFIED in client.get("/login/").content.decode()


def test_a_signed_out_person_is_sent_to_sign_in_and_back(client: Client, db: None) -> None:
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer["Location"] == "/login/?next=/"


def test_the_top_bar_names_the_person_their_unit_and_their_role(client: Client, cast: Cast) -> None:
    client.force_login(cast.supervisor)
    page = client.get("/").content.decode()
    assert "督察办主任" in page
    assert "生态环境督察办公室 · 督察办主任" in page
    assert "督办人员" in page


def test_an_entry_is_offered_to_its_roles_only(cast: Cast) -> None:
    entries = [entry("home"), entry("login", role=Role.HR)]
    menu, _bar = links_for(cast.head, {"head"}, on=DAY, path="/", entries=entries)
    assert [link.label for link in menu] == ["home"]


def test_an_entry_without_a_page_is_not_offered(cast: Cast) -> None:
    menu, _bar = links_for(cast.head, {"head"}, on=DAY, path="/", entries=[entry("nowhere")])
    assert menu == []


def test_the_longest_address_that_fits_is_the_current_one(cast: Cast) -> None:
    entries = [entry("home"), entry("login", group=2)]
    menu, _bar = links_for(cast.head, {"head"}, on=DAY, path="/login/again/", entries=entries)
    assert [(link.label, link.current, link.starts_group) for link in menu] == [
        ("home", False, False),
        ("login", True, True),
    ]


def test_a_phone_is_offered_my_work_and_reporting_first(cast: Cast) -> None:
    places = {e.url_name: e.bar for e in ENTRIES if Role.HEAD in e.roles and e.bar}
    assert sorted(places, key=lambda name: places[name])[:2] == ["home", "tasks:reporting"]


def test_the_foot_of_a_phone_holds_no_more_than_four_links(cast: Cast) -> None:
    entries = [entry("home", bar=n) for n in range(1, 7)]
    _menu, bar = links_for(cast.head, {"head"}, on=DAY, path="/", entries=entries)
    assert len(bar) == 4


def test_officers_are_offered_no_business_page() -> None:
    for one in ENTRIES:
        if one.roles & {Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR}:
            assert one.url_name in {
                "audit",
                "calendar",
                "grants",
                "home",
                "people",
                "second_factors",
                "tasks:inbox",
            }


@pytest.mark.parametrize("status", ["400", "403", "403_csrf", "404", "500"])
def test_an_error_page_needs_no_context_and_says_what_to_do(status: str) -> None:
    page = render_to_string(f"{status}.html")
    assert "回到首页" in page
    assert CLASSIFIED in page


def test_an_address_that_is_not_there_gets_a_friendly_page(client: Client, cast: Cast) -> None:
    client.force_login(cast.head)
    answer = client.get("/nothing-here/")
    assert answer.status_code == 404
    assert "不在您的查看范围内" in answer.content.decode()


def test_every_icon_that_is_drawn_is_in_the_sprite() -> None:
    root = settings.BASE_DIR
    known = set(json.loads((root / "frontend" / "icons.json").read_text()))
    drawn = {one.icon for one in ENTRIES}
    for app in ("tracker", "accounts", "tasks", "reports"):
        for template in Path(root / app).rglob("templates/**/*.html"):
            text = template.read_text(encoding="utf-8")
            drawn |= set(re.findall(r'{% icon "([a-z0-9-]+)" %}', text))
            drawn |= set(re.findall(r'icon_name="([a-z0-9-]+)"', text))
    assert drawn <= known


def test_the_sprite_holds_no_icon_twice() -> None:
    names = json.loads((settings.BASE_DIR / "frontend" / "icons.json").read_text())
    assert len(names) == len(set(names))


def test_no_page_carries_script_or_style_of_its_own() -> None:
    for app in ("tracker", "accounts", "tasks", "reports"):
        for template in Path(settings.BASE_DIR / app).rglob("templates/**/*.html"):
            text = template.read_text(encoding="utf-8")
            assert not re.search(r"<script(?![^>]*\bsrc=)", text), template
            assert not re.search(r"<style|\sstyle=|\son[a-z]+=|hx-on|js:", text), template
