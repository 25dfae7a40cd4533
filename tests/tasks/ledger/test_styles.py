"""Ledgers in the styles offices have: headers, merged cells, rows that are no data, sheets."""

import datetime as dt
from typing import Any

import pytest

from tasks.ledger.model import LedgerRead
from tests.tasks.ledger.making import HEADER, one, places, read_book, read_rows, workbook

FULL = [1, "扬尘治理", "洒水", "大气环境科", "执法队", "2023年12月底前"]


def titles(read: LedgerRead) -> list[str]:
    return [task.title for task in read.tasks]


def codes(read: LedgerRead) -> list[str]:
    return [task.code for task in read.tasks]


# ---- rows that are no data -------------------------------------------------------------------


def test_titles_remarks_subtotals_footnotes_and_signatures_are_no_tasks() -> None:
    read = read_rows(
        ["太原市2023年大气污染防治台账"],
        ["填报单位：大气环境科      填报时间：2023年7月"],
        [],
        HEADER,
        FULL,
        [],
        ["小计", None, None, None, None, None],
        [2, "餐饮油烟", "抽查", "大气环境科", None, "年底前"],
        ["合计", "2项"],
        ["注：本表一式两份。"],
        ["填表人：", None, "审核人：", None, "联系电话："],
    )
    assert titles(read) == ["扬尘治理", "餐饮油烟"]
    assert read.errors == ()
    assert {row.why for row in read.skipped} == {
        "title", "subtitle", "subtotal", "footnote", "signature",
    }  # fmt: skip


def test_a_header_printed_again_on_each_page_is_no_task() -> None:
    read = read_rows(HEADER, FULL, HEADER, [2, "餐饮油烟", "抽查", "大气科", None, "年底前"])
    assert titles(read) == ["扬尘治理", "餐饮油烟"]


def test_a_row_that_counts_the_columns_is_no_task() -> None:
    read = read_rows(HEADER, [1, 2, 3, 4, 5, 6], FULL)
    assert titles(read) == ["扬尘治理"]


def test_a_heading_inside_the_table_is_the_campaign_of_the_rows_below() -> None:
    read = read_rows(
        HEADER,
        ["一、空气质量巩固提升行动"],
        FULL,
        ["二、一泓清水入黄河行动"],
        [2, "河道整治", "清淤", "水生态环境科", None, "年底前"],
        merged=["A2:F2", "A4:F4"],
    )
    assert [task.campaign for task in read.tasks] == [
        "空气质量巩固提升行动",
        "一泓清水入黄河行动",
    ]


# ---- headers ---------------------------------------------------------------------------------


def test_headers_with_blanks_line_ends_and_units_in_brackets_are_known() -> None:
    read = read_rows(
        [
            "序 号",
            "任务\n名称",
            "推 进 措 施：",
            "牵头\n单位*",
            "配合单位",
            "完成\n时限",
            "目标值（微克/立方米）",
        ],
        [*FULL, 33],
    )
    assert one(read).target == "33"
    assert one(read).lead == ("大气环境科",)


def test_headers_nobody_listed_are_known_by_their_words() -> None:
    read = read_rows(
        [
            "编号",
            "2023年重点工作任务",
            "具体推进举措",
            "市级牵头部门",
            "市级配合部门",
            "任务完成时限要求",
        ],
        FULL,
    )
    task = one(read)
    assert (task.title, task.lead, task.measures[0].text) == ("扬尘治理", ("大气环境科",), "洒水")
    assert task.cooperating == ("市生态环境综合行政执法队",)
    assert task.deadline is not None


def test_a_two_row_header_without_merged_cells_is_joined() -> None:
    read = read_rows(
        ["序号", "任务名称", "责任分工", None, "时限要求", None],
        [None, None, "牵头单位", "配合单位", "措施节点", "完成时限"],
        [1, "扬尘治理", "大气环境科", "执法队", None, "年底前"],
    )
    task = one(read)
    assert (task.lead, task.cooperating) == (("大气环境科",), ("市生态环境综合行政执法队",))
    assert places(read.errors) == []


def test_a_parent_over_two_columns_names_what_its_children_do_not() -> None:
    read = read_rows(
        ["序号", "任务名称", "责任单位", None, "完成时限"],
        [None, None, "牵头部门", "配合部门", None],
        [1, "扬尘治理", "大气环境科", "执法队", "年底前"],
        merged=["A1:A2", "B1:B2", "C1:D1", "E1:E2"],
    )
    task = one(read)
    assert (task.lead, task.cooperating) == (("大气环境科",), ("市生态环境综合行政执法队",))


def test_the_responsible_unit_leads_alone_and_helps_beside_a_lead_column() -> None:
    header = ["序号", "任务名称", "责任单位", "完成时限"]
    assert one(read_rows(header, [1, "甲", "大气科", "年底前"])).lead == ("大气环境科",)
    read = read_rows(
        ["序号", "任务名称", "牵头部门", "主责单位", "协办单位", "完成时限"],
        [1, "甲", "大气科", "小店分局", "执法队", "年底前"],
    )
    assert one(read).lead == ("大气环境科",)
    assert one(read).cooperating == ("小店分局", "市生态环境综合行政执法队")


