"""Remember what the columns of an issuing body's ledgers mean, so that the next file is read so."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.choices import Role
from accounts.errors import DomainError, NotAllowedError
from accounts.models import User
from accounts.scopes import Standing, standing_of
from accounts.services import audit
from accounts.services.saving import save_checked
from tasks.choices import ColumnMeaning
from tasks.ledger.headers import header_key
from tasks.models import LearnedHeader


def learned_headers(body: str) -> dict[str, str]:
    """Return what people said the headers of a body's ledgers mean, for `read_ledger(learned=…)`.

    Keys are `header_key` of the headers, values of ColumnMeaning.
    """
    known = LearnedHeader.objects.filter(body=_name_of(body))
    return dict(known.values_list("header", "meaning"))


def may_teach(standing: Standing) -> bool:
    """Whether the person says what columns mean: who imports ledgers, a supervisor."""
    return standing.has(Role.SUPERVISOR)


@transaction.atomic
def learn_headers(
    body: str, meanings: Mapping[str, str], *, on: dt.date, by: User
) -> dict[str, str]:
    """Remember the meaning of headers (`ReadColumn.header` → ColumnMeaning) for a body's ledgers.

    Returns what `learned_headers` answers from now on. A blank meaning forgets a header. One audit
    entry keeps what was and what is; nothing is written when all was known. Raises NotAllowedError,
    and DomainError `no_issuing_body` or `unknown_meaning`.
    """
    standing = standing_of(by, on=on)
    if not may_teach(standing):
        message = _("只有督办人员可以登记表头含义；%(name)s没有这项权限。")
        raise NotAllowedError("not_allowed", message % {"name": by.name})
    by.acting_for = standing.acts_for(may_teach)
    name = _name_of(body)
    if not name:
        raise DomainError(
            "no_issuing_body", _("请先写明这份台账的发文机关，才能为它的下一份台账记住表头含义。")
        )
    stored = {
        row.header: row for row in LearnedHeader.objects.select_for_update().filter(body=name)
    }
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    rows: list[LearnedHeader] = []
    for wording, meaning in meanings.items():
        row = stored.get(header_key(wording))
        _check(wording, meaning)
        if (row.meaning if row is not None else "") == meaning:
            continue
        before[wording], after[wording] = row.meaning if row is not None else "", meaning
        row = row or LearnedHeader(body=name, header=header_key(wording))
        row.wording, row.meaning, row.learned_by, row.learned_on = wording, meaning, by, on
        rows.append(row)
    if rows:
        _save(rows)
        audit.record(
            "ledger.learn_headers",
            rows[0],
            by=by,
            summary=_("登记“%(body)s”台账的表头含义：%(headers)s")
            % {"body": name, "headers": "、".join(after)[:200]},
            data={"body": name, "on": on.isoformat(), "before": before, "after": after},
        )
    return learned_headers(name)


def _save(rows: list[LearnedHeader]) -> None:
    """Store the rows that have a meaning and remove those that have none any more."""
    for row in rows:
        if row.meaning:
            save_checked(row)
        else:
            LearnedHeader.objects.filter(pk=row.pk).delete()


def _check(wording: str, meaning: str) -> None:
    if meaning and meaning not in ColumnMeaning.values:
        message = _("“%(meaning)s”不是栏目含义，表头“%(header)s”请从列表里选一个。")
        raise DomainError("unknown_meaning", message % {"meaning": meaning, "header": wording})


def _name_of(body: str) -> str:
    return "".join(body.split())[:100]
