"""Open a workbook file as plain cells, or refuse it with a sentence; never a traceback.

A child process of bounded memory and time takes the file apart (`tasks.ledger.opening`), since
what a hostile file does to a parser, no `except` may catch.
"""

import datetime as dt
import json
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, cast

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.errors import DomainError
from tasks.ledger.grid import BOOL, DATE, ERROR, NUMBER, TEXT, Area, Book, Cell, Sheet
from tasks.ledger.opening.limits import Limits

# Larger than any ledger seen; beyond it a file is refused unread.
MAX_BYTES = 20 * 1024 * 1024
LIMITS = Limits()
# A child that says nothing for so many seconds is ended.
_PATIENCE = 16.0
_ROOT = Path(__file__).resolve().parents[2]
_CHILD = (
    f"import sys; sys.path.insert(0, {str(_ROOT)!r}); "
    "from tasks.ledger.opening.child import main; main()"
)
# Texts that occur again and again (units, deadlines) are one cell each.
_SHARED_LENGTH, _SHARED_CELLS = 40, 20_000

_REFUSALS: Mapping[str, tuple[str, Promise]] = {
    "empty": (
        "empty_workbook",
        gettext_lazy("文件“%(name)s”是空文件（0 字节），请检查是否选错文件。"),
    ),
    "extension": (
        "not_a_workbook",
        gettext_lazy(
            "“%(name)s”的扩展名 .%(detail)s 不是表格，请选 .xlsx、.xls 或 .ods 文件，"
            "或在 Excel、WPS 里另存为 .xlsx 再导入。"
        ),
    ),
    "no_workbook": (
        "not_a_workbook",
        gettext_lazy(
            "“%(name)s”不是 Excel 工作簿（.xlsx、.xls、.ods），"
            "请用 Excel 或 WPS 另存为 .xlsx 再导入。"
        ),
    ),
    "xlsb": (
        "unsupported_format",
        gettext_lazy("文件“%(name)s”是二进制的 .xlsb，请用 Excel 另存为 .xlsx 再导入。"),
    ),
    "password": (
        "unsupported_format",
        gettext_lazy("文件“%(name)s”加了密码，请去掉密码、另存为 .xlsx 再导入。"),
    ),
    "definitions": (
        "unsafe_workbook",
        gettext_lazy("文件“%(name)s”含有不允许的外部定义，请用 Excel 另存为 .xlsx 再导入。"),
    ),
    "damaged": (
        "not_a_workbook",
        gettext_lazy(
            "文件“%(name)s”不完整或已损坏，打不开，请重新下载，"
            "或用 Excel、WPS 打开后另存为 .xlsx 再导入。"
        ),
    ),
    "memory": (
        "workbook_too_large",
        gettext_lazy(
            "文件“%(name)s”读起来太占内存或太费时间，请删去无关的工作表和空行，或拆成几个文件导入。"
        ),
    ),
}


