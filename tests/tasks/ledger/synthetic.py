"""Invented ledgers with known truth: tasks first, then laid out in the styles offices have."""

import datetime as dt
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Rows = list[list[Any]]
END = dt.date(2023, 12, 31)

# Cell text → (lead, cooperating, collective) is kept trivial: reading unit cells has its own tests.
UNITS = {
    "大气环境科": "大气环境科",
    "大气科": "大气环境科",
    "水生态环境科": "水生态环境科",
    "土壤科": "土壤生态环境科",
    "固体废物与化学品科": "固体废物与化学品科",
    "小店分局": "小店分局",
    "清徐分局": "清徐分局",
    "阳曲分局": "阳曲分局",
    "生态环境监测科": "生态环境监测科",
    "市生态环境综合行政执法队": "市生态环境综合行政执法队",
    "市住建局": "市住建局",
    "市水务局": "市水务局",
}
DEADLINES: Mapping[Any, tuple[str, str | None]] = {
    "2023年12月底前": ("month_end", "2023-12-31"),
    "2023年9月30日前": ("date", "2023-09-30"),
    "10月底": ("month_end", "2023-10-31"),
    "2023.11.15": ("date", "2023-11-15"),
    "2023/8/31": ("date", "2023-08-31"),
    "2023年第三季度末": ("quarter_end", "2023-09-30"),
    "２０２３年１１月底前": ("month_end", "2023-11-30"),
    "长期坚持": ("ongoing", None),
    dt.date(2023, 10, 20): ("date", "2023-10-20"),
    dt.date(2023, 12, 15): ("date", "2023-12-15"),
    dt.date(2023, 9, 1): ("date", "2023-09-01"),
}
CAMPAIGNS = ["空气质量巩固提升", "一泓清水入黄河", "净土保卫战", "无废城市"]
_PLACES = ["清徐县", "阳曲县", "小店区", "晋源区", "尖草坪区", "古交市"]
_WORKS = [
    *("焦化企业超低排放改造", "建筑工地扬尘管控", "餐饮油烟专项整治", "入河排污口溯源整治"),
    *("农村生活污水治理", "受污染地块安全利用", "危险废物规范化管理", "散煤复燃巡查"),
    *("非道路移动机械监管", "雨污合流管网改造", "锅炉低氮改造", "医疗废物转运体系建设"),
]
_TARGETS = ["3家", "29个行政村", "达到90%以上", "1378个", "完成国家考核", "稳定达标"]
_STEPS = [
    *("逐企制定改造方案", "每月现场核查一次", "建立村级台账", "分类命名编码", "开展泄漏检测与修复"),
    *("推进人工湿地扩建", "印发年度实施方案", "组织联合执法检查", "按季度通报进展", "完善监测网络"),
]
_PROGRESS = ["已完工1家", "完成18个", "方案已报审", "河道整治60%", "正在招标", "整治1120个"]
_PROBLEMS = ["施工占道", "资金不足", "夏季臭氧高"]
_NEXT = ["夜间施工", "开展错峰加油", "加快招标"]
_REMARKS = ["省级督办", "民生实事", "续建"]
_LEADERS = ["分管大气副局长", "分管水副局长", "总工程师"]
_PERSONS = ["大气科科长", "水科科长", "分局局长"]
_CYCLES = ["每月", "每季度", "每周"]
_STATUS = {"是": "done", "否": "open", "已完成": "done", "推进中": "open"}


@dataclass(slots=True)
class Truth:
    """A task as it is written: cell values by field, and what a perfect reader makes of them."""

    cells: dict[str, Any]
    steps: list[str]
    step_deadlines: list[str]
    read: dict[str, Any]


@dataclass(slots=True)
class Laid:
    """A workbook laid out: rows and merged areas by sheet, its truth, its hidden parts."""

    sheets: dict[str, Rows] = field(default_factory=dict)
    merged: dict[str, list[str]] = field(default_factory=dict)
    hidden_rows: dict[str, list[int]] = field(default_factory=dict)
    hidden_columns: dict[str, list[str]] = field(default_factory=dict)
    truth: list[dict[str, Any]] = field(default_factory=list)


Style = Callable[[random.Random, "Words"], Laid]


