"""The named cast: a small bureau with a person for each role, so tests explain themselves.

Everyone is known by post. Grants run from 2022-01-01 without an end; people have no password, so
pages are tested with `client.force_login`, which signs in as tests.signing does.
"""

import datetime as dt
from dataclasses import dataclass

import pytest

from accounts.choices import PostKind, Role, UnitKind
from accounts.models import Post, RoleGrant, Unit, User

SINCE = dt.date(2022, 1, 1)

_UNITS = [
    ("TYHB", "太原市生态环境局", UnitKind.BUREAU, "bureau"),
    ("RSK", "人事科", UnitKind.SECTION, "section"),
    ("DCB", "生态环境督察办公室", UnitKind.SECTION, "section"),
    ("DQK", "大气环境科", UnitKind.SECTION, "section"),
    ("SHK", "水生态环境科", UnitKind.SECTION, "section"),
    ("JGJW", "机关纪委", UnitKind.SECTION, "section"),
    ("XDFJ", "小店分局", UnitKind.BRANCH, "branch"),
    ("SZJJ", "市住建局", UnitKind.DEPARTMENT, "department"),
]
# login name, post, own unit, role, unit the role is over
_PEOPLE = [
    ("head", "大气环境科科长", "DQK", Role.HEAD, "DQK"),
    ("liaison", "大气环境科联络员", "DQK", Role.LIAISON, "DQK"),
    ("water_head", "水生态环境科科长", "SHK", Role.HEAD, "SHK"),
    ("branch", "小店分局局长", "XDFJ", Role.HEAD, "XDFJ"),
    ("supervisor", "督察办主任", "DCB", Role.SUPERVISOR, "TYHB"),
    ("second_supervisor", "督察办副主任", "DCB", Role.SUPERVISOR, "TYHB"),
    ("leader", "分管副局长", "TYHB", Role.LEADER, "TYHB"),
    ("principal", "局长", "TYHB", Role.LEADER, "TYHB"),
    ("hr", "人事科科长", "RSK", Role.HR, "TYHB"),
    ("discipline", "机关纪委书记", "JGJW", Role.DISCIPLINE, "TYHB"),
    ("sysadmin", "系统管理员", "TYHB", Role.SYSADMIN, "TYHB"),
    ("secadmin", "安全管理员", "TYHB", Role.SECADMIN, "TYHB"),
    ("auditor", "审计管理员", "TYHB", Role.AUDITOR, "TYHB"),
    ("clerk", "大气环境科科员", "DQK", None, "DQK"),
]
_PRINCIPALS = {"head", "water_head", "branch", "principal"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """People by what they are, and the units they work in.

    `head`, `liaison` and `clerk` belong to 大气环境科 (`air`), `water_head` to 水生态环境科
    (`water`), `branch` to 小店分局; the two supervisors sit in 督察办 (`inspection`) and supervise
    the whole bureau. `clerk` has no role.
    """

    bureau: Unit
    personnel: Unit
    inspection: Unit
    air: Unit
    water: Unit
    branch_unit: Unit
    department: Unit
    head: User
    liaison: User
    clerk: User
    water_head: User
    branch: User
    supervisor: User
    second_supervisor: User
    leader: User
    principal: User
    hr: User
    discipline: User
    sysadmin: User
    secadmin: User
    auditor: User

    def named(self, name: str) -> User:
        """Return a person by the name of their field, for parametrised tests."""
        person = getattr(self, name)
        assert isinstance(person, User), name
        return person


def build_cast() -> Cast:
    """Create the units, people, posts and grants."""
    units: dict[str, Unit] = {}
    for position, (code, name, kind, group) in enumerate(_UNITS):
        parent = units.get("TYHB")
        units[code] = Unit.objects.create(
            code=code,
            name=name,
            kind=kind,
            group=group,
            parent=parent,
            path=f"{parent.path if parent else '/'}{code}/",
            position=position,
        )
    people: dict[str, User] = {}
    for username, post, own, role, over in _PEOPLE:
        user = User(
            username=username,
            staff_number=f"TY-{username}",
            name=post,
            unit=units[own],
            email=f"{username}@example.com",
        )
        user.set_unusable_password()
        user.save()
        people[username] = user
        Post.objects.create(
            user=user,
            unit=units[own],
            title=post,
            kind=PostKind.PRINCIPAL if username in _PRINCIPALS else PostKind.STAFF,
            since=SINCE,
        )
        if role is not None:
            RoleGrant.objects.create(user=user, role=role, unit=units[over], since=SINCE)
    return Cast(
        bureau=units["TYHB"],
        personnel=units["RSK"],
        inspection=units["DCB"],
        air=units["DQK"],
        water=units["SHK"],
        branch_unit=units["XDFJ"],
        department=units["SZJJ"],
        **people,
    )


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast, in the test's own transaction."""
    return build_cast()
