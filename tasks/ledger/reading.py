"""Read a whole workbook as a ledger: one table, or four sheets that belong together."""

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.rules.unit_names import UnitRegistry
from tasks.ledger.drafts import Draft, read_drafts
from tasks.ledger.finishing import finish_tasks
from tasks.ledger.grid import Book, display
from tasks.ledger.headers import Learned
from tasks.ledger.inference import Judge, infer_columns, owner_of
from tasks.ledger.joining import join, roles_of
from tasks.ledger.model import Issue, LedgerRead, ReadColumn, Skipped
from tasks.ledger.out.mark import Mark, mark_of
from tasks.ledger.out.returning import read_back
from tasks.ledger.setting import Found, Setting
from tasks.ledger.tables import Table, read_table

# Hears how many rows are read of how many.
Told = Callable[[int, int], None]
_TOLD_EVERY = 200
_YEAR = re.compile(r"(?<!\d)(20\d{2})(?!\d)\s*年?")
_EXTENSION = re.compile(r"\.[A-Za-z]{2,5}$")
# Leading numbers and attachment marks of a file name are no part of a plan's name.
_PREFIX = re.compile(r"^(?:附件\s*\d*[:：.、]?|\d{1,3}[_.、\s-]+)\s*")
# Who issued a ledger stands in its first rows.
_BODY_SHEETS, _BODY_ROWS, _BODY_LENGTH = 2, 6, 100
_OFFICE = re.compile(
    r"^(?:附件\d*[:：.、]?)?(?P<body>[\u4e00-\u9fff]{2,24}?"
    r"(?:局|厅|部|委员会|管委会|人民政府|指挥部|领导小组|办公室))"
    r"(?=20\d\d|二〇|“|关于|年度|任务|工作|重点|污染)"
)
_FILLED_BY = re.compile(
    r"(?:填报|报送|制表|编制|印发)单位(?:\(盖章\)|（盖章）)?[:：](?P<body>[\u4e00-\u9fff]{2,24}?)"
    r"(?=填报|报送|制表|编制|印发|时间|日期|20\d\d|$)"
)
_PLACE = re.compile(r"^(?P<body>[\u4e00-\u9fff]{2,8}[省市县区])(?=20\d\d年)")


def read_ledger(
    book: Book,
    *,
    registry: UnitRegistry,
    reference_date: dt.date,
    plan_year: int | None = None,
    sheet: str | None = None,
    campaign: str = "",
    learned: Learned | None = None,
    first_leads: bool = False,
    told: Told | None = None,
) -> LedgerRead:
    """Return the tasks of a workbook with every error and warning at its place.

    The plan year is the given one, else the title's or the file name's, else that of the
    reference date. `sheet` limits the reading to one sheet; `campaign` is taken where the ledger
    names none; `learned` are the meanings its issuing body's headers were given (by
    `header_key`); `first_leads` makes the first of several responsible units the lead; `told`
    hears every so often how many rows are read of how many. An export of ours is read by its mark,
    its plans' years included. Raises DomainError when no sheet holds a table.
    """
    mark = mark_of(book) if sheet is None else None
    if mark is not None:
        known = Setting(
            registry=registry,
            plan_year=plan_year or mark.plans[0].year,
            reference_date=reference_date,
            campaign=campaign,
        )
        return _returned(book, mark, known)
    tables, skipped = _tables(book, sheet, learned)
    title = next((table.title for table in tables if table.title), "")
    year = plan_year or year_in([title, *(t.title for t in tables), book.name])
    setting = Setting(
        registry=registry,
        plan_year=year or reference_date.year,
        reference_date=reference_date,
        campaign=campaign,
        first_leads=first_leads,
    )
    found = Found()
    judge = Judge(registry, setting.plan_year, reference_date)
    tables = [infer_columns(table, judge) for table in tables]
    roles = roles_of(tables)
    if roles is not None:
        joined = join(roles)
        drafts: Iterable[Draft] = joined.drafts
        found.errors.extend(joined.errors)
        found.warnings.extend(joined.warnings)
    else:
        drafts = (
            read_drafts(tables[0])
            if len(tables) == 1
            else _apart([list(read_drafts(table)) for table in tables])
        )
        owners = {table.sheet.name: owner_of(table, registry) for table in tables}
        setting = replace(setting, owners=owners)
    total = sum(len(table.rows) for table in tables)
    tasks = tuple(finish_tasks(_counted(drafts, total, told), setting, found))
    order = {name.name: position for position, name in enumerate(book.sheets)}
    return LedgerRead(
        file=book.name,
        plan_year=setting.plan_year,
        reference_date=reference_date,
        title=plan_title(title, book.name),
        tasks=tasks,
        errors=_sorted(found.errors, order),
        warnings=_sorted(found.warnings, order),
        skipped=tuple(skipped),
        columns=tuple(column for table in tables for column in _read_columns(table)),
    )


