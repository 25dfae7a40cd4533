"""HR's workbook: seven columns and no more, nothing a spreadsheet would run."""

import datetime as dt
import io

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from accounts import clock
from accounts.rules.spreadsheets import escaped
from reports.exports.exclusions import ExclusionRow, write_list
from reports.exports.stamp import Stamp, digest_of

AT = dt.datetime(2024, 1, 31, 9, 30, tzinfo=clock.BEIJING)
STAMP = Stamp(
    taken_by="人事科科长 A&B",
    taken_at=AT,
    count=2,
    digest="sha256:" + "ab" * 32,
    chain="41:" + "cd" * 32,
)
HEADERS = ["姓名（单位）", "工号", "单位", "类别", "结论", "依据条款", "生效日期"]


def row(**values: str) -> ExclusionRow:
    given = {
        "name": "水生态环境科科长",
        "staff_number": "0012",
        "unit": "水生态环境科",
        "category": "取消评优资格",
        "conclusion": "取消2023年度考核评优资格",
        "clause": "一年内受到两次以上约谈的，取消年度考核评优资格",
        **values,
    }
    return ExclusionRow(**given, date=dt.date(2024, 1, 15))


def opened(*rows: ExclusionRow) -> Worksheet:
    content = write_list(rows, year=2023, as_of=dt.date(2024, 1, 31), stamp=STAMP)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert isinstance(sheet, Worksheet)
    return sheet


def test_the_workbook_has_its_seven_columns_and_no_more() -> None:
    sheet = opened(row(), row(staff_number=""))
    assert [cell.value for cell in sheet[3]] == HEADERS
    assert sheet.max_column == 7
    assert sheet.max_row == 5
    assert [cell.value for cell in sheet[4]] == [
        "水生态环境科科长",
        "0012",
        "水生态环境科",
        "取消评优资格",
        "取消2023年度考核评优资格",
        "一年内受到两次以上约谈的，取消年度考核评优资格",
        dt.datetime(2024, 1, 15),  # noqa: DTZ001 - a cell has no zone
    ]
    assert sheet.cell(4, 7).number_format == "yyyy-mm-dd"
    assert sheet.cell(5, 2).value is None


def test_the_list_names_its_year_day_taker_count_and_digest() -> None:
    sheet = opened(row())
    assert sheet["A1"].value == "2023年度考核评优资格排除名单（截至2024-01-31）"
    stamp = str(sheet["A2"].value)
    for part in ("人事科科长 A&B", "2024-01-31 09:30", "共 2 条", STAMP.digest):
        assert part in stamp


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_what_a_spreadsheet_would_run_is_escaped(start: str) -> None:
    assert escaped(f"{start}1+1").startswith("'")
    sheet = opened(row(name=f"{start}HYPERLINK(1)"))
    cell = sheet.cell(4, 1)
    assert cell.data_type != "f"
    assert str(cell.value).startswith("'")


@pytest.mark.parametrize("text", ["科长", "2=1", "a-b", ""])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert escaped(text) == text


def test_control_characters_never_break_the_file() -> None:
    assert opened(row(name="科\x00\x0b长")).cell(4, 1).value == "科长"


def test_it_prints_on_a4_landscape_with_its_heading_on_every_page() -> None:
    sheet = opened(*[row()] * 80)
    assert sheet.page_setup.orientation == "landscape"
    assert str(sheet.page_setup.paperSize) == "9"
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$1:$3"
    assert sheet.freeze_panes == "A4"
    footer, header = sheet.oddFooter, sheet.oddHeader
    assert footer is not None
    assert header is not None
    assert footer.left.text == "导出：人事科科长 A&&B 2024-01-31 09:30"
    assert "80" not in str(footer.center.text)
    assert "共 2 条" in str(footer.center.text)
    assert footer.right.text == "第 &P 页，共 &N 页"
    assert "人事科科长" in str(header.center.text)


def test_columns_are_wide_enough_for_their_usual_text() -> None:
    sheet = opened(row())
    for column, least in zip("ABCDEFG", (16, 10, 16, 12, 30, 40, 12), strict=True):
        assert sheet.column_dimensions[column].width >= least


def test_a_list_without_entries_is_a_clean_answer() -> None:
    sheet = opened()
    assert sheet.max_row == 3


def test_equal_content_has_an_equal_digest() -> None:
    assert digest_of([{"b": 1, "a": "中"}]) == digest_of([{"a": "中", "b": 1}])
    assert digest_of(["a"]) != digest_of(["b"])
