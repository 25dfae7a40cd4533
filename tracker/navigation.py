"""Which pages a person is offered, by role, and what waits for them there."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from accounts.choices import BUSINESS_ROLES, UNIT_ROLES, Role
from accounts.models import User
from tracker import badges

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A page of the menu: who is offered it, and the count of what waits there.

    `url_name` names a URL without arguments; `short` is the label in the phone's bottom bar.
    `bar` orders the entry there (None: only under 更多). `group` starts a new block of the menu
    whenever it differs from the entry before.
    """

    url_name: str
    label: "StrPromise | str"
    icon: str
    roles: frozenset[Role]
    group: int
    short: "StrPromise | str" = ""
    bar: int | None = None
    count: Callable[[User, dt.date], int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An entry as printed for one person on one page."""

    url: str
    label: str
    short: str
    icon: str
    count: int
    current: bool
    starts_group: bool


_EVERYONE = frozenset(Role)
_BUSINESS = frozenset(BUSINESS_ROLES)
_UNIT = frozenset(UNIT_ROLES)
_JUDGES = frozenset({Role.SUPERVISOR, Role.LEADER})

ENTRIES: tuple[Entry, ...] = (
    Entry(
        url_name="home",
        label=_("我的工作"),
        short=_("我的"),
        icon="layout-dashboard",
        roles=_EVERYONE,
        group=1,
        bar=1,
    ),
    Entry(
        url_name="tasks:reporting",
        label=_("进展填报"),
        short=_("填报"),
        icon="edit",
        roles=_UNIT,
        group=1,
        bar=2,
    ),
    Entry(
        url_name="tasks:verification",
        label=_("待核查"),
        short=_("核查"),
        icon="clipboard-check",
        roles=frozenset({Role.SUPERVISOR}),
        group=1,
        bar=2,
        count=badges.waiting_for_verdict,
    ),
    Entry(
        url_name="tasks:countersigning",
        label=_("待审签"),
        short=_("审签"),
        icon="rubber-stamp",
        roles=frozenset({Role.LEADER}),
        group=1,
    ),
    Entry(
        url_name="tasks:list",
        label=_("任务清单"),
        short=_("任务"),
        icon="list-check",
        roles=_BUSINESS,
        group=2,
        bar=3,
    ),
    Entry(
        url_name="tasks:campaigns",
        label=_("攻坚行动"),
        icon="route",
        roles=_BUSINESS,
        group=2,
    ),
    Entry(
        url_name="tasks:plans",
        label=_("计划与立项"),
        icon="checklist",
        roles=_JUDGES,
        group=2,
    ),
    Entry(
        url_name="tasks:imports",
        label=_("台账导入"),
        icon="upload",
        roles=frozenset({Role.SUPERVISOR}),
        group=2,
    ),
    Entry(
        url_name="tasks:exports",
        label=_("导出台账"),
        icon="download",
        roles=_BUSINESS,
        group=2,
    ),
    Entry(
        url_name="tasks:units",
        label=_("责任单位"),
        icon="building",
        roles=_BUSINESS,
        group=2,
    ),
    Entry(
        url_name="tasks:dispatch",
        label=_("调度统计"),
        icon="chart-bar",
        roles=_JUDGES,
        group=2,
    ),
    Entry(
        url_name="tasks:publicity",
        label=_("销号公示"),
        icon="list-check",
        roles=_BUSINESS,
        group=2,
    ),
    Entry(
        url_name="tasks:overdue",
        label=_("逾期督办"),
        short=_("督办"),
        icon="clock-exclamation",
        roles=_JUDGES,
        group=3,
        bar=4,
        count=badges.overdue,
    ),
    Entry(
        url_name="tasks:look_backs",
        label=_("回头看"),
        icon="eye",
        roles=_JUDGES,
        group=3,
    ),
    Entry(
        url_name="tasks:substitutes",
        label=_("代核人"),
        icon="user-check",
        roles=frozenset({Role.LEADER}),
        group=3,
    ),
    Entry(
        url_name="reports:proposals",
        label=_("约谈与处理建议"),
        short=_("约谈"),
        icon="gavel",
        roles=_JUDGES,
        group=3,
        bar=5,
    ),
    Entry(
        url_name="reports:exclusions",
        label=_("人事评优"),
        short=_("评优"),
        icon="award",
        roles=frozenset({Role.HR, Role.LEADER}),
        group=3,
        bar=4,
    ),
    Entry(
        url_name="reports:referrals",
        label=_("线索移送"),
        short=_("移送"),
        icon="send",
        roles=frozenset({Role.DISCIPLINE}),
        group=3,
        bar=4,
    ),
    Entry(
        url_name="reports:mine",
        label=_("我的判定"),
        short=_("判定"),
        icon="flag",
        roles=_BUSINESS,
        group=3,
        bar=5,
    ),
    Entry(
        url_name="reports:rankings",
        label=_("月度排名"),
        short=_("排名"),
        icon="chart-bar",
        roles=_BUSINESS,
        group=3,
    ),
    Entry(
        url_name="people",
        label=_("人员账号"),
        short=_("账号"),
        icon="users",
        roles=frozenset({Role.SYSADMIN}),
        group=3,
        bar=2,
    ),
    Entry(
        url_name="grants",
        label=_("角色授权"),
        short=_("授权"),
        icon="key",
        roles=frozenset({Role.SECADMIN, Role.AUDITOR}),
        group=3,
        bar=3,
    ),
    Entry(
        url_name="second_factors",
        label=_("动态口令"),
        icon="shield-lock",
        roles=frozenset({Role.SECADMIN}),
        group=3,
        bar=5,
    ),
    Entry(
        url_name="audit",
        label=_("操作记录"),
        short=_("记录"),
        icon="history",
        roles=frozenset({Role.AUDITOR}),
        group=3,
        bar=2,
    ),
    Entry(
        url_name="calendar",
        label=_("工作日历"),
        icon="calendar-month",
        roles=_EVERYONE,
        group=4,
    ),
    Entry(
        url_name="delegations",
        label=_("请假代理"),
        icon="arrows-exchange",
        roles=_BUSINESS,
        group=4,
    ),
    Entry(
        url_name="tasks:inbox",
        label=_("消息"),
        short=_("消息"),
        icon="bell",
        roles=_EVERYONE,
        group=4,
        bar=6,
        count=badges.unread,
    ),
)

# What fits beside 更多 at the foot of a 360-pixel phone.
BAR_LENGTH = 4


def links_for(
    user: User,
    roles: Collection[str],
    *,
    on: dt.date,
    path: str,
    entries: Iterable[Entry] = ENTRIES,
) -> tuple[list[Link], list[Link]]:
    """Return the menu and the phone's bottom bar of a person with these roles.

    `path` is the address being shown: the entry with the longest address that it starts with is
    the current one. An entry whose page this installation leaves out is not offered.
    """
    offered = [
        (entry, url)
        for entry in entries
        if entry.roles.intersection(roles) and (url := address_of(entry.url_name))
    ]
    here = max((url for _entry, url in offered if _below(path, url)), key=len, default="")
    menu: list[Link] = []
    ranked: list[tuple[int, Link]] = []
    group = 0
    for entry, url in offered:
        link = Link(
            url=url,
            label=str(entry.label),
            short=str(entry.short or entry.label),
            icon=entry.icon,
            count=entry.count(user, on) if entry.count else 0,
            current=url == here,
            starts_group=bool(group) and entry.group != group,
        )
        group = entry.group
        menu.append(link)
        if entry.bar is not None:
            ranked.append((entry.bar, link))
    ranked.sort(key=lambda pair: pair[0])
    return menu, [link for _rank, link in ranked[:BAR_LENGTH]]


def address_of(url_name: str) -> str:
    """Return the address of a URL name, or an empty string where there is none."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def _below(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))
