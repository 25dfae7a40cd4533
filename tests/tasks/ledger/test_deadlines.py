"""Deadline phrases: real ones, our own variations, and text nobody meant as a deadline."""

import datetime as dt
import time
from typing import Any

import chinese_calendar
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.ledger.deadlines import Deadline, read_deadline
from tasks.ledger.deadlines.words import vocabulary
from tests.data import DATA

REFERENCE = dt.date(2023, 7, 10)
# Columns of the shared list that say nothing about the meaning.
_REMARKS = {"text", "ref", "seen", "source", "variation", "note"}


def read(text: str, reference: dt.date = REFERENCE) -> Deadline:
    return read_deadline(text, plan_year=reference.year, reference_date=reference)


def plain(value: Any) -> Any:
    """YAML's dates as text, also inside lists."""
    if isinstance(value, dt.date):
        return value.isoformat()
    return [plain(item) for item in value] if isinstance(value, list) else value


def shared_phrases() -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = yaml.safe_load((DATA / "deadlines.yaml").read_text("utf-8"))[
        "items"
    ]
    return items


def differences(expected: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return every key of a shared phrase whose value is not exactly the expected one.

    Also what a reading claims beyond it: only the granularity and a note may be added.
    """
    reference = dt.date.fromisoformat(str(expected.get("ref", REFERENCE)))
    got = read(expected["text"], reference).to_json()
    meaning = {key: plain(value) for key, value in expected.items() if key not in _REMARKS}
    wrong = {key: (value, got.get(key)) for key, value in meaning.items() if value != got.get(key)}
    beyond = got.keys() - meaning.keys() - {"raw", "note", "granularity"}
    return wrong | {key: (None, got[key]) for key in beyond}


def test_at_least_97_percent_of_the_shared_phrases_are_read_exactly() -> None:
    phrases = shared_phrases()
    wrong = {item["text"]: found for item in phrases if (found := differences(item))}
    assert len(phrases) == 121
    assert 1 - len(wrong) / len(phrases) >= 0.97, wrong


def variations(name: str) -> list[list[Any]]:
    rows: list[list[Any]] = yaml.safe_load((DATA / name).read_text("utf-8"))
    return rows


def misread(row: list[Any]) -> dict[str, tuple[Any, Any]]:
    """Return what differs between a line of our own and its reading, exactly where given."""
    text, kind, date, *more = row
    got = read(str(text)).to_json()
    got["event"] = got.get("trigger", {}).get("event")
    got["trigger"] = got.get("trigger", {}).get("offset")
    got["nodes"] = [[node["date"], node.get("what", "")] for node in got.get("nodes", [])]
    got["dates"] = [node[0] for node in got["nodes"]]
    if "recurrence" in got:
        got["recurrence"] = {key: v for key, v in got["recurrence"].items() if v is not None}
    expected = {"kind": kind, "date": plain(date), **(more[0] if more else {})}
    return {
        name: (plain(value), got.get(name))
        for name, value in expected.items()
        if plain(value) != got.get(name)
    }


@pytest.mark.parametrize("row", variations("deadline_heldout.yaml"), ids=lambda row: str(row[0]))
def test_phrases_of_other_towns_are_read_right(row: list[Any]) -> None:
    assert misread(row) == {}


@pytest.mark.parametrize("row", variations("deadline_variations.yaml"), ids=lambda row: str(row[0]))
def test_our_own_variations_are_read_right(row: list[Any]) -> None:
    assert misread(row) == {}


@settings(max_examples=60, deadline=None)
@given(
    st.integers(2015, 2035),
    st.integers(1, 12),
    st.integers(1, 28),
    st.sampled_from(
        ["{y}年{m}月{d}日前", "{y}.{m}.{d}", "{y}-{m:02d}-{d:02d}", "{y}/{m}/{d}",
         "{y}{m:02d}{d:02d}",
         "于{y}年{m}月{d}日前完成整改", "完成时限：{y}年{m}月{d}日", " {y} 年 {m} 月 {d} 日 "]
    ),
)  # fmt: skip
def test_a_day_comes_back_however_it_is_written(y: int, m: int, d: int, form: str) -> None:
    reading = read(form.format(y=y, m=m, d=d))
    assert (reading.kind, reading.date) == ("date", dt.date(y, m, d))
    # Reading what was read changes nothing.
    again = read(str(reading.date))
    assert (again.kind, again.date) == (reading.kind, reading.date)


def test_the_wording_is_always_kept() -> None:
    assert read(" 2023年12月底前 ").raw == "2023年12月底前"
    assert read("大概吧").raw == "大概吧"


def test_a_date_without_a_year_takes_the_plan_year_never_the_day_of_import() -> None:
    for day in (dt.date(2022, 12, 31), dt.date(2023, 7, 10), dt.date(2025, 1, 1)):
        reading = read_deadline("5月底前", plan_year=2023, reference_date=day)
        assert reading.date == dt.date(2023, 5, 31)


@pytest.mark.parametrize(
    ("text", "reference", "date"),
    [
        ("春节前", dt.date(2023, 1, 21), dt.date(2023, 1, 21)),
        ("春节前", dt.date(2023, 1, 22), dt.date(2024, 2, 9)),
        ("春节前", dt.date(2023, 1, 23), dt.date(2024, 2, 9)),
        ("本周五前", dt.date(2023, 7, 16), dt.date(2023, 7, 14)),
        ("下周一", dt.date(2023, 7, 16), dt.date(2023, 7, 17)),
        ("下月底", dt.date(2023, 12, 31), dt.date(2024, 1, 31)),
        ("本季度末", dt.date(2023, 9, 30), dt.date(2023, 9, 30)),
        ("本季度末", dt.date(2023, 10, 1), dt.date(2023, 12, 31)),
    ],
)
def test_words_that_point_count_from_the_document_s_date(
    text: str, reference: dt.date, date: dt.date
) -> None:
    assert read(text, reference).date == date


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("2023年2月30日", "invalid_date"),
        ("2023年2月28日", ""),
        ("2024年2月29日", ""),
        ("2023年2月29日", "invalid_date"),
        ("2023年12月32日", "invalid_date"),
        ("2023年0月底", "invalid_date"),
        ("2023.13.1", "invalid_date"),
        ("", "missing"),
        ("/", "missing"),
        ("无", "missing"),
        ("待定", ""),
    ],
)
def test_a_day_that_does_not_exist_or_is_not_there_is_named_as_such(
    text: str, problem: str
) -> None:
    reading = read(text)
    assert reading.problem == problem
    if problem:
        assert (reading.kind, reading.date) == ("ambiguous", None)
        assert reading.note


def test_what_needs_a_person_says_why() -> None:
    for text in ("待定", "2027年前", "2023.1", "同上", "视情况", "3个月", "按方案时间节点"):
        reading = read(text)
        assert not reading.settled
        assert reading.note
    for text in ("2023年底", "每月", "长期", "立即"):
        assert read(text).settled


@pytest.mark.parametrize("year", range(2008, 2027))
@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("端午节前", {"Dragon Boat Festival"}),
        ("中秋节前", {"Mid-autumn Festival", "National Day"}),
        ("春节前", {"Spring Festival"}),
    ],
)
def test_lunar_holidays_lie_in_the_published_notices(year: int, text: str, names: set[str]) -> None:
    eve = read(f"{year}年{text}").date
    assert eve is not None
    # A feast on a Saturday may be left out of the notice: its neighbours are in it.
    around = {eve + dt.timedelta(days=days) for days in range(3)}
    assert names & {str(chinese_calendar.holidays.get(day)) for day in around}


def test_a_paragraph_in_the_deadline_column_is_not_read() -> None:
    assert read("2023年底前完成整改。" * 50).date is None


words = sorted({word.text for group in vocabulary().by_first.values() for word in group})


@pytest.mark.parametrize(
    "text",
    ["每", "2023年", "1-", "前后", "6月底前完成，", "(", "9", "逢五", "1月、"],
)
def test_a_long_text_is_answered_at_once(text: str) -> None:
    begun = time.perf_counter()
    for length in (400, 2000):
        long = (text * length)[:length]
        assert read(long).raw == long
    assert time.perf_counter() - begun < 1


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=400),
        st.lists(
            st.sampled_from([*words, *"0123456789一二十百年月日-.、，；\n（）", "2023", "十四五"]),
            max_size=12,
        ).map("".join),
    )
)
def test_any_text_gets_an_answer_and_nothing_is_raised(text: str) -> None:
    reading = read(text)
    assert reading.raw == text.strip()
    assert reading.to_json()["kind"] in {
        "date", "month_end", "quarter_end", "half_year", "range", "ongoing", "immediate",
        "recurring", "relative", "ambiguous",
    }  # fmt: skip
