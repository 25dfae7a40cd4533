"""Waive the supervision slip that an interview otherwise needs before it."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from accounts.services import audit
from accounts.services.saving import save_checked
from reports.models import SlipWaiver
from reports.permissions import Act, authorise
from tasks.services.deciding import require_reason


@transaction.atomic
def waive_slip(
    unit: Unit, *, rule: str, cause: str, on: dt.date, reason: str, by: User
) -> SlipWaiver:
    """Let an interview about the cause be proposed without a supervision slip before it."""
    reason = require_reason(reason, _("请填写免予督办的理由。"))
    authorise(Act.WAIVE_SLIP, unit=unit, on=on, by=by)
    entry = audit.record(
        "slip.waive",
        unit,
        by=by,
        summary=_("批准就%(cause)s约谈%(unit)s前免予督办") % {"cause": cause, "unit": unit},
        data={"rule": rule, "cause": cause, "on": on.isoformat(), "reason": reason},
    )
    waiver = SlipWaiver(
        unit=unit,
        rule=rule,
        cause=cause,
        on=on,
        reason=reason,
        by=by,
        recorded_at=entry.at,
        entry=entry,
    )
    save_checked(waiver)
    return waiver
