"""Make one deadline of everything found in a phrase."""

import datetime as dt
import re
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from tasks.ledger.deadlines import model as m
from tasks.ledger.deadlines import tree
from tasks.ledger.deadlines.dated import read_dated
from tasks.ledger.deadlines.days import Context, NoSuchDateError, period_of
from tasks.ledger.deadlines.model import Deadline, DeadlineNode
from tasks.ledger.deadlines.points import WHOLE_YEAR
from tasks.ledger.deadlines.tree import Every, Found, Mark, Point, Span, Within

# A length of time that names no event runs from the day the task is handed down.
_FROM_ISSUE = "下达"
# 中期(1-2年) is a class of rectification, and its length runs from the plan.
_FROM_PLAN = "整改方案印发"
_CLASSES = frozenset(("近期", "短期", "中期", "中长期", "中远期", "长期", "远期"))
# What is due at the two dates of a half-yearly repetition, and where only 报送 is written.
_FIRST_HALF, _WHOLE_YEAR, _PART_REPORT = "半年", "年度", "阶段报告"
_REPORTING = frozenset(("报送", "上报", "报告"))
# No plan reaches further, in whatever unit.
_LONGEST = 9999
_LASTING = ("ongoing", "forever")
_CLAUSE_END = re.compile(r"[,;。、\n]")
_GAP = re.compile(r"[,;。、\n(]")
_ORDINAL = re.compile(r"^第[一二三四五六七八九十\d]+[批期步]次?")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dated:
    """A point or span with its days, and the words about it."""

    reading: Deadline
    first: dt.date | None
    start: int
    end: int
    soft: bool = False
    share: str = ""


@dataclass(slots=True, kw_only=True)
class _Parts:
    """What a phrase holds, sorted by sort."""

    dated: list[_Dated] = field(default_factory=list)
    every: list[Every] = field(default_factory=list)
    within: list[Within] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    referenced: bool = False

    def has(self, kind: str) -> bool:
        """Whether a mark of this kind occurs."""
        return any(mark.kind == kind for mark in self.marks)

    @property
    def lasting(self) -> bool:
        """Whether something is to go on: 长期坚持, 持续推进."""
        return any(mark.kind in _LASTING for mark in self.marks)


def combine(raw: str, text: str, found: list[Found], context: Context) -> Deadline:
    """Return the deadline that the nodes found in the normalised text amount to."""
    try:
        parts = _sort(text, found, context)
    except NoSuchDateError as wrong:
        note = _("没有“%(day)s”这一天，请改正时限。") % {"day": wrong.text}
        return Deadline(raw=raw, kind=m.AMBIGUOUS, note=note, problem="invalid_date")
    reading = (
        _one_of(text, parts)
        or _repeated(parts)
        or _relative(parts, context)
        or _worded(parts)
        or Deadline(raw="", kind=m.AMBIGUOUS, note=_("读不出时限，请写明日期。"))
    )
    return replace(reading, raw=raw)


# ---- points and spans ------------------------------------------------------------------------


def _sort(text: str, found: list[Found], context: Context) -> _Parts:
    """Give every point its days, carrying a written year to the ones behind it."""
    parts = _Parts()
    soft = False
    for index, item in enumerate(found):
        node = item.node
        if isinstance(node, Mark):
            soft = _note_mark(parts, node, item, text, soft=soft)
        elif isinstance(node, Every):
            parts.every.append(node)
        elif isinstance(node, Within):
            parts.within.append(node)
        elif not _is_leftover(node, found, index, bracketed="(" in text):
            reading, first, context = read_dated(node, context)
            # 按照2021年3月印发的方案: the date may be the document's.
            before = found[index - 1] if index else None
            if before is not None and before.end == item.start and _is(before, "reference"):
                parts.referenced = True
            parts.dated.append(
                _Dated(reading=reading, first=first, start=item.start, end=item.end, soft=soft)
            )
            soft = False
    return parts


