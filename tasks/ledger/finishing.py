"""Make a task of its cells: read deadline, units and results, and say what is wrong where."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import cast

from tasks.ledger.cells import clean, date_in, deadline_in, one_line
from tasks.ledger.deadlines import Deadline
from tasks.ledger.drafts import ROW_DEADLINE, Draft, DraftMeasure, resolve_dittos
from tasks.ledger.enumerated import split_items
from tasks.ledger.grid import DATE, ERROR, NUMBER, TEXT, Cell
from tasks.ledger.headers import cell_status
from tasks.ledger.issues import Located, Place, make_issue
from tasks.ledger.model import Issue, LedgerMeasure, LedgerResult, LedgerTask
from tasks.ledger.setting import Found, Setting
from tasks.ledger.units import LEADING, UnitsRead, read_units

# How long a text of each field may be: what the database holds.
LIMITS = {
    "code": 64,
    "title": 300,
    "category": 100,
    "target": 1000,
    "deadline": 200,
    "leader": 100,
    "person": 100,
    "remark": 1000,
    "progress": 4000,
    "problems": 2000,
    "next": 2000,
    "measures": 1000,
    "measure_deadline": 200,
    "measure_code": 32,
}
_UNLIMITED = 1_000_000
_PLAIN = (TEXT, NUMBER, DATE)
_SUSPECT = ("=", "+", "-", "@")
_FORMULA = re.compile(r"^(?:[=+@]\S|-[A-Za-z(@=])")
_PERCENT = re.compile(r"(?<![\d.])(-?\d+(?:\.\d+)?)\s*[%％]")
_PLAIN_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?%?")


def finish_tasks(drafts: Iterable[Draft], setting: Setting, found: Found) -> Iterator[LedgerTask]:
    """Yield the tasks of the drafts in order, adding what is wrong with them to `found`."""
    before: Draft | None = None
    numbers: dict[str, int] = {}
    for draft in drafts:
        finisher = _Finisher(draft, before, setting, found)
        if draft.code in numbers:
            finisher.error("duplicate_code", draft.place_of("code"), value=draft.code,
                           other=numbers[draft.code])  # fmt: skip
        numbers.setdefault(draft.code, draft.first)
        yield finisher.finish()
        before = draft


class _Finisher:
    """Reads the cells of one task."""

    def __init__(self, draft: Draft, before: Draft | None, setting: Setting, found: Found) -> None:
        self.draft = draft
        self.setting = setting
        self.found = found
        as_it_stands = cast("Callable[[str], str]", str)
        self.clean = as_it_stands if setting.exact else clean
        self.one_line = as_it_stands if setting.exact else one_line
        if not setting.exact:
            resolve_dittos(draft, before)

    def error(
        self,
        code: str,
        place: Place,
        *,
        value: object = None,
        suggestions: tuple[str, ...] = (),
        **words: object,
    ) -> None:
        """Add an error of this task."""
        issue = self._issue(code, place, value, words, suggestions)
        self.found.errors.append(issue)

    def warn(self, code: str, place: Place, *, value: object = None, **words: object) -> None:
        """Add a warning of this task."""
        self.found.warnings.append(self._issue(code, place, value, words))

    def _issue(
        self,
        code: str,
        place: Place,
        value: object,
        words: Mapping[str, object],
        suggestions: tuple[str, ...] = (),
    ) -> Issue:
        return make_issue(
            code,
            place,
            task=self.draft.code,
            owner=self.draft.key,
            value=value,
            suggestions=suggestions,
            **words,
        )

    # ---- the task ----------------------------------------------------------------------------

    def finish(self) -> LedgerTask:
        """Return the task."""
        draft = self.draft
        self._check_cells()
        units = self._units()
        deadline = self._deadline()
        start = self._date("start")
        if deadline and deadline.date and start and deadline.date < start:
            self.error("deadline_before_start", draft.place_of("deadline"),
                       value=deadline.raw, deadline=deadline.date, start=start)  # fmt: skip
        title = self.one_line(draft.text_of("title"))
        named = draft.first_of("title")
        if not title and not (named is not None and named.cell.unreadable):
            self.error("missing_title", draft.place_of("title"))
        return LedgerTask(
            code=draft.code,
            title=title,
            campaign=self._campaign(),
            target=self._line("target"),
            lead=units.lead,
            cooperating=units.cooperating,
            collective=units.collective,
            excluded=units.excluded,
            measures=tuple(self._measures()),
            deadline=deadline,
            start=start,
            leader=self._line("leader"),
            person=self._line("person") or "、".join(units.persons) or None,
            frequency=self._line("frequency"),
            result=self._result(),
            remark=self.clean(draft.text_of("remark")) or None,
            extra=self._extra(),
            sheet=draft.sheet,
            rows=(draft.first, draft.last),
            joined_sheets=tuple(draft.joined),
            codes=units.codes,
        )

    def _line(self, name: str) -> str | None:
        """Return a field as one line, none when blank."""
        return self.one_line(self.draft.text_of(name)) or None

    def _campaign(self) -> str | None:
        """Return the task's own campaign, that of its heading, or the one given for all."""
        return (
            self._line("category")
            or self.one_line(self.draft.group)
            or self.setting.campaign
            or None
        )

    def _extra(self) -> dict[str, str]:
        return {
            located.header: self.clean(located.text) for located in self.draft.extra if located.text
        }

    def _check_cells(self) -> None:
        """Look at every cell of the task for formulas, error values and too long texts."""
        draft = self.draft
        seen: set[Place] = set()
        for name, found in draft.cells.items():
            for located in found:
                self._check_once(name, located, seen)
        for located in draft.extra:
            self._check_once("extra", located, seen)
        for measure in draft.measures:
            self._check_once("measures", measure.text, seen)
            if measure.deadline is not None:
                self._check_once("measure_deadline", measure.deadline, seen)

    def _check_once(self, name: str, located: Located, seen: set[Place]) -> None:
        """Look at a cell, but not twice at one that counts for several fields."""
        cell = located.cell
        harmless = cell.kind in _PLAIN and not cell.formula and cell.text[:1] not in _SUSPECT
        if harmless and len(cell.text) <= LIMITS.get(name, _UNLIMITED):
            return
        if located.place not in seen:
            seen.add(located.place)
            self._check_cell(name, located)

    def _check_cell(self, name: str, located: Located) -> None:
        cell, text = located.cell, located.text
        if cell.kind == ERROR:
            self.error("error_cell_value", located.place, value=text)
        elif cell.formula and cell.value is None:
            self.error("formula_no_cached_value", located.place)
        elif cell.formula:
            self.warn("formula_cell", located.place, value=text)
        elif cell.kind == TEXT and _FORMULA.match(text) and not _PLAIN_NUMBER.fullmatch(text):
            self.warn("formula_like_text", located.place, value=text)
        limit = LIMITS.get(name)
        if limit is not None and len(text) > limit:
            self.error("text_too_long", located.place, value=text[:20] + "…",
                       field=located.header, count=len(text), limit=limit)  # fmt: skip

    # ---- units -------------------------------------------------------------------------------

    def _units(self) -> UnitsRead:
        """Return the units of all unit columns together, checked against the register."""
        draft = self.draft
        read: list[tuple[Located, UnitsRead]] = []
        for name in ("lead", "implementing", "cooperating"):
            for located in draft.cells.get(name, ()):
                units = self._read_units(name, located, first=not read)
                read.append((located, units))
                for unknown in units.unknown:
                    near = units.suggestions.get(unknown, ())
                    self.error("unknown_unit", located.place, value=unknown, suggestions=near)
        owner = self.setting.owners.get(draft.sheet, "")
        if owner:
            above = Located(Cell(TEXT, owner), Place(draft.sheet, draft.first), "牵头单位")
            read.append((above, self._read_units("lead", above, first=True)))
        lead = _names(units.lead for _cell, units in read)
        helping = _names(units.cooperating for _cell, units in read)
        both = [name for name in helping if name in lead]
        if both:
            place = next(cell.place for cell, units in read if both[0] in units.cooperating)
            self.warn("lead_also_cooperating", place, value="、".join(both))
        if not lead and not any(cell.cell.unreadable for cell, _units in read):
            place = draft.place_of("lead" if "lead" in draft.columns else "implementing")
            self.error("missing_lead", place)
        return UnitsRead(
            raw="",
            lead=lead,
            cooperating=tuple(name for name in helping if name not in lead),
            collective=_names(units.collective for _cell, units in read),
            persons=_names(units.persons for _cell, units in read),
            excluded=_names(units.excluded for _cell, units in read),
            codes={name: code for _cell, units in read for name, code in units.codes.items()},
        )

    def _read_units(self, name: str, located: Located, *, first: bool) -> UnitsRead:
        if located.cell.unreadable:
            return UnitsRead(raw=located.text)
        if self.setting.exact and (units := self._named_units(name, located.text)) is not None:
            return units
        column = located.header.rsplit("/", maxsplit=1)[-1]
        if name == "cooperating":
            column = "配合单位"
        elif name == "lead" and not first:
            # A further row of the task names further units, no second lead.
            column = "配合单位" if located.place.row != self.draft.first else column
        return read_units(
            located.text,
            self.setting.registry,
            column=column,
            has_lead_column=name == "implementing" and "lead" in self.draft.columns,
            first_leads=self.setting.first_leads and not any(word in column for word in LEADING),
        )

    def _named_units(self, name: str, text: str) -> UnitsRead | None:
        """Return the units of a cell that only lists registered names; none for any other."""
        words = text.split("、")
        known = [self.setting.registry.named(word) for word in words]
        units = [unit for unit in known if unit is not None]
        if len(units) < len(words):
            return None
        names = tuple(unit.name for unit in units)
        return UnitsRead(
            raw=text,
            lead=() if name == "cooperating" else names,
            cooperating=names if name == "cooperating" else (),
            codes={unit.name: unit.code for unit in units},
        )

    # ---- deadlines and dates -----------------------------------------------------------------

    def _deadline(self) -> Deadline | None:
        """Return the task's deadline; of one in each measure's row, the latest."""
        draft = self.draft
        cells = [*draft.cells.get("deadline", ())[:1], *draft.cells.get(ROW_DEADLINE, ())]
        readings = [
            (located, reading) for located in cells if (reading := self._read_deadline(located))
        ]
        if not readings:
            if not any(located.cell.unreadable for located in cells):
                self.error("missing_deadline", draft.place_of("deadline"))
            return None
        dated = [pair for pair in readings if pair[1].date is not None]
        located, reading = max(dated, key=_day) if len(dated) == len(readings) else readings[0]
        self._report(located, reading)
        return reading

    def _read_deadline(self, located: Located) -> Deadline | None:
        setting = self.setting
        return deadline_in(
            located.cell, plan_year=setting.plan_year, reference_date=setting.reference_date
        )

    def _report(self, located: Located, reading: Deadline) -> None:
        """Say when a deadline cannot be, or has to be confirmed."""
        if reading.problem == "invalid_date":
            self.error("invalid_date", located.place, value=reading.raw)
        elif reading.kind == "ambiguous":
            self.warn("ambiguous_deadline", located.place, value=reading.raw, note=reading.note)

    def _date(self, name: str) -> dt.date | None:
        """Return the day of a date column; text that names none is an error."""
        located = self.draft.first_of(name)
        if located is None or not located.text or located.cell.unreadable:
            return None
        setting = self.setting
        day = date_in(
            located.cell, plan_year=setting.plan_year, reference_date=setting.reference_date,
            first=name == "start",
        )  # fmt: skip
        if day is None:
            self.error("invalid_date", located.place, value=located.text)
        return day

    # ---- measures and results ----------------------------------------------------------------

    def _measures(self) -> Iterator[LedgerMeasure]:
        draft = self.draft
        per_row = bool(draft.cells.get(ROW_DEADLINE))
        dated = draft.dated_measures or per_row
        seq = 0
        for index, measure in enumerate(draft.measures):
            cell = measure.deadline
            if cell is None and per_row and index == 0:
                cell = draft.first_of("deadline")
            reading = self._read_deadline(cell) if cell is not None else None
            if cell is not None and reading is not None and cell is measure.deadline:
                self._report(cell, reading)
            for text in self._texts(measure):
                seq += 1
                yield LedgerMeasure(
                    seq=seq,
                    text=text,
                    code=measure.code.text if measure.code is not None else "",
                    deadline=reading,
                    dated=dated,
                )

    def _texts(self, measure: DraftMeasure) -> list[str]:
        """Return the measures of one cell; a numbered list is several."""
        if measure.code is not None or measure.deadline is not None:
            return [self.clean(measure.text.text)]
        if self.setting.exact:
            return [measure.text.text]
        return [clean(item) for item in split_items(measure.text.text)]

    def _result(self) -> LedgerResult:
        draft = self.draft
        progress = self._joined("progress") or self._joined("result")
        status = draft.first_of("status")
        return LedgerResult(
            progress=progress,
            status=cell_status(status.cell) if status is not None else None,
            problems=self._joined("problems"),
            next=self._joined("next"),
            evidence=self._joined("materials"),
            actual_finish=self._date("actual_finish"),
            percent=self._percent(),
        )

    def _joined(self, name: str) -> str | None:
        """Return the texts of a field; of several columns each under its header."""
        cells = [cell for cell in self.draft.cells.get(name, ()) if cell.cell.text]
        if not cells:
            return None
        if len({cell.header for cell in cells}) > 1:
            return "\n".join(f"{cell.header}：{self.clean(cell.text)}" for cell in cells)
        return "\n".join(self.clean(cell.text) for cell in cells) or None

    def _percent(self) -> float | None:
        """Return the rate of completion, 0 to 100; outside it is an error."""
        located = self.draft.first_of("percent")
        if located is None or not located.text:
            return None
        value = located.cell.value
        if located.cell.kind == NUMBER and isinstance(value, (int, float)):
            share = not self.setting.exact and ("%" in located.cell.format or 0 < abs(value) <= 1)
            rate = float(value) * (100 if share else 1)
        else:
            match = _PERCENT.search(located.text) or _PLAIN_NUMBER.fullmatch(located.text)
            if match is None:
                return None
            rate = float(match[0].rstrip("%％ "))
        if not 0 <= rate <= 100:
            self.error("rate_out_of_range", located.place, value=located.text)
            return None
        return round(rate, 2)


def _day(pair: tuple[Located, Deadline]) -> dt.date:
    return pair[1].date or dt.date.min


def _names(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the names of several cells once each, in order."""
    return tuple(dict.fromkeys(name for group in groups for name in group))
