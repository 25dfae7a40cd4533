"""A sheet as a table: its title, its header, the rows that are data and why the others are not."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tasks.ledger.grid import NUMBER, Cell, Sheet, display
from tasks.ledger.headers import Header, Learned, find_header, header_words, key
from tasks.ledger.model import Skipped

# A heading inside a table (一、大气污染防治) spans at least this many columns or stands alone.
_WIDE = 3
_CODE_LENGTH = 8
# So many Chinese characters are no task's number.
_WORDED = 3
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
# 一、  （二） 3.  第四部分：
_ENUMERATOR = re.compile(
    r"^\s*(?:第[一二三四五六七八九十]+(?:部分|章|类|项)?[:：、\s]*|[一二三四五六七八九十]+[、.．]"
    r"|[(（][一二三四五六七八九十\d]+[)）][、]?|\d{1,2}[、.．](?!\d))\s*"
)


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table: data rows by number, and the heading each of them stands under."""

    sheet: Sheet
    header: Header
    title: str
    rows: Sequence[int]
    groups: Mapping[int, str]
    skipped: Sequence[Skipped]

    def list_name(self) -> str:
        """Return which of the four lists the sheet's name or title says it is, or blank."""
        for text in (self.sheet.name, self.title):
            for name, words in header_words().lists.items():
                if any(word in key(text) for word in words):
                    return name
        return ""


@dataclass(slots=True)
class _Sorted:
    """The rows of a sheet sorted into data and the rest."""

    rows: list[int] = field(default_factory=list)
    groups: dict[int, str] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)


def read_table(sheet: Sheet, learned: Learned | None = None) -> Table | None:
    """Return the table of a sheet, or none when it has no header.

    `learned` are meanings people gave headers. The one row of a simple header is no skipped row.
    """
    header = find_header(sheet, learned)
    if header is None:
        return None
    found = _Sorted()
    title = ""
    for row in range(1, header.top):
        text = " ".join(display(cell) for _column, cell in sheet.filled(row)).strip()
        if text:
            title = title or text
            why = "title" if text == title else "subtitle"
            found.skipped.append(Skipped(sheet=sheet.name, row=row, why=why))
    for row in range(header.top, header.bottom + 1) if header.bottom > header.top else ():
        found.skipped.append(Skipped(sheet=sheet.name, row=row, why="header"))
    _sort_rows(sheet, header, found)
    return Table(
        sheet=sheet,
        header=header,
        title=title,
        rows=found.rows,
        groups=found.groups,
        skipped=found.skipped,
    )


def _sort_rows(sheet: Sheet, header: Header, found: _Sorted) -> None:
    group = ""
    for row in range(header.bottom + 1, len(sheet.rows) + 1):
        if not sheet.rows[row - 1]:
            continue
        texts = {column: text for column, cell in sheet.filled(row) if (text := _content(cell))}
        if not texts:
            continue
        why = _why_skipped(sheet, header, row, texts)
        if why == "group":
            group = _ENUMERATOR.sub("", next(iter(texts.values())))
        if why:
            found.skipped.append(Skipped(sheet=sheet.name, row=row, why=why))
            continue
        found.rows.append(row)
        if group:
            found.groups[row] = group


def _content(cell: Cell) -> str:
    """Return what a cell shows; a formula without a value still counts as content."""
    return cell.text or ("=" if cell.formula else "")


def _why_skipped(sheet: Sheet, header: Header, row: int, texts: Mapping[int, str]) -> str:
    """Return why a row is no data, or blank for data."""
    words = header_words().rows
    first_column, first = next(iter(texts.items()))
    if _repeats_header(header, texts):
        return "header"
    if row == header.bottom + 1 and _numbers_columns(sheet, row, texts):
        return "column numbers"
    if key(first) in words["subtotal"] or key(first).startswith(words["subtotal"]):
        return "subtotal"
    alone = len(texts) == 1
    titled = not alone and any(column.number in texts for column in header.of("title"))
    if not titled and first.startswith(words["footnote"]):
        return "footnote"
    if not titled and first.startswith(words["signature"]):
        return "signature"
    if alone and _is_heading(sheet, header, row, first_column, first):
        return "group"
    return ""


def _repeats_header(header: Header, texts: Mapping[int, str]) -> bool:
    """Whether the header was printed again."""
    words = header.words
    same = sum(1 for number, text in texts.items() if key(text) in words.get(number, ()))
    return same >= 2 and 2 * same >= len(texts)


def _numbers_columns(sheet: Sheet, row: int, texts: Mapping[int, str]) -> bool:
    """Whether a row below the header only counts the columns: 1 2 3 4."""
    if len(texts) < 3:
        return False
    counted = [text.strip("()（）栏") for text in texts.values()]
    return counted == [str(number) for number in range(1, len(counted) + 1)]


def _is_heading(sheet: Sheet, header: Header, row: int, column: int, text: str) -> bool:
    """Whether the only text of a row is a heading and no continued measure."""
    area = sheet.area(row, column)
    if area is not None and area.right - area.left + 1 >= _WIDE:
        return True
    cell = sheet.own(row, column)
    if cell is not None and cell.kind == NUMBER:
        return False
    first = next((c.number for c in header.columns if c.path), 1)
    worded = len(text) > _CODE_LENGTH or len(_CHINESE.findall(text)) >= _WORDED
    return column == first and worded and not _continues_task(header, column)


def _continues_task(header: Header, column: int) -> bool:
    """Whether the column is one in which a task may go on in a further row."""
    return any(
        c.number == column and c.field in ("measures", "title", "cooperating", "progress")
        for c in header.columns
    )