def _note_mark(parts: _Parts, mark: Mark, item: Found, text: str, *, soft: bool) -> bool:
    """File a mark; return whether the next date is a soft one."""
    parts.marks.append(mark)
    newest = parts.dated[-1] if parts.dated else None
    if mark.kind == "soft":
        # 左右 and 前后 stand behind the date they soften; 力争 may (年底前力争完成).
        if newest is not None and not _CLAUSE_END.search(text[newest.end : item.start]):
            parts.dated[-1] = replace(newest, soft=True)
            return soft
        return True
    if newest is not None and not newest.share and mark.kind in ("percent", "all_of_it"):
        share = mark.text if mark.kind == "percent" else "100%"
        parts.dated[-1] = replace(newest, share=share)
    return soft


def _is(found: Found, kind: str) -> bool:
    return isinstance(found.node, Mark) and found.node.kind == kind


def _is_leftover(node: Point | Span, found: list[Found], index: int, *, bracketed: bool) -> bool:
    """Whether a season or holiday is only mentioned beside a real date, or 全年 beside 持续."""
    others = [item.node for item in (*found[:index], *found[index + 1 :])]
    dated = any(isinstance(other, (Point, Span)) for other in others)
    if not isinstance(node, Point):
        return False
    if node.note == WHOLE_YEAR:
        return dated or any(isinstance(other, Mark) and other.kind in _LASTING for other in others)
    counted = node.offset is not None or (node.year_offset or 0) < 0
    if counted and not node.bound and not node.edge:
        # 每月5日前报送上月情况: a period that is reported on.
        past = min(node.offset or 0, node.year_offset or 0) < 0
        return any(isinstance(other, Every) for other in others) or (past and dated)
    if node.unit not in (tree.SEASON, tree.FEAST):
        return False
    explained = any(
        isinstance(other, Point) and other.unit in (tree.DAY, tree.MONTH) for other in others
    )
    if node.bound == tree.WITHIN:
        # 元旦、春节期间: the last of several holidays stays.
        return any(
            isinstance(other, Span)
            or (isinstance(other, Point) and other.unit not in (tree.SEASON, tree.FEAST))
            for other in others
        )
    return explained and bracketed if node.bound else dated


# ---- one phrase ------------------------------------------------------------------------------


def _one_of(text: str, parts: _Parts) -> Deadline | None:
    """Return the dated reading, with several dates as nodes."""
    dated = parts.dated
    if not dated:
        return None
    if len(dated) == 1:
        reading = _single(dated[0])
    elif parts.has("or"):
        days = sorted({item.reading.date for item in dated if item.reading.date})
        note = _("写了几个日期，任选其一，请确认按哪一个。")
        reading = Deadline(
            raw="",
            kind=m.AMBIGUOUS,
            date=days[-1] if days else None,
            alternatives=tuple(days[:-1]),
            note=note,
        )
    else:
        reading = _begun_and_finished(parts, dated) or _regular(dated) or _nodes(text, dated)
    if reading.kind == m.ONGOING and parts.every:
        return replace(_repeated(parts) or reading, start=reading.start)
    done = any(mark.kind == "done" and "已" in mark.text for mark in parts.marks)
    if done and not parts.lasting and reading.kind != m.AMBIGUOUS:
        note = _("写的是状态，不是时限，请写明日期。")
        return replace(reading, kind=m.AMBIGUOUS, granularity="", note=note)
    if parts.has("begin") and parts.lasting and len(dated) == 1 and dated[0].first is not None:
        return Deadline(raw="", kind=m.ONGOING, start=dated[0].first)
    if parts.referenced and reading.kind != m.AMBIGUOUS:
        note = _("日期可能是所引文件的日期，请确认时限。")
        return replace(reading, kind=m.AMBIGUOUS, note=note)
    if parts.every and not reading.recurrence:
        reading = replace(reading, recurrence=_recurrence(parts.every[0]))
    continues = parts.lasting and not _ends_ongoing(text, dated[0])
    return replace(reading, continues_after=continues and reading.kind != m.ONGOING)


