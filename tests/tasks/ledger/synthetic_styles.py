"""The styles: each lays invented tasks out as one kind of office does."""

import datetime as dt
import itertools
import random
from collections.abc import Sequence
from typing import Any

from openpyxl.utils import get_column_letter

from tests.tasks.ledger.synthetic import UNITS, Laid, Rows, Style, Truth, Words, make_tasks

_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_EXTRAS = {"投资额": "1200", "文件依据": "并环发12号", "所在乡镇": "城区", "电话": "4321000"}


def _table(tasks: Sequence[Truth], fields: Sequence[str], words: Words) -> Rows:
    return [[words[name] for name in fields], *([t.cells[name] for name in fields] for t in tasks)]


_READ_AS = {"category": "campaign"}


def _truth(tasks: Sequence[Truth], fields: Sequence[str]) -> list[dict[str, Any]]:
    names = [_READ_AS.get(name, name) for name in fields if name != "code"]
    return [{name: task.read[name] for name in names} for task in tasks]


def _some(chance: random.Random, always: Sequence[str], maybe: Sequence[str]) -> list[str]:
    """Return the fields of a ledger: those it always has, and some of the others, in order."""
    taken = {name for name in maybe if chance.random() < 0.6}
    return [name for name in (*always, *maybe) if name in taken or name in always]


_ALWAYS = ("code", "title", "measures", "lead", "cooperating", "deadline")
_MAYBE = (
    *("category", "target", "leader", "person", "frequency"),
    *("progress", "status", "problems", "next", "remark"),
)


def one_table(chance: random.Random, words: Words) -> Laid:
    """One table, its columns in any order, some of them nobody's field."""
    tasks = make_tasks(chance, 12)
    fields = _some(chance, _ALWAYS, _MAYBE)
    chance.shuffle(fields)
    rows = _table(tasks, fields, words)
    laid = Laid({"Sheet1": rows}, truth=_truth(tasks, fields))
    for name in chance.sample(sorted(_EXTRAS), 2):
        at = chance.randrange(1, len(rows[0]))
        for number, row in enumerate(rows):
            row.insert(at, _EXTRAS[name] if number else name)
        for truth in laid.truth:
            truth[f"extra:{name}"] = _EXTRAS[name]
    return laid


def two_rows(chance: random.Random, words: Words) -> Laid:
    """A title, who filled it in, a header of two rows with merged parents."""
    tasks = make_tasks(chance, 10)
    groups = [
        ("", ["code"]), ("", ["title"]), ("任务要求", ["target", "measures"]),
        ("责任分工", ["lead", "cooperating", "leader"]), ("进度安排", ["deadline"]),
        ("进展", ["progress", "status"]), ("", ["remark"]),
    ]  # fmt: skip
    fields = [name for _parent, names in groups for name in names]
    width = len(fields)
    rows: Rows = [
        ["太原市2023年污染防治重点任务台账"],
        ["填报单位：局办公室    2023年7月10日"],
        [],
        [],
    ]
    merged = [f"A1:{get_column_letter(width)}1", f"A2:{get_column_letter(width)}2"]
    column = 1
    for parent, names in groups:
        first, last = get_column_letter(column), get_column_letter(column + len(names) - 1)
        if parent:
            rows[2] += [parent, *[None] * (len(names) - 1)]
            rows[3] += [words[name] for name in names]
            if len(names) > 1:
                merged.append(f"{first}3:{last}3")
        else:
            rows[2].append(words[names[0]])
            rows[3].append(None)
            merged.append(f"{first}3:{first}4")
        column += len(names)
    rows += [[task.cells[name] for name in fields] for task in tasks]
    return Laid({"台账": rows}, {"台账": merged}, truth=_truth(tasks, fields))


