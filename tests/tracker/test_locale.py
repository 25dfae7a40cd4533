"""The English catalogue is complete, keeps every placeholder, and is shown to who asked for it."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
from babel.messages.pofile import read_po
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils.translation import gettext
from django.utils.translation.template import templatize

from tracker.language import speak_the_chosen_language

APPS = ("accounts", "tasks", "reports", "tracker")
KEYWORDS: Any = {**DEFAULT_KEYWORDS, "gettext_lazy": None, "pgettext_lazy": ((1, "c"), 2)}
PLACEHOLDER = re.compile(r"%\(\w+\)[sdgf]|%%|\{\w*\}|<[^>]+>")


def catalogue() -> Catalog:
    path = Path(settings.BASE_DIR) / "locale" / "en" / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        return read_po(file, locale="en")


def messages_of(text: str) -> set[str]:
    found = extract_python(io.BytesIO(text.encode()), KEYWORDS, [], {"encoding": "utf-8"})
    texts: list[object] = []
    for _line, _function, messages, _comments in found:
        texts += [messages] if isinstance(messages, str) else list(messages)
    return {text for text in texts if isinstance(text, str) and text}


def used() -> dict[str, str]:
    """Return every message the code and the templates ask for, with a file that does."""
    asked: dict[str, str] = {}
    for app in APPS:
        folder = Path(settings.BASE_DIR) / app
        for path in sorted(folder.rglob("*.py")):
            if "migrations" not in path.parts:
                asked |= dict.fromkeys(messages_of(path.read_text("utf-8")), str(path))
        for path in sorted([*folder.rglob("*.html"), *folder.rglob("templates/**/*.txt")]):
            text = templatize(path.read_text("utf-8"), origin=str(path))
            asked |= dict.fromkeys(messages_of(text), str(path))
    return asked


def pairs() -> Iterator[tuple[str, str]]:
    """Yield every Chinese message with its English, singular and plural apart."""
    for message in catalogue():
        if message.id and not message.fuzzy:
            chinese = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
            english = message.string
            texts = english if isinstance(english, (tuple, list)) else (english,)
            yield from zip(chinese, texts, strict=True)


def test_every_message_has_its_english() -> None:
    known = {chinese for chinese, english in pairs() if english}
    missing = {text: where for text, where in used().items() if text not in known}
    assert not missing, "\n".join(f"{where}: {text}" for text, where in missing.items())


def test_the_english_keeps_what_is_filled_in() -> None:
    wrong = [
        (chinese, english)
        for chinese, english in pairs()
        if english and set(PLACEHOLDER.findall(chinese)) != set(PLACEHOLDER.findall(english))
    ]
    assert wrong == []


@pytest.mark.django_db
def test_a_page_is_chinese_whatever_the_browser_prefers() -> None:
    page = Client(headers={"accept-language": "en-US,en;q=0.9"}).get("/login/")
    assert page.headers["Content-Language"] == "zh-hans"
    assert '<html lang="zh-hans">' in page.content.decode()


@pytest.mark.django_db
def test_who_chooses_english_gets_it_and_can_go_back() -> None:
    client = Client()
    for language in ("en", "zh-hans"):
        client.post("/i18n/setlang/", {"language": language, "next": "/login/"})
        page = client.get("/login/")
        assert page.headers["Content-Language"] == language
        assert f'<html lang="{language}">' in page.content.decode()


@pytest.mark.django_db
def test_a_language_nobody_offers_is_chinese() -> None:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "xx"
    assert client.get("/login/").headers["Content-Language"] == "zh-hans"


def test_what_a_request_writes_is_chinese_whatever_the_page_is(
    rf: RequestFactory,
) -> None:
    said = speak_the_chosen_language(lambda request: HttpResponse(gettext("任务")))
    asked = {"get": rf.get("/"), "post": rf.post("/")}
    for request in asked.values():
        request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert said(asked["get"]).content.decode() != "任务"
    assert said(asked["post"]).content.decode() == "任务"