def test_what_fits_no_field_is_kept_under_its_header() -> None:
    read = read_rows([*HEADER, "资金（万元）", "验收单位"], [*FULL, 120, "市生态环境局"])
    assert one(read).extra == {"资金（万元）": "120", "验收单位": "市生态环境局"}


def test_monthly_progress_columns_are_a_series() -> None:
    read = read_rows([*HEADER, "7月进展", "8月进展"], [*FULL, "完成20%", "完成40%"])
    assert one(read).result.progress == "7月进展：完成20%\n8月进展：完成40%"


def test_the_task_s_own_number_goes_before_the_running_number() -> None:
    read = read_rows(["序号", "任务编号", *HEADER[1:]], [7, "DQ-01", *FULL[1:]])
    assert codes(read) == ["DQ-01"]


def test_tasks_without_numbers_are_counted() -> None:
    read = read_rows(HEADER[1:], FULL[1:], ["餐饮油烟", "抽查", "大气科", None, "年底前"])
    assert codes(read) == ["1", "2"]


@pytest.mark.parametrize("number", [1, 1.0, "1", " 1 ", "１", "1、", "（1）", "1."])
def test_a_number_is_the_same_however_it_was_typed(number: Any) -> None:
    assert codes(read_rows(HEADER, [number, *FULL[1:]])) == ["1"]


# ---- tasks over several rows -----------------------------------------------------------------


def test_rows_below_a_task_add_its_measures() -> None:
    read = read_rows(
        HEADER,
        FULL,
        [None, None, "覆盖", None, None, None],
        [None, None, "喷淋", None, "各分局", None],
        [2, "餐饮油烟", "抽查", "大气科", None, "年底前"],
    )
    first, second = read.tasks
    assert [measure.text for measure in first.measures] == ["洒水", "覆盖", "喷淋"]
    assert (first.collective, first.rows, second.rows) == (("各分局",), (2, 4), (5, 5))


def test_a_task_repeated_on_each_measure_s_row_is_one_task() -> None:
    read = read_rows(
        HEADER,
        FULL,
        [1, "扬尘治理", "覆盖", "大气环境科", "执法队", "2023年12月底前"],
        [2, "餐饮油烟", "抽查", "大气科", None, "年底前"],
    )
    assert codes(read) == ["1", "2"]
    assert [measure.text for measure in read.tasks[0].measures] == ["洒水", "覆盖"]
    assert read.errors == ()


def test_a_deadline_on_each_measure_s_row_is_the_measure_s_and_the_latest_the_task_s() -> None:
    read = read_rows(
        HEADER,
        [1, "扬尘治理", "方案", "大气环境科", None, "2023年8月底前"],
        [None, None, "完工", None, None, "2023年11月底前"],
    )
    task = one(read)
    assert task.deadline is not None
    assert task.deadline.date == dt.date(2023, 11, 30)
    assert [m.deadline.date for m in task.measures if m.deadline] == [
        dt.date(2023, 8, 31),
        dt.date(2023, 11, 30),
    ]


def test_a_unit_merged_over_several_tasks_holds_for_each() -> None:
    read = read_rows(
        HEADER,
        FULL,
        [2, "餐饮油烟", "抽查", None, None, "年底前"],
        merged=["D2:D3"],
    )
    assert [task.lead for task in read.tasks] == [("大气环境科",)] * 2


def test_a_title_merged_over_two_columns_is_read_once() -> None:
    read = read_rows(
        ["序号", "任务名称", None, "牵头单位", "完成时限"],
        [1, "扬尘治理", None, "大气科", "年底前"],
        merged=["B1:C1", "B2:C2"],
    )
    assert (one(read).title, one(read).extra) == ("扬尘治理", {})


def test_same_as_above_takes_the_value_of_the_task_above() -> None:
    read = read_rows(
        HEADER,
        FULL,
        [2, "餐饮油烟", "抽查", "同上", "〃", "同上"],
        [3, "露天烧烤", "巡查", "同上", "同上", "同上"],
    )
    assert [task.lead for task in read.tasks] == [("大气环境科",)] * 3
    assert [task.deadline.date for task in read.tasks if task.deadline] == [
        dt.date(2023, 12, 31)
    ] * 3
    assert (read.errors, read.warnings) == ((), ())


def test_numbered_measures_in_one_cell_are_several() -> None:
    read = read_rows(
        HEADER, [1, "扬尘治理", "1.洒水；\n2.覆盖；\n3.3公里围挡。", "大气科", None, "年底前"]
    )
    assert [m.text for m in one(read).measures] == ["洒水", "覆盖", "3公里围挡"]