def _ends_ongoing(text: str, dated: _Dated) -> bool:
    """Whether the date ends what is ongoing (持续至2025年底) instead of the other way round."""
    before = text[: dated.start].rstrip()
    return before.endswith(("至", "到", "直至", "直到"))


def _single(item: _Dated) -> Deadline:
    reading = replace(item.reading, soft=item.soft)
    if item.share.endswith("%") and item.share != "100%" and reading.date is not None:
        node = DeadlineNode(date=reading.date, what=item.share)
        return replace(reading, nodes=(node,))
    return reading


def _nodes(text: str, dated: list[_Dated]) -> Deadline:
    """Return several dates as nodes; the last hard one is the deadline to confirm."""
    nodes = []
    for index, item in enumerate(dated):
        if item.reading.date is None:
            continue
        what = item.share or _what(text, dated, index)
        nodes.append(DeadlineNode(date=item.reading.date, what=what))
    if nodes and nodes[-1].what in _REPORTING:
        # 分别于6月底和7月底报送: what is due stands behind the last of them.
        nodes = [replace(node, what=_PART_REPORT) for node in nodes]
    hard = [item for item in dated if not item.soft and item.reading.date is not None]
    if len(hard) == 1:
        return replace(hard[0].reading, nodes=tuple(nodes))
    if not nodes:
        return dated[0].reading
    last = max((item.reading for item in hard or dated if item.reading.date), key=_by_date)
    note = _("写了 %(count)s 个时间节点，最后一个作为完成时限，请确认。") % {"count": len(nodes)}
    return Deadline(
        raw="", kind=m.AMBIGUOUS, date=last.date, nodes=tuple(nodes), soft=not hard, note=note
    )


def _what(text: str, dated: list[_Dated], index: int) -> str:
    """Return what is due at one of several dates: the words behind it, else those before it."""
    item = dated[index]
    begin = dated[index - 1].end if index else 0
    end = dated[index + 1].start if index + 1 < len(dated) else len(text)
    before = _GAP.split(text[begin : item.start])[-1]
    # What stands in the next date's own clause belongs to that one.
    behind = text[item.end : end]
    if index + 1 < len(dated) and len(clauses := _GAP.split(behind)) > 1:
        behind = behind[: len(behind) - len(clauses[-1])]
    words = _words(behind)
    return words if words not in ("", "完成") else _words(before) or words


def _begun_and_finished(parts: _Parts, dated: list[_Dated]) -> Deadline | None:
    """Return 2023年开工，2025年完工 as one span."""
    first, last = dated[0].first, dated[-1].reading.date
    if len(dated) != 2 or first is None or last is None or last < first:
        return None
    if not (parts.has("begin") and parts.has("finished")):
        return None
    return Deadline(raw="", kind=m.RANGE, start=first, date=last)


def _regular(dated: list[_Dated]) -> Deadline | None:
    """Return 6月5日和12月5日前, the same day half a year apart, as a half-yearly repetition."""
    days = [item.reading.date for item in dated if item.reading.date is not None]
    if len(dated) != 2 or len(days) != 2 or any(item.reading.kind != m.DATE for item in dated):
        return None
    first, last = days
    if (first.year, first.month + 6, first.day) != (last.year, last.month, last.day):
        return None
    return Deadline(
        raw="",
        kind=m.RECURRING,
        date=last,
        recurrence={"freq": "half_yearly", "dates": [f"{day:%m-%d}" for day in (first, last)]},
        nodes=(
            DeadlineNode(date=first, what=_FIRST_HALF),
            DeadlineNode(date=last, what=_WHOLE_YEAR),
        ),
    )


def _by_date(reading: Deadline) -> dt.date:
    return reading.date or dt.date.min


def _words(text: str) -> str:
    """Return what stands behind a date, without punctuation at its ends."""
    text = text.strip(" ,;。、\n()[]:")
    for word in ("力争", "和", "及", "并", "前", "以及", "到", "至"):
        text = text.removesuffix(word).removeprefix(word).strip(" ,;")
    return _ORDINAL.sub("", text) or text


