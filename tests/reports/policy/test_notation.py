"""What is written stays what was written: keys, dates and decimals of YAML and JSON."""

from decimal import Decimal

import pytest

from reports.policy.notation import NotationError, read_document


def test_words_that_older_yaml_takes_for_truth_stay_text() -> None:
    assert read_document("on: off\nyes: no\nn: y\ncode: 01") == {
        "on": "off",
        "yes": "no",
        "n": "y",
        "code": "01",
    }


def test_dates_stay_text_and_decimals_stay_exact() -> None:
    text = "{day: 2023-06-30, small: 0.1, whole: 3, big: 1e3, none: ~, empty: , yes: true}"
    assert read_document(text) == {
        "day": "2023-06-30",
        "small": Decimal("0.1"),
        "whole": 3,
        "big": Decimal(1000),
        "none": None,
        "empty": None,
        "yes": True,
    }


def test_json_reads_as_the_same_values() -> None:
    text = '{"on": "2023-06-30", "percent": 66.667, "measures": [{"weight": 1}], "soft": false}'
    assert read_document(text) == {
        "on": "2023-06-30",
        "percent": Decimal("66.667"),
        "measures": [{"weight": 1}],
        "soft": False,
    }


@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        ("a: 1\na: 2", "stands twice", 2),
        ('{"a": 1, "a": 2}', "stands twice", None),
        ('{"a": NaN}', "no number", None),
        ("a: [1", "did not find", 2),
        ("? [1]\n: 2", "must be text", 1),
        ("a: !!python/object:os.system x", "constructor", 1),
        ("a: &x [*x]", "too large", None),
        ('{"a":' + "1" * 5000 + "}", "too long", None),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(
    text: str, problem: str, line: int | None
) -> None:
    with pytest.raises(NotationError, match=problem) as refusal:
        read_document(text)
    assert refusal.value.line == line


def test_an_alias_stands_for_what_it_names() -> None:
    assert read_document("a: &x {b: 1}\nc: *x") == {"a": {"b": 1}, "c": {"b": 1}}
