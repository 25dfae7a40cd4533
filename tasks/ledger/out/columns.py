"""The columns of exported ledgers: their header words, widths and order, for each style.

Header words are those of `data/headers.yaml`, in Chinese whoever asks: a ledger is an official
document, and any office's reader has to know them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tasks.ledger.out.model import FOUR_SHEETS

TEXT, DATE, NUMBER, LIGHT = "text", "date", "number", "light"
# Fields of the ledger's own columns and of the campaign's begin so, the header after it.
EXTRA, CUSTOM = "extra:", "custom:"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutColumn:
    """A column: `width` in characters; of each measure, or only for reading (`live`)."""

    field: str
    header: str
    group: str = ""
    width: int = 12
    kind: str = TEXT
    measure: bool = False
    live: bool = False
    centred: bool = False


TASKS, DUTIES, MEASURES, RESULTS, OTHER = "任务清单", "责任清单", "措施清单", "结果清单", "其他"

_COLUMNS = (
    OutColumn(field="code", header="任务编号", group=TASKS, width=13, centred=True),
    OutColumn(field="title", header="任务名称", group=TASKS, width=28),
    OutColumn(field="category", header="攻坚行动", group=TASKS, width=14),
    OutColumn(field="target", header="目标", group=TASKS, width=22),
    OutColumn(field="start", header="开始时间", group=TASKS, width=11, kind=DATE, centred=True),
    OutColumn(field="deadline", header="完成时限", group=TASKS, width=14, centred=True),
    OutColumn(
        field="now", header="现行时限", group=TASKS, width=11, kind=DATE, live=True, centred=True
    ),
    OutColumn(field="frequency", header="调度频次", group=TASKS, width=9, centred=True),
    OutColumn(field="lead", header="牵头单位", group=DUTIES, width=15),
    OutColumn(field="cooperating", header="配合单位", group=DUTIES, width=18),
    OutColumn(field="leader", header="责任领导", group=DUTIES, width=11),
    OutColumn(field="person", header="责任人", group=DUTIES, width=14),
    OutColumn(
        field="measure_code", header="措施编号", group=MEASURES, width=9, measure=True, centred=True
    ),
    OutColumn(field="measures", header="工作措施", group=MEASURES, width=30, measure=True),
    OutColumn(
        field="measure_deadline", header="措施时限", group=MEASURES, width=13, measure=True,
        centred=True,
    ),
    OutColumn(
        field="percent", header="完成率(%)", group=RESULTS, width=9, kind=NUMBER, centred=True
    ),
    OutColumn(field="progress", header="进展情况", group=RESULTS, width=28),
    OutColumn(field="problems", header="存在问题", group=RESULTS, width=20),
    OutColumn(field="next", header="下一步计划", group=RESULTS, width=20),
    OutColumn(field="status", header="是否完成", group=RESULTS, width=9, centred=True),
    OutColumn(
        field="light", header="红黄绿灯", group=RESULTS, width=9, kind=LIGHT, live=True,
        centred=True,
    ),
    OutColumn(field="remark", header="备注", group=OTHER, width=16),
)  # fmt: skip
BY_FIELD = {column.field: column for column in _COLUMNS}
KEY = ("code", "title")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table of an export: its columns and, of a set of lists, which list it is."""

    name: str
    columns: tuple[OutColumn, ...]

    @property
    def grouped(self) -> bool:
        """Whether the columns stand under the names of several lists."""
        return len({column.group for column in self.columns}) > 1

    @property
    def per_measure(self) -> bool:
        """Whether a task takes a row for each of its measures."""
        return any(column.measure for column in self.columns)


def whole_table(own: Sequence[OutColumn], *, name: str = "任务台账") -> Sheet:
    """Return the table that tells everything about a task, with the ledger's own columns last."""
    return Sheet(name=name, columns=(*_COLUMNS, *own))


def four_tables(own: Sequence[OutColumn]) -> tuple[Sheet, ...]:
    """Return the four lists, joined by the number, the ledger's own columns in the first."""
    key = tuple(replace(BY_FIELD[name], group="") for name in KEY)
    sheets = []
    for name in (TASKS, DUTIES, MEASURES, RESULTS):
        columns = [replace(c, group="") for c in _COLUMNS if c.group == name and c.field not in KEY]
        if name == TASKS:
            columns += [replace(c, group="") for c in (BY_FIELD["remark"], *own)]
        sheets.append(Sheet(name=name, columns=(*key, *columns)))
    return tuple(sheets)


def tables(style: str, own: Sequence[OutColumn]) -> tuple[Sheet, ...]:
    """Return the tables of a style; of one per unit, the table each unit's sheet is like."""
    return four_tables(own) if style == FOUR_SHEETS else (whole_table(own),)


def own_columns(extra: Sequence[str], custom: Sequence[tuple[str, str]]) -> list[OutColumn]:
    """Return the columns of further headers: those ledgers brought, and those of campaigns.

    `custom` are labels with their kind. A header that another column bears gets （原栏目） behind
    it; the field still names the column as it is known.
    """
    taken = {column.header for column in _COLUMNS}
    columns = []
    for field, kind in [*((CUSTOM + label, kind) for label, kind in custom),
                        *((EXTRA + name, TEXT) for name in extra)]:  # fmt: skip
        header = field.partition(":")[2]
        while header in taken:
            header += "（原栏目）"
        taken.add(header)
        columns.append(OutColumn(field=field, header=header, group=OTHER, width=14, kind=kind))
    return columns
