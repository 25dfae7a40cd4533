"""Keep plans, campaigns and what belongs to them: who may, and the audit of every change."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.choices import Role
from accounts.errors import NotAllowedError
from accounts.models import User
from accounts.scopes import Standing, standing_of
from accounts.services import audit
from accounts.services.saving import save_checked
from tasks.models import Battle, Campaign, CustomColumn, Indicator, IndicatorPoint, Plan, Stage

Kept = TypeVar("Kept", Plan, Campaign, Battle, Stage, CustomColumn, Indicator, IndicatorPoint)


def keeps_plans(standing: Standing) -> bool:
    """Whether the person keeps plans and campaigns: who supervises the whole bureau."""
    return standing.scope(Role.SUPERVISOR).everything


def sees_plans(standing: Standing) -> bool:
    """Whether the person opens the pages of plans: who supervises or directs."""
    return standing.has(Role.SUPERVISOR, Role.LEADER)


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


@transaction.atomic
def save_kept(row: Kept, values: Mapping[str, Any], *, on: dt.date, by: User) -> Kept:
    """Save a plan, a campaign or a part of one with these columns; return it.

    The audit log keeps each changed column as it was and as it is.
    """
    authorise_plans(on=on, by=by)
    new = row.pk is None
    if not new:
        row = type(row)._default_manager.select_for_update().get(pk=row.pk)  # noqa: SLF001
    before = {name: _plain(getattr(row, name)) for name in values} if not new else {}
    for name, value in values.items():
        setattr(row, name, value)
    save_checked(row)
    after = {name: _plain(getattr(row, name)) for name in values}
    changed = [name for name in values if before.get(name) != after[name]]
    words = {"what": row._meta.verbose_name, "row": str(row)[:200]}  # noqa: SLF001
    audit.record(
        f"{row._meta.model_name}.{'create' if new else 'edit'}",  # noqa: SLF001
        row,
        by=by,
        summary=(_("登记%(what)s：%(row)s") if new else _("修改%(what)s：%(row)s")) % words,
        data={
            "on": on.isoformat(),
            "before": {name: before[name] for name in changed if name in before},
            "after": {name: after[name] for name in changed},
        },
    )
    return row


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    return value if isinstance(value, list | bool | int | None) else str(value)