# ---- cells -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "number_format", "raw", "kind", "date"),
    [
        (dt.date(2023, 9, 30), "yyyy-mm-dd", "2023-09-30", "date", dt.date(2023, 9, 30)),
        (dt.date(2023, 9, 30), "mm-dd-yy", "2023/9/30", "date", dt.date(2023, 9, 30)),
        (dt.date(2023, 9, 30), 'm"月"d"日"', "2023年9月30日", "date", dt.date(2023, 9, 30)),
        (
            dt.date(2023, 9, 30),
            '[$-804]yyyy"年"m"月"d"日";@',
            "2023年9月30日",
            "date",
            dt.date(2023, 9, 30),
        ),
        (
            dt.date(2023, 9, 1),
            'yyyy"年"m"月"',
            "2023年9月",
            "month_end",
            dt.date(2023, 9, 30),
        ),
        (45199, "General", "2023-09-30", "date", dt.date(2023, 9, 30)),
        (2023, "General", "2023", "ambiguous", None),
        (2023.12, "General", "2023.12", "month_end", dt.date(2023, 12, 31)),
        (2023.1, "General", "2023.1", "ambiguous", None),
        (20230930, "General", "20230930", "date", dt.date(2023, 9, 30)),
        ("２０２３年９月底前", "General", "２０２３年９月底前", "month_end", dt.date(2023, 9, 30)),
    ],
)
def test_a_deadline_cell_means_what_it_shows(
    value: Any, number_format: str, raw: str, kind: str, date: dt.date | None
) -> None:
    book = workbook({"台账": [HEADER, [*FULL[:5], value]]})
    book["台账"]["F2"].number_format = number_format
    deadline = one(read_book(book)).deadline
    assert deadline is not None
    assert (deadline.raw, deadline.kind, deadline.date) == (raw, kind, date)


def test_lead_and_helpers_may_share_a_cell() -> None:
    read = read_rows(
        ["序号", "任务名称", "责任单位", "完成时限"],
        [1, "甲", "大气环境科牵头，执法队、各分局配合", "年底前"],
    )
    task = one(read)
    assert (task.lead, task.cooperating, task.collective) == (
        ("大气环境科",),
        ("市生态环境综合行政执法队",),
        ("各分局",),
    )


def test_a_person_in_the_unit_s_cell_is_the_person() -> None:
    read = read_rows(
        ["序号", "任务名称", "责任单位", "完成时限"], [1, "甲", "大气环境科 张某某", "年底前"]
    )
    assert (one(read).lead, one(read).person) == (("大气环境科",), "张某某")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("是", "done"),
        ("已销号", "done"),
        ("√", "done"),
        ("否", "open"),
        ("进行中", "open"),
        ("不详", None),
    ],
)
def test_a_status_is_done_open_or_neither(text: str, status: str | None) -> None:
    read = read_rows([*HEADER, "是否完成"], [*FULL, text])
    assert one(read).result.status == status


@pytest.mark.parametrize(
    ("value", "number_format", "percent"),
    [
        (0.58, "0%", 58.0),
        (1, "0%", 100.0),
        (58, "General", 58.0),
        ("58%", "General", 58.0),
        (0, "General", 0.0),
    ],
)
def test_a_rate_is_read_as_percent(value: Any, number_format: str, percent: float) -> None:
    book = workbook({"台账": [[*HEADER, "完成率"], [*FULL, value]]})
    book["台账"]["G2"].number_format = number_format
    assert one(read_book(book)).result.percent == percent


# ---- sheets ----------------------------------------------------------------------------------


def test_one_sheet_per_unit_is_one_ledger_and_numbers_do_not_clash() -> None:
    read = read_book(
        workbook(
            {
                "封面": [["太原市生态环境局"], ["二〇二三年七月"]],
                "大气科": [["大气科任务台账"], HEADER, FULL],
                "水科": [["水科任务台账"], HEADER, [1, "河道", "清淤", "水科", None, "年底前"]],
            }
        )
    )
    assert codes(read) == ["大气科-1", "水科-1"]
    assert read.errors == ()


def test_hidden_sheets_are_left_out() -> None:
    book = workbook({"台账": [HEADER, FULL], "字典": [HEADER, [9, *FULL[1:]]]})
    book["字典"].sheet_state = "hidden"
    assert codes(read_book(book)) == ["1"]


def test_a_sheet_can_be_asked_for() -> None:
    book = workbook({"甲": [HEADER, FULL], "乙 ": [HEADER, [2, "丙", *FULL[2:]]]})
    assert codes(read_book(book, sheet="乙")) == ["2"]


def test_lists_in_several_sheets_join_by_number_and_by_name() -> None:
    read = read_book(
        workbook(
            {
                "任务": [
                    ["序号", "任务名称", "完成时限"],
                    [1, "甲", "年底前"],
                    [2, "乙", "年底前"],
                ],
                "分工": [
                    ["序号", "任务名称", "牵头单位"],
                    ["１", None, "大气科"],
                    [None, "乙", "水科"],
                ],
                "举措": [
                    ["任务序号", "任务名称", "主要举措"],
                    [1, None, "洒水"],
                    [3, "丙", "无主"],
                ],
            }
        )
    )
    assert [task.lead for task in read.tasks] == [("大气环境科",), ("水生态环境科",)]
    assert [m.text for m in read.tasks[0].measures] == ["洒水"]
    assert places(read.errors) == [("orphan_measure_row", 3, "A")]
