"""Whatever a plan says, its export shows it and reads back as it was."""

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.services.organisation import load_organisation
from tasks.ledger.deadlines import read_deadline
from tasks.ledger.model import LedgerMeasure, LedgerRead, LedgerResult, LedgerTask
from tasks.ledger.out.model import STYLES
from tasks.models import Campaign, CustomColumn, Plan, Task
from tasks.services.ledger import land_ledger
from tests.tasks.services.test_exporting import DAY, cells, export, land
from tests.tasks.services.test_ledger import counts

pytestmark = pytest.mark.django_db

# What a spreadsheet could run, fold, strip, count, or take for something else.
_WORDS = st.sampled_from([
    "=1+1", "'=1+1", "''-a", "+86", "-3", "@a", "同上", "合计", "注：略", "0012", "2023年底前",
    "1、甲2、乙", "a  b", "行\n行", "\n", "“引”", "<b>&amp;", "_x0041_", "①", "ＡＢ", "表/清单",
    "1-1",
])  # fmt: skip
_ANY = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co")) | st.sampled_from("\n="), max_size=8
)
TEXT = st.lists(_WORDS | _ANY, min_size=1, max_size=3).map("".join).map(str.strip)
FILLED = TEXT.filter(bool).map(lambda text: text.replace("\n", " ").strip() or "甲")
RAWS = st.sampled_from(
    [
        "2023年12月底前", "长期坚持", "2023-11-30", "入冬前", "每月25日前", "力争2023年底",
        "2023年6月底完成50%，12月底完成",
    ]
)  # fmt: skip
LEADS = st.sampled_from(
    [
        (("大气环境科", "DQK"),),
        (("水生态环境科", "SHK"), ("大气环境科", "DQK")),
        (("小店分局", "XDFJ"),),
    ]
)  # fmt: skip
NUMBERS = st.sampled_from(["", "0", "1.50", "-2", "12345678901234567890.5", "0.1"])


@st.composite
def tasks(draw: Any, code: str, number: int) -> LedgerTask:
    """A task as a ledger may state it."""
    raw, leads = draw(RAWS), draw(LEADS)
    texts = draw(st.lists(FILLED, max_size=3))
    dated = draw(st.booleans())
    helping = draw(st.sampled_from(((), ("人事科",), ("法规科",))))
    codes = {**dict(leads), "人事科": "RSK", "法规科": "FGK"}
    extra = draw(
        st.dictionaries(st.sampled_from(["资金（万元）", "备注", "进展"]), FILLED, max_size=2)
    )
    number_text = draw(NUMBERS)
    return LedgerTask(
        code=code,
        title=draw(FILLED),
        campaign=draw(st.sampled_from([None, "攻坚一", "攻坚二"])),
        target=draw(TEXT),
        lead=tuple(name for name, _code in leads),
        cooperating=helping,
        collective=draw(st.sampled_from(((), ("各分局",)))),
        codes=codes,
        measures=tuple(
            LedgerMeasure(
                seq=seq,
                text=text,
                code=draw(st.sampled_from(["", f"{code}-{seq}"])),
                deadline=_read("2023年10月底前") if dated else None,
                dated=dated,
            )
            for seq, text in enumerate(texts, start=1)
        ),
        deadline=_read(raw),
        start=draw(st.sampled_from([None, dt.date(2023, 3, 1)])),
        leader=draw(FILLED),
        person=draw(FILLED),
        frequency=draw(st.sampled_from([None, "每月", "每半年"])),
        result=LedgerResult(
            progress=draw(TEXT) or None,
            problems=draw(TEXT) or None,
            percent=draw(st.sampled_from([None, 0.0, 0.5, 1.0, 33.33, 100.0])),
            status=draw(st.sampled_from([None, "open", "done"])),
        ),
        remark=draw(TEXT),
        extra=extra | ({"投资额": number_text} if number_text else {}),
        sheet="表",
        rows=(number, number),
    )


def _read(raw: str) -> Any:
    return read_deadline(raw, plan_year=2023, reference_date=DAY)


@st.composite
def plans(draw: Any) -> list[LedgerTask]:
    """One to four tasks with numbers of every kind."""
    codes = draw(
        st.lists(
            st.sampled_from(["1", "01", "1-1", "（1）", "=1", "A/1", "P", "Q/1", "合计"]),
            min_size=1, max_size=4, unique=True,
        )
    )  # fmt: skip
    return [draw(tasks(code, number)) for number, code in enumerate(codes, start=2)]


def round_trip(first: list[LedgerTask], style: str, *, twice: bool) -> None:
    """Land the tasks in one plan or in two, export, import, export."""
    for code in ("P", "Q") if twice else ("P",):
        ledger = LedgerRead(file="台账", plan_year=2023, reference_date=DAY, tasks=tuple(first))
        plan = Plan(code=code, name=f"计划{code}", year=2023)
        assert land_ledger(ledger, plan=plan, assigned=DAY, by=None).errors == ()
    with tempfile.TemporaryDirectory() as folder:
        out = export(Path(folder) / "a.xlsx", style)
        before = counts()
        again = land(out)
        assert (again.errors, again.created, again.updated) == ((), (), ())
        assert len(again.unchanged) == Task.objects.count()
        assert counts() == before
        assert cells(export(Path(folder) / "b.xlsx", style)) == cells(out)
        if not twice:
            other = land(out, "R")
            assert (other.errors, len(other.created)) == ((), len(first))
            second = Plan.objects.get(code="R")
            assert cells(export(Path(folder) / "c.xlsx", style, plan=second)) == cells(out)


def test_any_plan_goes_out_and_comes_back_in_every_style() -> None:
    load_organisation()
    for code in ("攻坚一", "攻坚二"):
        campaign = Campaign.objects.create(code=code, name=code)
        kind = "number" if code == "攻坚一" else "text"
        CustomColumn.objects.create(campaign=campaign, key="sum", label="投资额", kind=kind)

    # Not shrunk: an example takes a database, and the first one found says enough.
    @settings(
        max_examples=5,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate),
    )
    @given(plans(), st.booleans(), st.sampled_from(STYLES))
    def check(first: list[LedgerTask], twice: bool, style: str) -> None:
        savepoint = transaction.savepoint()
        try:
            round_trip(first, style, twice=twice)
        finally:
            transaction.savepoint_rollback(savepoint)

    check()