def _returned(book: Book, mark: Mark, setting: Setting) -> LedgerRead:
    """Return the tasks of an export of ours."""
    found = Found()
    tasks = tuple(read_back(book, mark, setting, found))
    order = {name.name: position for position, name in enumerate(book.sheets)}
    return LedgerRead(
        file=book.name,
        plan_year=setting.plan_year,
        reference_date=setting.reference_date,
        title=mark.plans[0].name,
        tasks=tasks,
        errors=_sorted(found.errors, order),
        warnings=_sorted(found.warnings, order),
        plans=mark.plans,
    )


def _counted(drafts: Iterable[Draft], total: int, told: Told | None) -> Iterator[Draft]:
    """Yield the drafts, telling now and then how many rows are read of how many."""
    done = 0
    for number, draft in enumerate(drafts):
        if told is not None and number % _TOLD_EVERY == 0:
            told(done, total)
        yield draft
        done += draft.last - draft.first + 1


def _read_columns(table: Table) -> Iterator[ReadColumn]:
    for column in table.header.columns:
        if column.path:
            yield ReadColumn(
                sheet=table.sheet.name,
                col=column.letter,
                header=column.name,
                field=column.field,
                how=column.how,
            )


def issuing_body(book: Book) -> str:
    """Return who issued a ledger, as its first rows or its file name say, or blank.

    An office named at the start of a title or behind 填报单位 counts, else the place the title
    begins with: 太原市生态环境局2023年…, 填报单位：局办公室, 太原市2023年….
    """
    shown = [sheet for sheet in book.sheets if not sheet.hidden] or list(book.sheets)
    texts = [
        display(cell)
        for sheet in shown[:_BODY_SHEETS]
        for row in range(1, _BODY_ROWS + 1)
        for _column, cell in sheet.filled(row)
    ]
    names = [*texts, _PREFIX.sub("", book.name)]
    for pattern in (_OFFICE, _FILLED_BY, _PLACE):
        for text in names:
            match = pattern.search("".join(text.split()))
            if match is not None:
                return match["body"][:_BODY_LENGTH]
    return ""


def year_in(texts: Iterable[str]) -> int | None:
    """Return the first year a title or file name states."""
    for text in texts:
        match = _YEAR.search(unicodedata.normalize("NFKC", text))
        if match is not None:
            return int(match[1])
    return None


def plan_title(title: str, file_name: str) -> str:
    """Return what a plan is called: the workbook's title, else the file's name."""
    plain = _PREFIX.sub("", title.strip())
    generic = not plain or len(plain) <= len("任务清单")
    return _PREFIX.sub("", _EXTENSION.sub("", file_name)) if generic else plain


def _tables(
    book: Book, sheet: str | None, learned: Learned | None
) -> tuple[list[Table], list[Skipped]]:
    """Return the tables of the visible sheets, or of the one asked for."""
    wanted = [s for s in book.sheets if sheet is None or s.name.strip() == sheet.strip()]
    if sheet is not None and not wanted:
        names = "、".join(s.name for s in book.sheets)
        message = _("没有名为“%(name)s”的工作表；这个文件有：%(names)s。")
        raise DomainError("unknown_sheet", message % {"name": sheet, "names": names})
    shown = [s for s in wanted if not s.hidden] or wanted
    tables: list[Table] = []
    skipped: list[Skipped] = []
    for one in shown:
        table = read_table(one, learned)
        if table is not None:
            tables.append(table)
            skipped.extend(table.skipped)
    if not tables:
        message = _(
            "没有找到表头：至少要有“任务名称”“牵头单位”“完成时限”这样的栏目名，请检查工作表“%(names)s”。"
        )
        raise DomainError("no_header", message % {"names": "、".join(s.name for s in shown)})
    return tables, skipped


def _apart(groups: Sequence[list[Draft]]) -> list[Draft]:
    """Return the tasks of independent sheets; the sheet's name tells equal numbers apart."""
    times = Counter(code for drafts in groups for code in {draft.code for draft in drafts})
    for drafts in groups:
        for draft in drafts:
            if times[draft.code] > 1:
                draft.code = f"{draft.sheet.strip()}-{draft.code}"
    return [draft for drafts in groups for draft in drafts]


def _sorted(issues: Iterable[Issue], order: dict[str, int]) -> tuple[Issue, ...]:
    """Return issues by sheet, row and column; those of a whole sheet first."""
    return tuple(
        replace(issue)
        for issue in sorted(
            issues, key=lambda i: (order.get(i.sheet, 0), i.row or 0, len(i.col), i.col, i.code)
        )
    )
