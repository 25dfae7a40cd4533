"""The campaigns of the demo with battles, roadmap, indicators, readings and own columns."""

import datetime as dt
from typing import Any

import yaml

from accounts.models import User
from tasks.models import Battle, Campaign, CustomColumn, Indicator, Stage
from tasks.services import campaigns
from tasks.services.indicators import correct_reading, record_reading
from tracker.demo.people import HERE
from tracker.demo.stage import month_ends

SOURCE = "演示数据"


def load_campaigns(*, today: dt.date) -> None:
    """Create the campaigns, as a supervisor keeps them, with readings up to today."""
    by = User.objects.get(username="supervisor")
    for entry in yaml.safe_load((HERE / "campaigns.yaml").read_text("utf-8")):
        names = ("code", "name", "goal", "core", "document", "issuer")
        values = {name: entry[name] for name in names if name in entry}
        campaign = campaigns.save_campaign(Campaign(), values, on=today, by=by)
        for battle in entry["battles"]:
            campaigns.save_battle(Battle(campaign=campaign), battle, on=today, by=by)
        for stage in entry.get("stages", ()):
            _stage(campaign, stage, today=today, by=by)
        for indicator in entry.get("indicators", ()):
            _indicator(campaign, indicator, today=today, by=by)
        for column in entry.get("columns", ()):
            campaigns.save_column(CustomColumn(campaign=campaign), column, on=today, by=by)


def _stage(campaign: Campaign, entry: dict[str, Any], *, today: dt.date, by: User) -> None:
    """Register a stage; one after a year that is not over yet is left out."""
    if today.year <= entry.get("after", 0):
        return
    first = entry.get("after", today.year - 1) + 1
    current = entry["year"] == "current"
    values = {
        "name": entry["name"],
        "goal": entry["goal"],
        "starts_on": _day(first if current else entry["year"], entry["from"]),
        "ends_on": _day(today.year if current else entry["year"], entry["to"]),
    }
    campaigns.save_stage(Stage(campaign=campaign), values, on=today, by=by)


def _indicator(campaign: Campaign, entry: dict[str, Any], *, today: dt.date, by: User) -> None:
    """Register an indicator of the file, by default of the current year, and its readings."""
    year, names = today.year, ("name", "unit", "direction", "baseline", "target")
    values = {
        **{name: entry[name] for name in names},
        "battle": campaign.battles.filter(code=entry.get("battle", "")).first(),
        "starts_on": entry.get("from", dt.date(year, 1, 1)),
        "ends_on": entry.get("to", dt.date(year, 12, 31)),
        "points": [(_day(year, day), value) for day, value in entry.get("points", {}).items()],
    }
    indicator = campaigns.save_indicator(Indicator(campaign=campaign), values, on=today, by=by)
    given = entry["readings"]
    if isinstance(given, list):
        ends = month_ends(dt.date(year, 1, 1), today)
        given = dict(zip(ends, given, strict=False))
    due = [(day, value) for day, value in given.items() if day <= today]
    for day, value in due:
        wrong = entry.get("mistaken") if day == due[-1][0] else None
        first = record_reading(
            indicator, value=wrong or value, on=day, source=SOURCE, today=today, by=by
        )
        if wrong:
            # So that the page shows what a correction looks like.
            correct_reading(first, value=value, reason="抄录有误", today=today, by=by)


def _day(year: int, month_and_day: str) -> dt.date:
    return dt.date.fromisoformat(f"{year}-{month_and_day}")
