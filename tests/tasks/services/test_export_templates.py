"""An issuing body's own template is filled and stays what it was."""

import io
from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook
from openpyxl.styles import Border, Font, Side

from accounts.errors import DomainError
from accounts.services.organisation import load_organisation
from tasks.models import Measure, Task
from tasks.services.exporting.choosing import Choice
from tasks.services.exporting.files import write_export
from tests.data import DATA
from tests.tasks.services.test_exporting import DAY, LEDGERS, cells, land
from tests.tasks.services.test_ledger import counts

pytestmark = pytest.mark.django_db


def template() -> bytes:
    """A merged title, a header of two rows, a styled row, a count, and who filled it in."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "报送表"
    sheet.append(["市攻坚办2023年度重点任务报送表"])
    sheet.merge_cells("A1:H1")
    sheet["A1"].font = Font(name="方正小标宋简体", size=20)
    sheet.append(
        ["序号", "重点任务", "责任分工", None, "工作措施", "完成时限", "进展情况", "会签意见"]
    )
    sheet.append([None, None, "牵头单位", "配合单位", None, None, None, None])
    sheet.merge_cells("C2:D2")
    for column in "ABEFGH":
        sheet.merge_cells(f"{column}2:{column}3")
    side = Side(style="double", color="FF0000FF")
    for number in range(1, 9):
        cell = sheet.cell(4, number, "示例")
        cell.font = Font(name="仿宋_GB2312", size=14)
        cell.border = Border(bottom=side)
    sheet["A5"] = "填表人："
    sheet["F5"] = "=COUNTA(A4:A4)"
    sheet.merge_cells("A5:C5")
    sheet.column_dimensions["B"].width = 41.5
    sheet.row_dimensions[1].height = 48
    sheet.print_area = "A1:H5"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def fill(path: Path, content: bytes) -> Path:
    write_export(Choice(), path, by=None, on=DAY, template=("报送表.xlsx", content))
    return path


@pytest.fixture(autouse=True)
def units() -> None:
    load_organisation()


def test_a_template_keeps_its_look_and_moves_what_stands_below_its_table(tmp_path: Path) -> None:
    land(DATA / "ledgers" / LEDGERS[1], "P")
    sheet = openpyxl.load_workbook(fill(tmp_path / "a.xlsx", template())).worksheets[0]
    rows = sum(max(1, task.measures.count()) for task in Task.objects.all())
    assert rows > Task.objects.count() > 3
    assert (sheet["A1"].value, sheet["A1"].font.name) == (
        "市攻坚办2023年度重点任务报送表",
        "方正小标宋简体",
    )
    assert (sheet.column_dimensions["B"].width, sheet.row_dimensions[1].height) == (41.5, 48)
    areas = {str(area) for area in sheet.merged_cells.ranges}
    assert {"A1:H1", "C2:D2", f"A{rows + 4}:C{rows + 4}"} <= areas
    last = sheet.cell(rows + 3, 5)
    assert (last.font.name, last.border.bottom.style) == ("仿宋_GB2312", "double")
    assert sheet.cell(rows + 4, 1).value == "填表人："
    assert sheet.cell(rows + 4, 6).value == f"=COUNTA(A4:A{rows + 3})"
    assert sheet.print_area == f"'报送表'!$A$1:$H${rows + 4}"
    texts = {cell for row in sheet.iter_rows(min_row=4, values_only=True) for cell in row if cell}
    assert "示例" not in texts
    assert set(Task.objects.values_list("title", flat=True)) <= texts
    assert set(Measure.objects.values_list("text", flat=True)) <= texts


def test_a_filled_template_comes_back_and_changes_nothing(tmp_path: Path) -> None:
    landed = land(DATA / "ledgers" / LEDGERS[1], "P")
    out = fill(tmp_path / "a.xlsx", template())
    before = counts()
    again = land(out)
    assert (again.errors, again.created, again.updated) == ((), (), ())
    assert len(again.unchanged) == len(landed.created)
    assert counts() == before
    assert cells(fill(tmp_path / "b.xlsx", out.read_bytes())) == cells(out)


def test_a_template_without_a_header_is_refused_with_what_it_lacks(tmp_path: Path) -> None:
    land(DATA / "ledgers" / LEDGERS[0], "P")
    book = Workbook()
    book.worksheets[0].append(["会议纪要", "2023年"])
    stream = io.BytesIO()
    book.save(stream)
    with pytest.raises(DomainError, match="没有找到表头") as refusal:
        fill(tmp_path / "a.xlsx", stream.getvalue())
    assert refusal.value.code == "template_no_header"
    assert not (tmp_path / "a.xlsx").exists()
