"""The preview of an import as its page prints it, from the outcome the service keeps."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tasks.choices import ColumnMeaning, DifferenceFate
from tasks.services.imports.previewing import ERROR

# How many places of one cause stand open; the rest is folded.
OPEN_PLACES = 5
_TYPED = frozenset(
    (
        "missing_deadline",
        "invalid_date",
        "deadline_before_start",
        "missing_title",
        "missing_lead",
        "rate_out_of_range",
        "error_cell_value",
        "formula_no_cached_value",
        "text_too_long",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """A place of a workbook: `cell` as people write it (任务清单!F5), the row's content."""

    cell: str
    task: str
    content: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueGroup:
    """One cause with everything it concerns, and what may be done about all of it at once.

    `units` and `days` are choices (value, label); `typed` offers a text for the cells, `choice` the
    sides of a conflict (`file`, `system`), `skips` to leave the rows out.
    """

    key: str
    grave: bool
    message: str
    count: int
    first: tuple[PlaceRow, ...]
    rest: tuple[PlaceRow, ...]
    varied: bool
    units: tuple[tuple[str, str], ...] = ()
    names_unit: bool = False
    days: tuple[str, ...] = ()
    names_deadline: bool = False
    typed: bool = False
    choice: tuple[str, ...] = ()
    skips: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRow:
    """A field that differs, old and new, with what becomes of it."""

    label: str
    old: str
    new: str
    fate: str
    colour: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """A task of the ledger in the preview."""

    code: str
    title: str
    lead: str
    deadline: str
    place: str
    draft: bool
    fields: tuple[FieldRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnRow:
    """A column of the ledger and what it is taken for; `meaning` is the chosen field."""

    header: str
    place: str
    meaning: str
    label: str
    how: str


def groups_of(outcome: Mapping[str, Any]) -> tuple[IssueGroup, ...]:
    """Return what is in the way, errors first."""
    return tuple(_group(group) for group in outcome.get("groups", ()))


def _group(group: Mapping[str, Any]) -> IssueGroup:
    code = group["code"]
    places = tuple(
        PlaceRow(
            cell=_cell(place),
            task=place["task"],
            content=place["content"],
            message=place["message"],
        )
        for place in group["places"]
    )
    messages = {place.message for place in places}
    choice = {"changed_here_too": ("file", "system"), "already_issued": ("system",)}
    grave = group["level"] == ERROR
    return IssueGroup(
        key=group["id"],
        grave=grave,
        message=group["message"],
        count=group["count"],
        first=places[:OPEN_PLACES],
        rest=places[OPEN_PLACES:],
        varied=len(messages) > 1,
        names_unit=code == "unknown_unit",
        units=tuple((unit, name) for unit, name in group.get("units", ())),
        names_deadline="days" in group,
        days=tuple(group.get("days", ())),
        typed=code in _TYPED and any(place["column"] for place in group["places"]),
        choice=choice.get(code, ()),
        skips=grave and any(place["first"] for place in group["places"]),
    )


def _cell(place: Mapping[str, Any]) -> str:
    row = str(place["row"]) if place["row"] else ""
    return f"{place['sheet']}!{place['col']}{row}".rstrip("!")


_COLOURS = {
    DifferenceFate.FILE: "blue",
    DifferenceFate.CONFLICT: "red",
    DifferenceFate.ISSUED: "red",
}


def rows_of(rows: list[dict[str, Any]]) -> list[LedgerRow]:
    """Return tasks of the preview."""
    return [
        LedgerRow(
            code=row["code"],
            title=row["title"],
            lead=row["lead"],
            deadline=row["deadline"],
            place=f"{row['sheet']}!{row['row']}",
            draft=row["draft"],
            fields=tuple(
                FieldRow(
                    label=field["label"],
                    old=field["old"],
                    new=field["new"],
                    fate=str(DifferenceFate(field["fate"]).label),
                    colour=_COLOURS.get(DifferenceFate(field["fate"]), ""),
                )
                for field in row["fields"]
            ),
        )
        for row in rows
    ]


def columns_of(outcome: Mapping[str, Any]) -> tuple[ColumnRow, ...]:
    """Return the columns of all sheets, each header once; those without a meaning first."""
    hows = {"learned": _("登记过"), "exact": _("表头词"), "hint": _("按词推断")}
    found: dict[str, ColumnRow] = {}
    for column in outcome.get("columns", ()):
        if not column["header"]:
            continue
        meaning = column["field"] or ColumnMeaning.EXTRA
        found.setdefault(
            column["header"],
            ColumnRow(
                header=column["header"],
                place=f"{column['sheet']}!{column['col']}",
                meaning=str(meaning),
                label=str(ColumnMeaning(meaning).label),
                how=hows.get(column["how"], _("没有认出，原样保留")),
            ),
        )
    return tuple(sorted(found.values(), key=lambda row: row.meaning != ColumnMeaning.EXTRA))
