"""The shipped organisation is loaded once, whole, and known by every name."""

import pytest

from accounts.choices import UnitKind
from accounts.errors import DomainError
from accounts.models import AuditEntry, Unit
from accounts.models.units import CollectiveTerm, UnitAlias
from accounts.services.organisation import OrganisationLoaded, load_organisation
from accounts.services.unit_names import find_unit, load_unit_registry

pytestmark = pytest.mark.django_db


def test_every_unit_stands_below_the_bureau() -> None:
    load_organisation()
    bureau = Unit.objects.get(kind=UnitKind.BUREAU)
    assert bureau.path == f"/{bureau.code}/"
    others = Unit.objects.exclude(pk=bureau.pk)
    assert others.count() == 64
    assert all(unit.path == f"{bureau.path}{unit.code}/" for unit in others)
    assert Unit.objects.under(bureau).count() == 65


def test_kinds_and_peer_groups_are_the_bureau_s_own() -> None:
    load_organisation()
    counts = {
        kind: Unit.objects.filter(kind=kind).count()
        for kind in ("section", "branch", "direct", "county", "devzone", "department")
    }
    assert counts == {
        "section": 17,
        "branch": 12,
        "direct": 7,
        "county": 10,
        "devzone": 3,
        "department": 15,
    }
    zones = Unit.objects.filter(kind=UnitKind.DEVZONE)
    assert {unit.group for unit in zones} == {"county"}


def test_loading_twice_changes_nothing_and_is_not_audited_again() -> None:
    first = load_organisation()
    assert (first.units, first.terms) == (65, 8)
    entries = AuditEntry.objects.count()
    assert load_organisation() == OrganisationLoaded()
    assert AuditEntry.objects.count() == entries


def test_a_name_added_by_hand_survives_a_reload() -> None:
    load_organisation()
    unit = find_unit("DQK")
    UnitAlias.objects.create(unit=unit, name="蓝天科")
    load_organisation()
    assert find_unit("蓝天科") == unit


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("DQK", "DQK"),
        ("dqk", "DQK"),
        ("大气环境科", "DQK"),
        ("大气办", "DQK"),
        ("太原市生态环境局大气环境科", "DQK"),
        ("太原市生态环境局小店分局", "XDFJ"),
        ("市环境监察支队", "ZFD"),
        ("市住建局", "SZJJ"),
        ("住建局", "SZJJ"),
        ("太原市住建局", "SZJJ"),
        ("市场监管局", "SSCJGJ"),
        ("市城管局", "SCXGLJ"),
        ("小店区人民政府", "XDQ"),
        ("山西转型综合改革示范区管委会", "ZGQ"),
        ("市 住 建 局", "SZJJ"),
        ("局办", "BGS"),
    ],
)
def test_a_unit_is_found_by_code_name_alias_or_a_written_form(written: str, code: str) -> None:
    load_organisation()
    assert find_unit(written).code == code


@pytest.mark.parametrize("written", ["", "局", "市", "不存在的科", "小店区住建局"])
def test_text_that_names_nobody_is_refused_with_the_text(written: str) -> None:
    load_organisation()
    with pytest.raises(DomainError, match=f"“{written}”") as refusal:
        find_unit(written)
    assert refusal.value.code == "unknown_unit"


def test_a_closed_unit_is_no_longer_found() -> None:
    load_organisation()
    Unit.objects.filter(code="HKY").update(closed_on="2024-01-01")
    with pytest.raises(DomainError):
        find_unit("环科院")


def test_collective_words_expand_by_kind_or_by_name_and_may_be_open() -> None:
    load_organisation()
    registry = load_unit_registry()

    def members(name: str) -> list[str]:
        word = registry.collective(name)
        assert word is not None
        return [unit.code for unit in registry.members(word)]

    assert len(members("各分局")) == 12
    assert members("各县（市、区）") == [
        "XDQ", "YZQ", "XHLQ", "JCPQ", "WBLQ", "JYQ", "QXX", "YQX", "LFX", "GJS",
    ]  # fmt: skip
    assert set(members("城六区分局")) == {"XDFJ", "YZFJ", "XHLFJ", "JCPFJ", "WBLFJ", "JYFJ"}
    assert members("市直有关部门") == []
    assert registry.collective("各办公室") is None
    assert CollectiveTerm.objects.count() == 8