class Words:
    """Header words of a ledger, drawn from one of the pools and remembered."""

    def __init__(self, chance: random.Random, pool: Mapping[str, Sequence[str]]) -> None:
        self._chosen = {name: chance.choice(list(words)) for name, words in pool.items()}

    def __getitem__(self, name: str) -> str:
        return self._chosen[name]


def make_tasks(chance: random.Random, count: int) -> list[Truth]:
    """Return invented tasks; every title is different."""
    titles = [f"{place}{work}" for place in _PLACES for work in _WORKS]
    return [
        _task(chance, number, title)
        for number, title in enumerate(chance.sample(titles, count), start=1)
    ]


def _task(chance: random.Random, number: int, title: str) -> Truth:
    lead, *helpers = chance.sample(sorted(UNITS), chance.choice((1, 2, 3)))
    helpers = [name for name in helpers if UNITS[name] != UNITS[lead]]
    helpers = [n for i, n in enumerate(helpers) if UNITS[n] not in map(UNITS.get, helpers[:i])]
    deadline = chance.choice(list(DEADLINES))
    kind, date = DEADLINES[deadline]
    steps = chance.sample(_STEPS, chance.choice((1, 2, 3)))
    status = chance.choice(sorted(_STATUS))
    cells = {
        "code": number,
        "category": chance.choice(CAMPAIGNS),
        "title": title,
        "target": chance.choice(_TARGETS),
        "measures": "\n".join(f"{n}.{step}；" for n, step in enumerate(steps, start=1)),
        "lead": lead,
        "cooperating": "、".join(helpers) or None,
        "deadline": deadline,
        "leader": chance.choice(_LEADERS),
        "person": chance.choice(_PERSONS),
        "frequency": chance.choice(_CYCLES),
        "progress": chance.choice(_PROGRESS),
        "status": status,
        "problems": chance.choice([*_PROBLEMS, None]),
        "next": chance.choice([*_NEXT, None]),
        "remark": chance.choice([*_REMARKS, None]),
    }
    read = {
        "title": title,
        "campaign": cells["category"],
        "target": cells["target"],
        "measures": steps,
        "lead": [UNITS[lead]],
        "cooperating": [UNITS[name] for name in helpers],
        "deadline": (kind, date),
        "leader": cells["leader"],
        "person": cells["person"],
        "frequency": cells["frequency"],
        "progress": cells["progress"],
        "status": _STATUS[status],
        "problems": cells["problems"],
        "next": cells["next"],
        "remark": cells["remark"],
    }
    own = [chance.choice(["每月", "2023年9月底前", "10月底前", "11月15日前"]) for _ in steps]
    return Truth(cells, steps, own, read)


# ---- scoring ---------------------------------------------------------------------------------

_RESULT = ("progress", "status", "problems", "next")


def score(laid: Laid, tasks: Sequence[Mapping[str, Any]]) -> tuple[int, int, list[str]]:
    """Return fields right, fields in all, and the wrong ones.

    A task is found by its title; one too many counts as many wrong fields as a task has.
    """
    by_title: dict[str, list[Mapping[str, Any]]] = {}
    for task in tasks:
        by_title.setdefault(task["title"], []).append(task)
    right, wrong = 0, []
    for truth in laid.truth:
        found = by_title.get(truth["title"], [])
        match = found.pop(0) if found else None
        for name, value in truth.items():
            have = None if match is None else _have(match, name)
            if match is not None and have == value:
                right += 1
            else:
                wrong.append(f"{truth['title']}.{name}: {value!r} != {have!r}")
    fields = len(laid.truth[0]) if laid.truth else 1
    for rest in by_title.values():
        for surplus in rest:
            wrong += [f"too many: {surplus['title']!r}"] * fields
    return right, right + len(wrong), wrong


def _have(task: Mapping[str, Any], name: str) -> Any:
    if name in _RESULT:
        return task["result"][name]
    if name == "deadline":
        deadline = task["deadline"]
        return (deadline["kind"], deadline.get("date")) if deadline else None
    if name == "measures":
        return [measure["text"] for measure in task["measures"]]
    if name == "measure_deadlines":
        return [(measure.get("deadline") or {}).get("raw") for measure in task["measures"]]
    if name.startswith("extra:"):
        return task.get("extra", {}).get(name.removeprefix("extra:"))
    return task[name]
