"""Addresses, buttons and sentences that the pages of campaigns and indicators share."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.scopes import Standing
from tasks.campaign_permissions import keeps_plans
from tasks.models import Battle, Campaign, CustomColumn, Indicator, Stage
from tasks.rules.numbers import rounded
from tasks.services.indicators import Standing as IndicatorStanding
from tasks.views.pieces import Action

AnyPart = Battle | Stage | CustomColumn | Indicator


def campaign_url(row: Campaign) -> str:
    """Return the address of a campaign's page."""
    return reverse("tasks:campaign", args=[row.pk])


def indicator_url(row: Indicator) -> str:
    """Return the address of an indicator's page."""
    return reverse("tasks:indicator", args=[row.pk])


def period(first: dt.date | None, last: dt.date | None) -> str:
    """Return from when to when, empty where neither is known."""
    if first is None and last is None:
        return ""
    if last is None:
        return _("%(first)s 起") % {"first": first}
    if first is None:
        return _("至 %(last)s") % {"last": last}
    return _("%(first)s 至 %(last)s") % {"first": first, "last": last}


def part_actions(kind: str, row: AnyPart, standing: Standing) -> tuple[Action, ...]:
    """Return the buttons that edit and retire a part, for who keeps campaigns."""
    if not keeps_plans(standing):
        return ()
    edit = Action(label=_("编辑"), url=reverse("tasks:part_edit", args=[kind, row.pk]), icon="edit")
    if not row.is_active(on=standing.on):
        return (edit, restore_action(kind, row))
    retire = Action(
        label=_("停用"),
        url=reverse("tasks:part_retire", args=[kind, row.pk]),
        method="post",
        icon="x",
        version=row.version,
    )
    return (edit, retire)


def restore_action(kind: str, row: AnyPart) -> Action:
    """Return the button that puts a part back into use."""
    return Action(
        label=_("恢复"),
        url=reverse("tasks:part_restore", args=[kind, row.pk]),
        method="post",
        icon="arrow-back-up",
    )


def exact(value: Decimal | None) -> str:
    """Return a stored value without trailing noughts; a dash for none."""
    return "—" if value is None else f"{value.normalize():f}"


def about(value: Fraction | None) -> str:
    """Return a computed value to two places without trailing noughts; a dash for none."""
    return "—" if value is None else f"{rounded(value).normalize():f}"


def state_of(behind: Fraction | None, unit: str) -> tuple[str, str]:
    """Return `good`, `behind` or empty, and the sentence, for how far a reading is from plan."""
    if behind is None:
        return "", _("早于计划期限")
    # Judged exactly; what rounds to nothing is still said to be behind.
    if behind > 0:
        return "behind", _("落后计划 %(gap)s%(unit)s") % {
            "gap": about(behind),
            "unit": f" {unit}" if unit else "",
        }
    if behind == 0:
        return "good", _("与计划持平")
    return "good", _("优于计划 %(gap)s%(unit)s") % {
        "gap": about(-behind),
        "unit": f" {unit}" if unit else "",
    }


def stand_sentence(stand: IndicatorStanding | None, unit: str) -> tuple[str, str]:
    """Return how an indicator stands, as `state_of` does; a reached target is said too."""
    if stand is None:
        return "", _("还没有读数")
    state, sentence = state_of(stand.behind, unit)
    if stand.reached and state != "behind":
        return "good", _("已达目标，%(sentence)s") % {"sentence": sentence}
    return state, sentence
