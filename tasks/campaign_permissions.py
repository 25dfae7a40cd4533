"""Who sees and keeps plans and campaigns, and who enters the readings of their indicators.

The predicates behind pages, services and the API alike, as `tasks.permissions` has them for tasks.
"""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.choices import BUSINESS_ROLES, Role
from accounts.errors import NotAllowedError
from accounts.models import Unit, User
from accounts.scopes import Standing, standing_of
from tasks.choices import DutyRole
from tasks.models import Indicator, IndicatorReading
from tasks.parties import speaks_for
from tasks.permissions import LIVE


def keeps_plans(standing: Standing) -> bool:
    """Whether the person keeps plans and campaigns: who supervises the whole bureau."""
    return standing.scope(Role.SUPERVISOR).everything


def sees_plans(standing: Standing) -> bool:
    """Whether the person opens the pages of plans: who supervises or directs."""
    return standing.has(Role.SUPERVISOR, Role.LEADER)


def sees_campaigns(standing: Standing) -> bool:
    """Whether the person opens campaigns and indicators: who works on any task, no officers."""
    return standing.has(*BUSINESS_ROLES)


def enters_readings(standing: Standing, indicator: Indicator) -> bool:
    """Whether the person enters readings of the indicator.

    Who supervises the whole bureau does, and who supervises or speaks for a unit that leads a task
    in work which is measured by it.
    """
    return keeps_plans(standing) or any(
        speaks_for(standing, unit) or standing.over(unit, Role.SUPERVISOR)
        for unit in standing.once(("measured", indicator.pk), lambda: _measured(indicator))
    )


def _measured(indicator: Indicator) -> list[Unit]:
    """Return the units that lead a task in work which the indicator measures."""
    return list(
        Unit.objects.filter(
            responsibilities__role=DutyRole.LEAD,
            responsibilities__task__indicator=indicator,
            responsibilities__task__state__in=LIVE,
        ).distinct()
    )


def corrects_reading(standing: Standing, reading: IndicatorReading) -> bool:
    """Whether the person corrects or withdraws a reading.

    Who entered it does, as long as they enter any, and who supervises the whole bureau.
    """
    return keeps_plans(standing) or (
        standing.is_party(reading.by_id) and enters_readings(standing, reading.indicator)
    )


def authorise_plans(*, on: dt.date, by: User) -> Standing:
    """Return the person's standing, or refuse with who keeps plans and campaigns."""
    standing = standing_of(by, on=on)
    if not keeps_plans(standing):
        raise NotAllowedError(
            "not_allowed",
            _("只有全局的督办人员可以维护计划和攻坚行动；%(name)s没有这项权限。")
            % {"name": by.name},
        )
    by.acting_for = standing.acts_for(keeps_plans)
    return standing


def authorise_entering(indicator: Indicator, *, on: dt.date, by: User) -> Standing:
    """Return the person's standing, or refuse with who enters readings of the indicator."""
    standing = standing_of(by, on=on)
    if not enters_readings(standing, indicator):
        raise NotAllowedError(
            "not_allowed",
            _(
                "指标“%(indicator)s”的读数由全局的督办人员，或者承担该指标在办任务的牵头单位及其"
                "督办人员填写；%(name)s没有这项权限。"
            )
            % {"indicator": indicator.name, "name": by.name},
        )
    by.acting_for = standing.acts_for(lambda own: enters_readings(own, indicator))
    return standing


def authorise_correcting(reading: IndicatorReading, *, on: dt.date, by: User) -> Standing:
    """Return the person's standing, or refuse with who corrects the reading."""
    standing = standing_of(by, on=on)
    if not corrects_reading(standing, reading):
        raise NotAllowedError(
            "not_allowed",
            _("读数由记录人%(recorder)s或者全局的督办人员更正；%(name)s没有这项权限。")
            % {"recorder": reading.by.name, "name": by.name},
        )
    by.acting_for = standing.acts_for(lambda own: corrects_reading(own, reading))
    return standing
