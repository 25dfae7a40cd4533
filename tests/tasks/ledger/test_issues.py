"""Each error and warning: the code, the cell it points at, and that nothing else is said."""

import datetime as dt
import re
import zipfile
from io import BytesIO
from typing import Any

import pytest

from tasks.ledger.issues import SENTENCES
from tasks.ledger.model import LedgerRead
from tasks.ledger.reading import read_ledger
from tasks.ledger.workbook import read_workbook
from tests.tasks.ledger.making import HEADER, content, places, read_rows, workbook
from tests.tasks.ledger.registers import shipped_registry

ROW = [1, "扬尘治理", "洒水", "大气环境科", "执法队", "2023年12月底前"]


def changed(column: int, value: Any) -> LedgerRead:
    """The ledger of one row with one cell changed, columns counted from 0."""
    row = list(ROW)
    row[column] = value
    return read_rows(HEADER, row)


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        (3, "扬尘科", [("unknown_unit", 2, "D")]),
        (4, "执法队、地震局", [("unknown_unit", 2, "E")]),
        (4, "地震局、档案局", [("unknown_unit", 2, "E"), ("unknown_unit", 2, "E")]),
        (3, None, [("missing_lead", 2, "D")]),
        (3, "各分局", [("missing_lead", 2, "D")]),
        (5, None, [("missing_deadline", 2, "F")]),
        (5, "  ", [("missing_deadline", 2, "F")]),
        (5, "2023年2月30日前", [("invalid_date", 2, "F")]),
        (5, "2023年13月底前", [("invalid_date", 2, "F")]),
        (1, None, [("missing_title", 2, "B")]),
        (1, "长" * 300, []),
        (1, "长" * 301, [("text_too_long", 2, "B")]),
        (2, "长" * 1001, [("text_too_long", 2, "C")]),
        (5, "#REF!", [("error_cell_value", 2, "F")]),
        (3, "#N/A", [("error_cell_value", 2, "D")]),
    ],
)
def test_an_error_points_at_its_cell(column: int, value: Any, expected: list[Any]) -> None:
    read = changed(column, value)
    assert places(read.errors) == expected
    assert len(read.tasks) == 1
    assert bool(read.refused) == bool(expected)


def test_first_named_leads_is_a_switch_of_the_import() -> None:
    header = ["序号", "任务名称", "责任单位", "完成时限"]
    row = [1, "扬尘治理", "大气环境科、水生态环境科", "2023年12月底前"]
    (joint,) = read_rows(header, row).tasks
    assert (len(joint.lead), joint.cooperating) == (2, ())
    (first,) = read_rows(header, row, first_leads=True).tasks
    assert (first.lead, first.cooperating) == (("大气环境科",), ("水生态环境科",))
    header[2] = "牵头单位"
    assert len(read_rows(header, row, first_leads=True).tasks[0].lead) == 2


def test_an_unknown_unit_comes_with_what_may_have_been_meant() -> None:
    issue = changed(3, "大气坏境科").errors[0].to_json()
    assert issue["suggestions"] == ["大气环境科"]
    assert issue["message"].startswith("“大气坏境科”不在单位名册中，是不是“大气环境科”？")
    assert "suggestions" not in changed(3, "地震局").errors[0].to_json()


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        (5, "待定", [("ambiguous_deadline", 2, "F")]),
        (5, "2027年前", [("ambiguous_deadline", 2, "F")]),
        (5, "无", [("ambiguous_deadline", 2, "F")]),
        (5, "收到通知后10日内", []),
        (4, "大气科、执法队", [("lead_also_cooperating", 2, "E")]),
        (1, "+扬尘治理", [("formula_like_text", 2, "B")]),
        (1, "@扬尘治理", [("formula_like_text", 2, "B")]),
        (1, "-SUM(A1)", [("formula_like_text", 2, "B")]),
        (1, "-扬尘治理", []),
        (2, "—", []),
    ],
)
def test_a_warning_points_at_its_cell(column: int, value: Any, expected: list[Any]) -> None:
    read = changed(column, value)
    assert places(read.warnings) == expected
    assert read.errors == ()


def test_a_unit_that_leads_and_helps_leads() -> None:
    task = changed(4, "大气科、执法队").tasks[0]
    assert (task.lead, task.cooperating) == (
        ("大气环境科",),
        ("市生态环境综合行政执法队",),
    )


def test_a_number_given_twice_is_an_error_of_the_second_row_only() -> None:
    read = read_rows(HEADER, ROW, [1, "餐饮油烟", "抽查", "大气科", None, "年底前"])
    assert places(read.errors) == [("duplicate_code", 3, "A")]
    assert "第 2 行" in read.errors[0].message
    assert read.refused == {("台账", 3)}


def test_a_deadline_before_the_start_is_an_error_and_on_it_is_none() -> None:
    header = [*HEADER, "开始时间"]
    late = read_rows(header, [*ROW[:5], "2023年8月31日", "2023年9月1日"])
    assert places(late.errors) == [("deadline_before_start", 2, "F")]
    assert read_rows(header, [*ROW[:5], "2023年9月1日", "2023年9月1日"]).errors == ()


def test_a_start_that_names_no_day_is_an_error() -> None:
    read = read_rows([*HEADER, "开始时间"], [*ROW, "择期"])
    assert places(read.errors) == [("invalid_date", 2, "G")]


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        (100, []),
        (100.01, [("rate_out_of_range", 2, "G")]),
        (0, []),
        (-0.5, [("rate_out_of_range", 2, "G")]),
        ("140%", [("rate_out_of_range", 2, "G")]),
    ],
)
def test_a_rate_outside_0_to_100_is_an_error(rate: Any, expected: list[Any]) -> None:
    read = read_rows([*HEADER, "完成率"], [*ROW, rate])
    assert places(read.errors) == expected


def test_a_formula_without_its_value_is_an_error() -> None:
    assert places(changed(5, "=F1").errors) == [("formula_no_cached_value", 2, "F")]


def test_a_formula_with_its_value_is_taken_with_a_warning() -> None:
    book = workbook({"台账": [HEADER, [*ROW[:5], "=TEXT(NOW())"]]})
    calculated = _with_cached(content(book), "2023年12月底前")
    read = read_ledger(
        read_workbook(calculated, "台账.xlsx"),
        registry=shipped_registry(),
        reference_date=dt.date(2023, 7, 10),
    )
    assert places(read.warnings) == [("formula_cell", 2, "F")]
    assert read.errors == ()
    assert read.tasks[0].deadline is not None
    assert read.tasks[0].deadline.kind == "month_end"


def _with_cached(data: bytes, value: str) -> bytes:
    """Put a computed value behind the one formula of a workbook, as Excel does."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            body = old.read(part).decode() if part.filename.endswith(".xml") else ""
            if part.filename == "xl/worksheets/sheet1.xml":
                body = re.sub(
                    r'<c r="F2"([^>]*)><f>([^<]*)</f><v ?/?>(</v>)?</c>',
                    rf'<c r="F2"\1 t="str"><f>\2</f><v>{value}</v></c>',
                    body,
                )
                assert value in body
            new.writestr(part, body.encode() if body else old.read(part))
    return out.getvalue()


def test_a_formula_like_text_is_kept_as_text() -> None:
    assert changed(1, "+扬尘治理").tasks[0].title == "+扬尘治理"


def test_every_code_has_a_sentence_that_ends_as_one() -> None:
    for sentence in map(str, SENTENCES.values()):
        assert sentence.endswith(("。", "%(note)s"))
