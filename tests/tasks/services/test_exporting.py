"""Exports come back: the same cells, and nothing changed by their return."""

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from accounts.services.organisation import load_organisation
from accounts.services.unit_names import load_unit_registry
from tasks.ledger.model import LedgerRead
from tasks.ledger.out.model import STYLES
from tasks.ledger.reading import read_ledger
from tasks.ledger.workbook import open_workbook
from tasks.models import Plan, Task
from tasks.services.exporting.choosing import Choice
from tasks.services.exporting.files import write_export
from tasks.services.ledger import Landed, land_ledger, plan_for
from tests.data import DATA
from tests.tasks.services.test_ledger import counts

pytestmark = pytest.mark.django_db

DAY = dt.date(2023, 7, 10)
LEDGERS = ("1_整洁单表.xlsx", "2_合并标题两行表头.xlsx", "3_四清单四表.xlsx")


def read(path: Path) -> LedgerRead:
    return read_ledger(
        open_workbook(path), registry=load_unit_registry(), plan_year=None, reference_date=DAY
    )


def land(path: Path, code: str | None = None) -> Landed:
    found = read(path)
    return land_ledger(found, plan=plan_for(found, code), assigned=DAY, by=None)


def cells(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every visible sheet's cells, its merged areas and widths."""
    book = openpyxl.load_workbook(path)
    return {
        sheet.title: [
            *sheet.iter_rows(values_only=True),
            tuple(sorted(str(area) for area in sheet.merged_cells.ranges)),
        ]
        for sheet in book
        if sheet.sheet_state == "visible"
    }


def export(path: Path, style: str, **choice: Any) -> Path:
    write_export(Choice(style=style, **choice), path, by=None, on=DAY)
    return path


@pytest.fixture(autouse=True)
def units() -> None:
    load_organisation()


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", LEDGERS)
def test_a_shared_ledger_goes_out_and_comes_back_unchanged(
    name: str, style: str, tmp_path: Path
) -> None:
    landed = land(DATA / "ledgers" / name, "P")
    out = export(tmp_path / "a.xlsx", style)
    before = counts()
    again = land(out)
    assert again.errors == ()
    assert len(again.unchanged) == len(landed.created)
    assert (again.created, again.updated, again.refused) == ((), (), ())
    assert counts() == before
    assert cells(export(tmp_path / "b.xlsx", style)) == cells(out)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", LEDGERS)
def test_an_export_lands_in_another_plan_and_goes_out_the_same(
    name: str, style: str, tmp_path: Path
) -> None:
    land(DATA / "ledgers" / name, "P")
    out = export(tmp_path / "a.xlsx", style)
    landed = land(out, "Q")
    assert landed.errors == ()
    second = Plan.objects.get(code="Q")
    assert len(landed.created) == Task.objects.filter(plan__code="P").count()
    assert cells(export(tmp_path / "b.xlsx", style, plan=second)) == cells(out)