def open_workbook(path: Path) -> Book:
    """Return the cells of the file at the path, or raise DomainError saying what to do."""
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError:
        message = _("找不到或读不了文件“%(name)s”，请检查路径。") % {"name": path.name}
        raise DomainError("file_not_found", message) from None
    if size > MAX_BYTES:
        raise _too_large(path.name, _("%(size)s MB") % {"size": size // (1024 * 1024)})
    return read_workbook(content, path.name)


def read_workbook(content: bytes, name: str) -> Book:
    """Return the cells of a workbook's bytes; `name` is printed in refusals."""
    if len(content) > MAX_BYTES:
        raise _too_large(name, _("%(size)s MB") % {"size": len(content) // (1024 * 1024)})
    return gather(_said(content, name), name)


def gather(lines: Iterable[str | bytes], name: str) -> Book:
    """Return the book of what the child says line by line; one that dies refuses the file."""
    sheets = _Gathered()
    said: Any = None
    for line in lines:
        try:
            said = json.loads(line)
        except ValueError:
            said = None
            break
        if isinstance(said, list):
            sheets.add_rows(*said)
        elif "sheet" in said:
            sheets.begin(said)
        elif "refused" in said:
            raise _refusal(name, said["refused"], said["detail"])
    if not isinstance(said, dict) or "end" not in said:
        raise _refusal(name, "memory", "")
    read = sheets.finish()
    if not any(sheet.rows for sheet in read):
        message = _("文件“%(name)s”是空的，没有任何单元格，请检查是否选错文件。")
        raise DomainError("empty_workbook", message % {"name": name})
    return Book(name=name, sheets=read)


# ---- the child -------------------------------------------------------------------------------


def _said(content: bytes, name: str) -> Iterator[bytes]:
    """Yield what the child says of the file, line by line."""
    child = subprocess.Popen(  # noqa: S603 - our own interpreter, a fixed command
        [sys.executable, "-I", "-c", _CHILD, name, json.dumps(asdict(LIMITS))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    watchdog = _watch(child)
    try:
        given, said = cast("IO[bytes]", child.stdin), cast("IO[bytes]", child.stdout)
        with suppress(BrokenPipeError), given:
            given.write(content)
        with said:
            for line in said:
                watchdog.cancel()
                yield line
                watchdog = _watch(child)
    finally:
        watchdog.cancel()
        child.kill()
        child.wait()


def _watch(child: subprocess.Popen[bytes]) -> threading.Timer:
    """Return a running clock that ends the child unless it is cancelled."""
    watchdog = threading.Timer(_PATIENCE, child.kill)
    watchdog.daemon = True
    watchdog.start()
    return watchdog


def _refusal(name: str, why: str, detail: Any) -> DomainError:
    if why == "unpacked":
        return _too_large(name, _("解压后 %(size)s MB") % {"size": detail})
    if why == "cells":
        sheet, rows, columns = detail
        size = _("工作表“%(sheet)s”用到第 %(rows)s 行、第 %(columns)s 列") % {
            "sheet": sheet,
            "rows": rows,
            "columns": columns,
        }
        return _too_large(name, size)
    code, sentence = _REFUSALS[why]
    return DomainError(code, str(sentence) % {"name": name, "detail": detail})


def _too_large(name: str, size: str) -> DomainError:
    message = _("文件“%(name)s”太大（%(size)s），请删去无关的工作表和空行，或拆成几个文件导入。")
    return DomainError("workbook_too_large", message % {"name": name, "size": size})


# ---- cells -----------------------------------------------------------------------------------

_BLANK_ROW: Sequence[Cell | None] = ()


class _Gathered:
    """Puts the sheets together from the child's lines."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self.shared: dict[str, Cell] = {}
        self.head: dict[str, Any] | None = None
        self.rows: list[Sequence[Cell | None]] = []

    def begin(self, head: dict[str, Any]) -> None:
        """Begin the next sheet."""
        self._end()
        self.head, self.rows = head, []

    def add_rows(self, first: int, rows: list[list[Any]]) -> None:
        """Add rows, the first of which has this number."""
        self.rows += [_BLANK_ROW] * (first - 1 - len(self.rows))
        for values in rows:
            cells = [self._cell(value) for value in values]
            while cells and cells[-1] is None:
                cells.pop()
            self.rows.append(cells or _BLANK_ROW)

    def finish(self) -> list[Sheet]:
        """Return the sheets."""
        self._end()
        return self.sheets

    def _end(self) -> None:
        if self.head is None:
            return
        while self.rows and not self.rows[-1]:
            self.rows.pop()
        self.sheets.append(
            Sheet(
                name=self.head["sheet"],
                rows=self.rows,
                merged=[Area(*area) for area in self.head["merged"]],
                hidden=self.head["hidden"],
                hidden_columns=frozenset(self.head["hidden_columns"]),
            )
        )
        self.head = None

    def _cell(self, value: Any) -> Cell | None:
        if isinstance(value, str):
            known = self.shared.get(value)
            if known is not None:
                return known
            if not value or value.isspace():
                return None
            cell = Cell(TEXT, value)
            if len(value) <= _SHARED_LENGTH and len(self.shared) < _SHARED_CELLS:
                self.shared[value] = cell
            return cell
        return _special(*value) if isinstance(value, list) else _plain(value, "", formula=False)


def _special(kind: str, value: Any, code: str, formula: bool) -> Cell | None:
    """Return a cell that is more than its value, in plain terms."""
    if kind == DATE[:1]:
        day = _day(value)
        return Cell(TEXT, value, code, formula) if day is None else Cell(DATE, day, code, formula)
    if kind == ERROR[:1]:
        return Cell(ERROR, value, formula=formula)
    return _plain(value, code, formula=formula)


def _plain(value: Any, code: str, *, formula: bool) -> Cell | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return Cell(TEXT, value, formula=True) if formula else None
    if isinstance(value, bool):
        return Cell(BOOL, value, formula=formula)
    if isinstance(value, (int, float)):
        return Cell(NUMBER, value, code, formula)
    return Cell(TEXT, value, formula=formula)


def _day(text: str) -> dt.date | dt.datetime | None:
    """Return the day or moment of ISO text, none for text that is neither."""
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return None