def _recurrence(every: Every) -> dict[str, object]:
    """Return a repetition as in the contract; where no day in it is written, that is said."""
    if not every.details and every.freq in ("weekly", "monthly", "quarterly"):
        return {"freq": every.freq, "day": None}
    return {"freq": every.freq, **dict(every.details)}


def _repeated(parts: _Parts) -> Deadline | None:
    if not parts.every:
        return None
    freqs = list(dict.fromkeys(every.freq for every in parts.every))
    note = _("写了几种周期，取第一种。") if len(freqs) > 1 else ""
    return Deadline(raw="", kind=m.RECURRING, recurrence=_recurrence(parts.every[0]), note=note)


def _relative(parts: _Parts, context: Context) -> Deadline | None:
    if not parts.within:
        return None
    within = parts.within[-1]
    if within.since is not None:
        begun = period_of(within.since, context)
        return Deadline(
            raw="",
            kind=m.RANGE,
            start=begun.first if within.since.bound == tree.SINCE else begun.last,
            date=_add(begun.last, within.length),
        )
    marks = parts.marks
    by_class = any(mark.text in _CLASSES for mark in marks)
    event = within.event or (_FROM_PLAN if by_class else _FROM_ISSUE)
    return Deadline(
        raw="",
        kind=m.RELATIVE,
        soft=parts.has("soft"),
        trigger={"event": event, "offset": within.length},
        continues_after=bool(marks) and marks[-1].kind in _LASTING and bool(within.event),
        note="" if within.event else _("没有写明从何时起算，按下达之日起算，请确认。"),
    )


def _add(day: dt.date, length: str) -> dt.date | None:
    """Return the day a calendar length after another; None for hours and working days."""
    unit, digits = length[-1], length[1:-1]
    if not digits.isdigit():
        return None
    count = int(digits)
    if count > _LONGEST:
        raise NoSuchDateError(length)
    if unit in "DW":
        return day + dt.timedelta(days=count * (7 if unit == "W" else 1))
    months = day.year * 12 + day.month - 1 + count * (12 if unit == "Y" else 1)
    first = dt.date(months // 12, months % 12 + 1, 1)
    following = (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    return min(first.replace(day=1) + dt.timedelta(days=day.day - 1), following - dt.timedelta(1))


def _worded(parts: _Parts) -> Deadline | None:
    """Return what words alone mean; the first that fixes something wins."""
    continues = parts.lasting
    if parts.has("same"):
        note = _("“同上”要看上一行的时限。")
        return Deadline(raw="", kind=m.AMBIGUOUS, note=note)
    if parts.has("horizon"):
        horizon = next(mark.text for mark in parts.marks if mark.kind == "horizon")
        note = _("远景目标，不催办，请确认。")
        day = dt.date.fromisoformat(horizon)
        return Deadline(raw="", kind=m.AMBIGUOUS, date=day, soft=True, note=note)
    if parts.has("vague"):
        word = next(mark.text for mark in parts.marks if mark.kind == "vague")
        if not continues:
            note = _("“%(word)s”不是时限，请写明日期。") % {"word": word}
            return Deadline(raw="", kind=m.AMBIGUOUS, note=note)
    if parts.has("immediate"):
        return Deadline(raw="", kind=m.IMMEDIATE, continues_after=continues)
    if continues:
        # 已完成，长期坚持: what was due is done, and goes on.
        done = parts.has("done") and parts.has("forever")
        return Deadline(raw="", kind=m.ONGOING, continues_after=done)
    if parts.has("done"):
        note = _("写的是状态，不是时限，请写明日期。")
        return Deadline(raw="", kind=m.AMBIGUOUS, note=note)
    if parts.has("nothing"):
        note = _("没有写时限，请补充。")
        return Deadline(raw="", kind=m.AMBIGUOUS, note=note, problem="missing")
    return None
