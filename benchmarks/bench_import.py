"""What an import costs: a dry run of a 10 k-row ledger ÷ openpyxl only reading it; its memory.

The memory is the peak of a process that imports 100 k rows and of the child that takes the file
apart, whichever is larger; the ledger is written beforehand by another process.
"""

import datetime as dt
import io
import multiprocessing
import resource
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
from django.core.management import call_command
from django.db import connection

from accounts.services.organisation import load_organisation
from benchmarks.harness import AtMost, Result, medians

MUST = {"import_vs_openpyxl_read": AtMost(1.0), "import_rss_mb": AtMost(300)}
ROWS, MANY_ROWS = 10_000, 100_000
_HEADER = [
    *("序号", "任务编号", "攻坚行动", "任务名称", "量化目标", "工作措施", "牵头单位", "配合单位"),
    *("完成时限", "责任领导", "调度频次", "进展情况", "是否完成", "备注"),
]
_CAMPAIGNS = ["空气质量巩固提升", "一泓清水入黄河", "净土保卫战"]
_UNITS = ["大气环境科", "水生态环境科", "土壤生态环境科", "固体废物与化学品科"]
_HELPERS = ["小店分局", "清徐分局、阳曲分局", "市生态环境综合行政执法队", None]
_DEADLINES = ["2023年12月底前", dt.date(2023, 9, 30), "长期坚持", "年底前", dt.date(2023, 12, 31)]


def run() -> Result:
    """Measure the memory first, in a process that did nothing else before."""
    load_organisation()
    with tempfile.TemporaryDirectory() as folder:
        long, short = Path(folder) / "2023年长台账.xlsx", Path(folder) / "2023年台账.xlsx"
        _apart(_write, long, MANY_ROWS)
        _apart(_write, short, ROWS)
        peaks = _apart(_peaks, long)
        seconds = medians({"import": lambda: _import(short), "openpyxl": lambda: _only_read(short)})
    return Result(
        ratios={
            "import_vs_openpyxl_read": seconds["import"] / seconds["openpyxl"],
            "import_rss_mb": max(peaks),
        },
        sizes={"import_rows": ROWS, "import_rss_rows": MANY_ROWS},
        detail={
            **{f"{name}_s": round(taken, 3) for name, taken in seconds.items()},
            "rss_mb": round(peaks[0]),
            "child_rss_mb": round(peaks[1]),
        },
    )


def _import(path: Path) -> None:
    call_command("import_ledger", path, "--dry-run", stdout=io.StringIO(), skip_checks=True)


def _only_read(path: Path) -> int:
    book = openpyxl.load_workbook(path, data_only=True)
    return sum(1 for sheet in book for _row in sheet.iter_rows(values_only=True))


def _peaks(path: Path) -> tuple[float, float]:
    _import(path)
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    own, child = (resource.getrusage(kind).ru_maxrss / 1024 for kind in kinds)
    return own, child


def _apart(work: Callable[..., Any], *args: object) -> Any:
    """Return what a forked process answers; it opens its own connection to the database."""
    context = multiprocessing.get_context("fork")
    answers = context.Queue()

    def task() -> None:
        if connection.vendor == "postgresql":
            connection.connection = None
        answers.put(work(*args))

    process = context.Process(target=task)
    process.start()
    answer = answers.get()
    process.join()
    return answer


def _write(path: Path, rows: int) -> None:
    """Write a ledger as an office types it, dates in half of its deadlines."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("台账")
    sheet.append(_HEADER)
    for n in range(1, rows + 1):
        sheet.append(
            [
                *(n, f"DQ-2023-{n:06d}", _CAMPAIGNS[n % 3], f"第{n}处工业污染源深度治理工程"),
                *(f"{n % 90 + 1}家", f"1.逐企制定改造方案（{n}号）；\n2.每月现场核查一次"),
                *(_UNITS[n % 4], _HELPERS[n % 4], _DEADLINES[n % 5], "分管副局长", "每月"),
                *(f"已完成{n % 100}家", "否", None),
            ]
        )
    book.save(path)
