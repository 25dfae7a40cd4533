"""Ledgers of other styles: nine in tenths of all fields, on words and seeds nobody mended on.

`pytest -s` prints the table. Files are .xlsx (shared and inline strings), .xls and .ods in turn.
"""

import datetime as dt
import itertools
import random
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tasks.ledger.model import LedgerRead
from tasks.ledger.reading import read_ledger
from tests.tasks.ledger import books
from tests.tasks.ledger.header_pools import HELD_OUT, KNOWN, UNHEARD
from tests.tasks.ledger.making import cells, one
from tests.tasks.ledger.registers import shipped_registry
from tests.tasks.ledger.synthetic import Laid, Rows, Words, score
from tests.tasks.ledger.synthetic_styles import STYLES

FORMATS = ("xlsx", "inline", "xls", "ods")
# Mending was done on seeds below 100.
SEEDS = range(300, 304)
POOLS = {"listed words": KNOWN, "mended on": UNHEARD, "held out": HELD_OUT}
HEADER = ["序号", "任务名称", "牵头单位", "完成时限"]
ROW = [1, "扬尘治理", "大气环境科", "2023年9月底前"]


def read_bytes(data: bytes, name: str = "台账.xlsx") -> LedgerRead:
    return read_ledger(
        cells(data, name),
        registry=shipped_registry(),
        plan_year=2023,
        reference_date=dt.date(2023, 7, 10),
    )


def written(laid: Laid, kind: str) -> bytes:
    if kind == "xls":
        return books.xls(laid.sheets, laid.merged)
    if kind == "ods":
        return books.ods(laid.sheets, laid.merged)
    return books.xlsx(
        laid.sheets,
        laid.merged,
        hidden_rows=laid.hidden_rows,
        hidden_columns=laid.hidden_columns,
        inline=kind == "inline",
    )


def share(
    style: str, pool: Mapping[str, Sequence[str]], seeds: Sequence[int]
) -> tuple[float, list[str]]:
    """Return the share of fields read right in one style, and the wrong ones."""
    right = total = 0
    wrong: list[str] = []
    for seed, kind in zip(seeds, itertools.cycle(FORMATS), strict=False):
        chance = random.Random(f"{style} {seed}")  # noqa: S311 - repeatable, no secret
        laid = STYLES[style](chance, Words(chance, pool))
        tasks = read_bytes(written(laid, kind)).to_json()["tasks"]
        hits, fields, misses = score(laid, tasks)
        right, total = right + hits, total + fields
        wrong += [f"{seed} {kind} {miss}" for miss in misses]
    return right / total, wrong


@pytest.mark.parametrize("style", STYLES)
def test_nine_in_ten_fields_are_right_in_every_style(style: str) -> None:
    shares = {name: share(style, pool, SEEDS) for name, pool in POOLS.items()}
    row = "".join(f"  {name} {right:.3f}" for name, (right, _wrong) in shares.items())
    sys.stdout.write(f"\n{style:<16}{row}\n")
    for name, (right, wrong) in shares.items():
        least = 0.98 if name == "listed words" else 0.9
        assert right >= least, wrong[:20]


def test_the_score_counts_wrong_missing_and_surplus_fields() -> None:
    truth: list[dict[str, Any]] = [
        {"title": "甲", "remark": "续建"},
        {"title": "乙", "remark": None},
    ]
    laid = Laid(truth=truth)
    read: list[dict[str, Any]] = [
        {"title": "甲", "remark": "其他"},
        {"title": "丙", "remark": None},
    ]
    right, total, wrong = score(laid, read)
    assert (right, total, len(wrong)) == (1, 6, 5)


@pytest.mark.parametrize("kind", FORMATS)
def test_the_same_rows_read_the_same_from_every_kind_of_file(kind: str) -> None:
    rows: Rows = [
        [*HEADER, "开始时间"],
        [*ROW, dt.date(2023, 3, 1)],
        ["２", "餐饮油烟", "水科", 45275, None],
    ]
    laid = Laid({"台账 ": rows})
    first, second = read_bytes(written(laid, kind)).tasks
    assert (first.start, second.code) == (dt.date(2023, 3, 1), "2")
    assert second.deadline is not None
    assert second.deadline.date == dt.date(2023, 12, 15)


def test_a_million_blank_rows_cost_nothing() -> None:
    begun = time.monotonic()
    task = one(read_bytes(books.ods({"台账": [HEADER, ROW]}, blank_rows=1_048_574), "台账.ods"))
    assert task.title == "扬尘治理"
    assert time.monotonic() - begun < 10


def test_formatted_blank_rows_of_an_xlsx_are_passed_over() -> None:
    data = books.padded(books.xlsx({"台账": [HEADER, ROW]}), rows=100_000)
    assert one(read_bytes(data)).title == "扬尘治理"


def test_a_hidden_column_gives_way_to_one_that_is_shown() -> None:
    rows: Rows = [[*HEADER[:3], "牵头部门", "完成时限"], [*ROW[:2], "水科", "大气环境科", "年底前"]]
    data = books.xlsx({"台账": rows}, hidden_columns={"台账": ["C"]})
    task = one(read_bytes(data))
    assert (task.lead, task.extra) == (("大气环境科",), {"牵头单位": "水科"})


def test_columns_without_a_telling_header_are_known_by_what_stands_in_them() -> None:
    rows: Rows = [
        ["序号", "治什么", "谁来管", "啥时候", "备注"],
        [1, "扬尘治理", "大气环境科", "2023年9月底前", None],
        [2, "餐饮油烟整治", "水科", "年底前", "省级督办"],
    ]
    read = read_bytes(books.xlsx({"台账": rows}))
    assert [(task.title, task.lead) for task in read.tasks] == [
        ("扬尘治理", ("大气环境科",)),
        ("餐饮油烟整治", ("水生态环境科",)),
    ]
    assert {c.header: c.how for c in read.columns}["谁来管"] == "content"


@pytest.mark.parametrize(
    ("name", "above"),
    [
        ("大气环境科", []),
        ("Sheet1", [["责任单位：大气环境科"]]),
        ("表1", [["大气科2023年任务清单"]]),
    ],
)
def test_a_sheet_of_one_unit_says_who_leads(name: str, above: list[list[str]]) -> None:
    rows: Rows = [
        *above,
        ["序号", "任务名称", "工作措施", "完成时限"],
        [1, "扬尘治理", "洒水", "年底前"],
    ]
    task = one(read_bytes(books.xlsx({name: rows})))
    assert task.lead == ("大气环境科",)
