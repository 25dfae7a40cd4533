"""`read_deadline` and `read_units` from the shell."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.services.organisation import load_organisation


def asked(*args: str) -> Any:
    out = io.StringIO()
    call_command(*args, "--format", "json", stdout=out, skip_checks=True)
    return json.loads(out.getvalue())


def test_read_deadline_answers_a_list_in_the_order_of_the_phrases() -> None:
    got = asked("read_deadline", "年底前", "待定", "--reference-date", "2023-07-10")
    assert [reading["raw"] for reading in got] == ["年底前", "待定"]
    assert (got[0]["kind"], got[0]["date"]) == ("month_end", "2023-12-31")
    assert (got[1]["kind"], got[1]["date"]) == ("ambiguous", None)


def test_the_plan_year_goes_before_the_reference_date() -> None:
    got = asked("read_deadline", "5月底前", "--plan-year", "2022", "--reference-date", "2023-07-10")
    assert got[0]["date"] == "2022-05-31"


@pytest.mark.parametrize(
    "args", [("--reference-date", "10.7.2023"), ("--plan-year", "23"), ("--plan-year", "x")]
)
def test_a_reference_that_is_no_date_is_wrong_usage(args: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        asked("read_deadline", "年底前", *args)


@pytest.mark.django_db
def test_read_units_answers_with_the_units_of_the_database() -> None:
    load_organisation()
    got = asked("read_units", "大气科牵头，各分局配合", "无", "--column", "责任单位")
    assert got[0] == {
        "raw": "大气科牵头，各分局配合",
        "lead": ["大气环境科"],
        "cooperating": [],
        "collective": ["各分局"],
        "flags": ["shorthand"],
    }
    assert (got[1]["lead"], got[1]["cooperating"]) == ([], [])


@pytest.mark.django_db
def test_read_units_lets_the_first_lead_when_told() -> None:
    load_organisation()
    got = asked("read_units", "大气科、水科", "--column", "责任单位", "--first-leads")
    assert (got[0]["lead"], got[0]["cooperating"]) == (["大气环境科"], ["水生态环境科"])
