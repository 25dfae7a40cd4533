"""Save plans, campaigns and what belongs to them, with the audit of every change."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.errors import ConflictError
from accounts.models import AuditEntry, User
from accounts.services import audit
from accounts.services.saving import save_checked
from tasks.campaign_permissions import authorise_plans
from tasks.models import Battle, Campaign, CustomColumn, Indicator, Plan, Stage

Kept = TypeVar("Kept", Plan, Campaign, Battle, Stage, CustomColumn, Indicator)


@transaction.atomic
def save_kept(
    row: Kept,
    values: Mapping[str, Any],
    *,
    on: dt.date,
    by: User,
    version: int | None = None,
    act: str = "",
) -> Kept:
    """Save a plan, a campaign or a part of one with these columns; return it.

    `version` is the one the person saw (None or 0: any); ConflictError `version_conflict` says who
    was faster, its field `version` is the newer one. The audit log keeps each changed column as it
    was and as it is, under `act` where that is something else than an edit.
    """
    authorise_plans(on=on, by=by)
    new = row.pk is None
    if not new:
        row = lock_kept(row, version=version)
    before = {name: _plain(getattr(row, name)) for name in values} if not new else {}
    for name, value in values.items():
        setattr(row, name, value)
    after = {name: _plain(getattr(row, name)) for name in values}
    changed = [name for name in values if before.get(name) != after[name]]
    if not new:
        row.version += 1
    save_checked(row)
    audit.record(
        f"{row._meta.model_name}.{act or ('create' if new else 'edit')}",  # noqa: SLF001
        row,
        by=by,
        summary=_sentence(act or ("create" if new else "edit"))
        % {"what": row._meta.verbose_name, "row": str(row)[:200]},  # noqa: SLF001
        data={
            "on": on.isoformat(),
            "before": {name: before[name] for name in changed if name in before},
            "after": {name: after[name] for name in changed},
        },
    )
    return row


def lock_kept(row: Kept, *, version: int | None) -> Kept:
    """Return the newest row, locked to commit; refuse one that is past the version (409)."""
    newest: Kept = type(row)._default_manager.select_for_update().get(pk=row.pk)  # noqa: SLF001
    if version and newest.version != version:
        raise ConflictError(
            "version_conflict",
            _(
                "%(what)s“%(row)s”已由%(who)s更新到第 %(newest)s 版，您看到的是第 %(seen)s 版。"
                "%(news)s"
            )
            % {
                "what": newest._meta.verbose_name,  # noqa: SLF001
                "row": newest,
                "newest": newest.version,
                "seen": version,
                **_news(newest),
            },
            fields={"version": newest.version},
        )
    return newest


def _news(row: models.Model) -> dict[str, str]:
    """Return who changed a row last and how the changed columns read now."""
    entry = (
        AuditEntry.objects.filter(
            subject_kind=row._meta.model_name,  # noqa: SLF001
            subject_id=str(row.pk),
        )
        .select_related("actor")
        .order_by("-seq")
        .first()
    )
    if entry is None or entry.actor is None:
        return {"who": _("他人"), "news": ""}
    labels = {field.name: str(field.verbose_name) for field in row._meta.fields}  # noqa: SLF001
    found = [
        f"{labels[name]}：{value}"
        for name, value in entry.data.get("after", {}).items()
        if name in labels
    ]
    news = _("现为 %(columns)s。") % {"columns": "；".join(found)[:300]} if found else ""
    return {"who": entry.actor.name, "news": news}


def _sentence(act: str) -> str:
    sentences = {
        "create": _("登记%(what)s：%(row)s"),
        "edit": _("修改%(what)s：%(row)s"),
        "retire": _("停用%(what)s：%(row)s"),
        "restore": _("恢复%(what)s：%(row)s"),
    }
    return sentences[act]


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    return value if isinstance(value, list | bool | int | None) else str(value)
