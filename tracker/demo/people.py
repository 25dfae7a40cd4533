"""The demo's people: a principal for every unit, and the ten accounts anyone can try."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from accounts.choices import PostKind, Role, UnitKind
from accounts.models import Unit, User
from accounts.services.granting import grant_role
from accounts.services.organisation import load_organisation
from accounts.services.people import register_person
from accounts.services.posts import appoint

HERE = Path(__file__).resolve().parent
PASSWORD = "demo-sqd-2023"  # noqa: S105 - published on purpose; production refuses to start with it
SINCE = dt.date(2022, 1, 1)

# What a unit's principal is called where people.yaml names nobody.
_TITLES = {
    UnitKind.BUREAU: "局长",
    UnitKind.SECTION: "科长",
    UnitKind.BRANCH: "局长",
    UnitKind.DIRECT: "主任",
    UnitKind.COUNTY: "生态环境工作分管领导",
    UnitKind.DEVZONE: "生态环境工作分管领导",
    UnitKind.DEPARTMENT: "分管领导",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """One account a visitor can sign in with."""

    login: str
    title: str
    role: Role


def demo_accounts() -> list[DemoAccount]:
    """Return the accounts in the order people.yaml lists them."""
    return [
        DemoAccount(login=entry["login"], title=entry["title"], role=Role(entry["role"]))
        for entry in _entries()
        if "login" in entry
    ]


def load_people() -> None:
    """Load units and people; running it again adds nobody."""
    load_organisation()
    taken = set(User.objects.values_list("username", flat=True))
    units = {unit.name: unit for unit in Unit.objects.all()}
    headed: set[str] = set()
    for number, entry in enumerate(_entries(), start=1):
        if entry["kind"] == PostKind.PRINCIPAL:
            headed.add(entry["unit"])
        login = entry.get("login", f"post-{number:02d}")
        if login not in taken:
            _add(units, entry, login=login, staff_number=f"TY{number:04d}")
    for number, unit in enumerate(units.values(), start=101):
        login = f"principal-{unit.code.lower()}"
        if unit.name not in headed and login not in taken:
            entry = {
                "unit": unit.name,
                "title": f"{unit.name}{_TITLES[UnitKind(unit.kind)]}",
                "kind": PostKind.PRINCIPAL,
                "role": Role.HEAD,
            }
            _add(units, entry, login=login, staff_number=f"TY{number:04d}")


def _entries() -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = yaml.safe_load((HERE / "people.yaml").read_text("utf-8"))
    return entries


def _add(units: dict[str, Unit], entry: dict[str, Any], *, login: str, staff_number: str) -> None:
    unit = units[entry["unit"]]
    user = register_person(
        username=login,
        staff_number=staff_number,
        name=entry["title"],
        unit=unit,
        email=f"{login}@sthjj.example",
        by=None,
    )
    if "login" in entry:
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
    appoint(
        user, unit=unit, title=entry["title"], kind=PostKind(entry["kind"]), since=SINCE, by=None
    )
    over = units[entry.get("over", entry["unit"])]
    grant_role(user, Role(entry["role"]), unit=over, since=SINCE, by=None)
