"""Collective words expand to the units they mean, or stay open for a person."""

import pytest

from tasks.ledger.units.collective import expand_collective
from tests.tasks.ledger.registers import shipped_registry

_COUNTIES = 10


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("各分局", 12),
        ("各科室", 17),
        ("机关各科室", 17),
        ("各直属单位", 7),
        ("各县(市、区)", _COUNTIES),
        ("各县（市、区）人民政府", _COUNTIES),
        ("各县区", _COUNTIES),
        ("各县区政府", _COUNTIES),
        ("各开发区管委会", 3),
        ("城六区", 6),
        ("城六区分局", 6),
        ("市直有关部门", 0),
        ("有关县(市、区)", 0),
        ("相关科室", 0),
        ("等部门", 0),
    ],
)
def test_a_collective_word_expands_to_its_units(word: str, count: int) -> None:
    assert len(expand_collective(word, shipped_registry())) == count


def test_those_left_out_are_left_out() -> None:
    units = expand_collective("各县(市、区)", shipped_registry(), excluded=("古交市", "无此县"))
    assert len(units) == _COUNTIES - 1
    assert "GJS" not in {unit.code for unit in units}