def merged_tasks(chance: random.Random, words: Words) -> Laid:
    """A row for each measure, the task's cells merged over its rows, the campaign's over tasks."""
    tasks = sorted(make_tasks(chance, 10), key=lambda task: str(task.cells["category"]))
    for number, task in enumerate(tasks, start=1):
        task.cells["code"] = number
    fields = ["code", "category", "title", "measures", "lead", "cooperating", "deadline", "leader"]
    if chance.random() < 0.5:
        fields = ["category", "code", *fields[2:]]
    rows: Rows = [["2023年重点任务清单"], [words[name] for name in fields]]
    merged = [f"A1:{get_column_letter(len(fields))}1"]
    campaigns: dict[str, list[int]] = {}
    for task in tasks:
        top = len(rows) + 1
        for number, step in enumerate(task.steps):
            values = {**task.cells, "measures": step}
            rows.append([values[n] if number == 0 or n == "measures" else None for n in fields])
        campaigns.setdefault(task.cells["category"], []).extend((top, len(rows)))
        for at, name in enumerate(fields, start=1):
            if len(task.steps) > 1 and name not in ("category", "measures"):
                merged.append(f"{get_column_letter(at)}{top}:{get_column_letter(at)}{len(rows)}")
    at = fields.index("category")
    for lines in campaigns.values():
        for row in range(lines[0] + 1, lines[-1] + 1):
            rows[row - 1][at] = None
        if lines[-1] > lines[0]:
            letter = get_column_letter(at + 1)
            merged.append(f"{letter}{lines[0]}:{letter}{lines[-1]}")
    return Laid({"清单": rows}, {"清单": merged}, truth=_truth(tasks, fields))


def four_sheets(chance: random.Random, words: Words) -> Laid:
    """The four lists as sheets, joined by number; text 1 is number 1, a blank ends a name."""
    tasks = make_tasks(chance, 8)
    lists = {
        "任务清单 ": ["code", "category", "title", "target", "deadline"],
        "责任清单": ["code", "title", "lead", "cooperating", "leader"],
        "措施清单": ["code", "measures"],
        "结果清单": ["code", "title", "progress", "status", "problems", "next"],
    }
    if chance.random() < 0.5:
        lists = {f"附件{n} {name}": fields for n, (name, fields) in enumerate(lists.items(), 1)}
    laid = Laid()
    for name, fields in lists.items():
        rows: Rows = [[name.strip()], [words[f] for f in fields]]
        for task in tasks:
            values = dict(task.cells)
            if "结果" in name or "责任" in name:
                values["code"] = str(values["code"])
            if "措施" in name:
                rows += [[f"{values['code']}-{n}", step] for n, step in enumerate(task.steps, 1)]
            else:
                rows.append([values[f] for f in fields])
        laid.sheets[name] = rows
        laid.merged[name] = [f"A1:{get_column_letter(len(fields))}1"]
    named = ["category", "title", "target", "deadline", "lead", "cooperating", "leader", "measures",
             "progress", "status", "problems", "next"]  # fmt: skip
    laid.truth = _truth(tasks, named)
    return laid


def sheet_per_unit(chance: random.Random, words: Words) -> Laid:
    """One sheet for each lead unit; in half of the workbooks its name alone says who leads."""
    tasks = make_tasks(chance, 12)
    named = chance.random() < 0.5
    fields = ["code", "title", "measures", "cooperating", "deadline", "remark"]
    fields = fields if named else [*fields[:3], "lead", *fields[3:]]
    laid = Laid()
    by_unit: dict[str, list[Truth]] = {}
    for task in tasks:
        by_unit.setdefault(UNITS[task.cells["lead"]], []).append(task)
    for unit, own in by_unit.items():
        for number, task in enumerate(own, start=1):
            task.cells["code"] = number
        laid.sheets[unit[:31]] = [[f"{unit}2023年任务清单"], *_table(own, fields, words)]
        laid.truth += _truth(own, [*fields, "lead"] if named else fields)
    return laid


def printed(chance: random.Random, words: Words) -> Laid:
    """As printed: the header on each page, blank and subtotal rows, 同上, notes, signatures."""
    tasks = make_tasks(chance, 12)
    for before, task in itertools.pairwise(tasks):
        for name, key in (("lead", "lead"), ("leader", "leader")):
            if chance.random() < 0.4:
                task.read[key] = before.read[key]
                task.cells[name] = chance.choice(["同上", "″", "〃"])
        task.read["cooperating"] = [
            u for u in task.read["cooperating"] if u not in task.read["lead"]
        ]
    fields = ["code", "title", "target", "measures", "lead", "cooperating", "deadline", "leader"]
    header = [words[name] for name in fields]
    rows: Rows = [["2023年度生态环境保护工作台账"], ["（单位：项）"], header]
    for number, task in enumerate(tasks, start=1):
        rows.append([task.cells[name] for name in fields])
        if number % 4 == 0:
            rows.append([chance.choice(["小计", "合计"]), f"{number}项"])
            rows.append([])
            rows.append(list(header))
    rows += [
        [],
        ["总计", "12项"],
        ["注：本表一式两份，逐级报送。"],
        ["填表人：科长", None, "审核人：主任", None, "2023年7月"],
    ]
    return Laid({"台账": rows}, truth=_truth(tasks, fields))


