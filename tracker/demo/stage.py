"""Who acts for whom in the demo, and the months a report falls into."""

import calendar
import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property

from accounts.choices import PostKind, Role
from accounts.models import CollectiveTerm, Post, Unit, User
from tasks.models import Battle, Campaign

# Progress is handed in this many days before the month ends, and checked a little later.
REPORT_BEFORE_END = 3
VERIFY_AFTER = 2


class Stage:
    """People, units and campaigns by name, read once."""

    @cached_property
    def units(self) -> dict[str, Unit]:
        """Units by name."""
        return {unit.name: unit for unit in Unit.objects.all()}

    @cached_property
    def campaigns(self) -> dict[str, Campaign]:
        """Campaigns by code."""
        return {campaign.code: campaign for campaign in Campaign.objects.all()}

    @cached_property
    def battles(self) -> dict[str, Battle]:
        """Battles by code."""
        return {battle.code: battle for battle in Battle.objects.all()}

    @cached_property
    def by_title(self) -> dict[str, User]:
        """People by the title they are known by."""
        return {user.name: user for user in User.objects.all()}

    @cached_property
    def principals(self) -> dict[int, User]:
        """The principal of each unit, by the unit's id."""
        posts = Post.objects.filter(kind=PostKind.PRINCIPAL, until=None).select_related("user")
        return {post.unit_id: post.user for post in posts}

    @cached_property
    def supervisor(self) -> User:
        """Who drafts, assigns and verifies."""
        return User.objects.get(username="supervisor")

    @cached_property
    def leader(self) -> User:
        """Who approves, confirms and holds interviews."""
        return User.objects.filter(grants__role=Role.LEADER).order_by("staff_number")[0]

    def principal(self, unit: Unit) -> User:
        """Return who heads the unit."""
        return self.principals[unit.pk]

    def expand(self, names: list[str]) -> list[Unit]:
        """Return the units meant by names and collective words, each once."""
        found: dict[int, Unit] = {}
        for name in names:
            if name in self.units:
                found.setdefault(self.units[name].pk, self.units[name])
                continue
            term = CollectiveTerm.objects.get(name=name)
            members = list(term.members.all()) or [
                unit for unit in self.units.values() if unit.kind in term.kinds
            ]
            for unit in members:
                found.setdefault(unit.pk, unit)
        return list(found.values())


def month_ends(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """Yield the last days of the months from `first` on, up to and including `last`."""
    year, month = first.year, first.month
    while True:
        end = dt.date(year, month, calendar.monthrange(year, month)[1])
        if end > last:
            return
        yield end
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def straight_line(start: dt.date, deadline: dt.date | None, at: dt.date) -> Decimal:
    """Return how far the calendar has gone from start to deadline, in percent.

    Without a deadline, as if there were twenty months.
    """
    days = max((at - start).days, 0)
    whole = (deadline - start).days if deadline else 600
    return min(Decimal(100), (Decimal(100) * days / max(whole, 1)).quantize(Decimal(1)))
