"""A long ledger takes time in proportion to its length."""

import time

from openpyxl import Workbook

from tests.tasks.ledger.making import HEADER, read_book, workbook

_UNITS = ("大气环境科", "水科", "土壤科", "固废科")
_DEADLINES = ("2023年12月底前", "每月5日前", "长期坚持", "2023年9月30日前", "年底前")


def long_ledger(length: int) -> Workbook:
    rows = [
        [
            n,
            f"任务{n}",
            "1.制定方案；2.组织实施",
            _UNITS[n % 4],
            "各分局、市住建局",
            _DEADLINES[n % 5],
        ]
        for n in range(1, length + 1)
    ]
    return workbook({"台账": [HEADER, *rows]})


def seconds(book: Workbook) -> float:
    begun = time.process_time()
    read = read_book(book)
    assert read.errors == ()
    return time.process_time() - begun


def test_ten_times_the_rows_take_about_ten_times_as_long() -> None:
    small, large = long_ledger(500), long_ledger(5000)
    seconds(small)
    quick = min(seconds(small) for _ in range(3))
    assert seconds(large) < 25 * quick
