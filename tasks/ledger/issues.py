"""The sentences of errors and warnings: what is wrong, the value, and what to do."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tasks.ledger.grid import Cell, column_letter
from tasks.ledger.model import Issue

SENTENCES: Mapping[str, Promise] = {
    "unknown_unit": _("“%(value)s”不在单位名册中，请改成名册里的名称或别名，或先登记这个单位。"),
    "unknown_unit_like": _(
        "“%(value)s”不在单位名册中，是不是“%(near)s”？请改成名册里的名称或别名，或先登记这个单位。"
    ),
    "missing_deadline": _("没有填写完成时限，请补填日期，或写明“长期坚持”。"),
    "deadline_before_start": _("完成时限 %(deadline)s 早于开始时间 %(start)s，请改正其中一个。"),
    "duplicate_code": _("任务编号“%(value)s”与第 %(other)s 行重复，请改成不同的编号。"),
    "missing_title": _("没有填写任务名称，请补填。"),
    "missing_lead": _("没有写明牵头单位，请补填一个名册里的单位。"),
    "invalid_date": _("“%(value)s”里的日期不存在，请改正。"),
    "formula_no_cached_value": _("这一格是公式但没有计算结果，请用 Excel 打开并保存后再导入。"),
    "text_too_long": _("“%(field)s”有 %(count)s 个字，最多 %(limit)s 个字，请缩短。"),
    "error_cell_value": _("这一格显示错误值“%(value)s”，请改正公式或填入内容。"),
    "rate_out_of_range": _("完成率“%(value)s”不在 0 到 100 之间，请改正。"),
    "orphan_result_row": _("结果清单序号“%(value)s”在任务清单中不存在，请改正序号或补上任务。"),
    "orphan_measure_row": _("措施清单序号“%(value)s”在任务清单中不存在，请改正序号或补上任务。"),
    "orphan_responsibility_row": _(
        "责任清单序号“%(value)s”在任务清单中不存在，请改正序号或补上任务。"
    ),
    "formula_cell": _("这一格是公式，按它的计算结果“%(value)s”导入，请核对。"),
    "lead_also_cooperating": _("“%(value)s”既是牵头又是配合，按牵头导入，请核对。"),
    "formula_like_text": _("“%(value)s”像公式，按文字原样导入，请核对。"),
    "ambiguous_deadline": _("时限“%(value)s”要人确认：%(note)s"),
    "missing_result_row": _("任务%(value)s在结果清单中没有行，请补填进展。"),
    "column_value": _("栏目“%(column)s”的内容“%(value)s”与其类型不符，请改正。"),
    "foreign_unit": _("牵头单位“%(value)s”不在您的督办范围内，这一行不能由您导入。"),
    "changed_here_too": _(
        "任务“%(value)s”的草稿在系统里和台账里都改过，不能互相覆盖；不同的栏目：%(fields)s。"
        "请在导入预览里选择保留哪一边。"
    ),
    "waits_for_approval": _("任务“%(value)s”正在等立项审核，审定之前不能改动草稿。"),
    "code_discarded": _("编号“%(value)s”的草稿已经作废，编号不再使用，请改用新的编号。"),
    "already_issued": _(
        "任务“%(value)s”已经交办，不能用台账改动；不同的栏目：%(fields)s。请走延期或调整程序。"
    ),
}


class Place(NamedTuple):
    """Where in a workbook something stands; row and column from 1, 0 for the whole sheet."""

    sheet: str
    row: int = 0
    column: int = 0


class Located(NamedTuple):
    """A cell with its place and the words above it."""

    cell: Cell
    place: Place
    header: str

    @property
    def text(self) -> str:
        """What the cell shows."""
        return self.cell.text


def make_issue(
    code: str,
    place: Place,
    *,
    task: str = "",
    owner: tuple[str, int] | None = None,
    value: Any = None,
    suggestions: tuple[str, ...] = (),
    **words: object,
) -> Issue:
    """Return the issue of a code at a place; `words` and the value fill its sentence.

    `suggestions` are what may have been meant, the likest first; the sentence names them.
    """
    shown = "、".join(value) if isinstance(value, list) else value
    sentence = SENTENCES[f"{code}_like" if suggestions else code]
    return Issue(
        code=code,
        sheet=place.sheet,
        row=place.row or None,
        col=column_letter(place.column),
        message=str(sentence) % {"value": shown, "near": "”“".join(suggestions), **words},
        task=task,
        owner=owner,
        value=value,
        suggestions=suggestions,
    )