def headings(chance: random.Random, words: Words) -> Laid:
    """Campaigns as heading rows between the tasks: 一、空气质量巩固提升."""
    tasks = sorted(make_tasks(chance, 10), key=lambda task: str(task.cells["category"]))
    fields = ["code", "title", "measures", "lead", "cooperating", "deadline", "progress"]
    rows: Rows = [["重点任务分解表"], [words[name] for name in fields]]
    merged = [f"A1:{get_column_letter(len(fields))}1"]
    last, count = "", 0
    merges = chance.random() < 0.5
    for number, task in enumerate(tasks, start=1):
        task.cells["code"] = number
        if task.cells["category"] != last:
            last = str(task.cells["category"])
            rows.append([f"{'一二三四'[count]}、{last}"])
            count += 1
            if merges:
                merged.append(f"A{len(rows)}:{get_column_letter(len(fields))}{len(rows)}")
        rows.append([task.cells[name] for name in fields])
    return Laid({"分解表": rows}, {"分解表": merged}, truth=_truth(tasks, [*fields, "category"]))


def typed(chance: random.Random, words: Words) -> Laid:
    """Full-width digits, serial dates, hidden rows and columns, blanks in headers."""
    tasks = make_tasks(chance, 10)
    fields = [
        "code",
        "title",
        "target",
        "measures",
        "lead",
        "cooperating",
        "deadline",
        "status",
        "remark",
    ]
    rows = _table(tasks, fields, words)
    rows[0] = ["\n".join(h) if len(h) == 4 and chance.random() < 0.4 else f" {h} " for h in rows[0]]
    for row in rows[1:]:
        row[0] = chance.choice([str(row[0]).translate(_FULL_WIDTH), f"{row[0]}、", row[0]])
        if isinstance(row[6], dt.date) and chance.random() < 0.5:
            row[6] = (row[6] - dt.date(1899, 12, 30)).days
    for number, row in enumerate(rows):
        row.insert(2, f"内部-{number}" if number else "内部编号")
    return Laid(
        {"Sheet1": rows},
        hidden_rows={"Sheet1": [3, 4]},
        hidden_columns={"Sheet1": ["C"]},
        truth=_truth(tasks, fields),
    )


_BY_MEASURE = ("code", "title", "measures", "own", "lead", "cooperating", "deadline")


def row_per_measure(chance: random.Random, words: Words) -> Laid:
    """A row for each measure with its own deadline; the task's cells repeated or left blank."""
    tasks = make_tasks(chance, 8)
    repeats = chance.random() < 0.5
    rows: Rows = [[words["code"], words["title"], words["measures"], "措施完成时限", words["lead"],
                   words["cooperating"], words["deadline"]]]  # fmt: skip
    for task in tasks:
        for number, step in enumerate(task.steps):
            values = {**task.cells, "measures": step, "own": task.step_deadlines[number]}
            row = [values[name] for name in _BY_MEASURE]
            if number and not repeats:
                row[0] = row[1] = row[4] = row[5] = row[6] = None
            rows.append(row)
    laid = Laid({"措施": rows})
    laid.truth = _truth(tasks, ["title", "measures", "lead", "cooperating", "deadline"])
    for truth, task in zip(laid.truth, tasks, strict=True):
        truth["measure_deadlines"] = task.step_deadlines
    return laid


STYLES: dict[str, Style] = {
    style.__name__: style
    for style in (
        one_table, two_rows, merged_tasks, four_sheets, sheet_per_unit, printed, headings, typed,
        row_per_measure,
    )
}  # fmt: skip
