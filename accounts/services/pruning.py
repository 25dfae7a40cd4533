"""Remove what nobody needs any more of sessions and sign-ins."""

import datetime as dt

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts.models import AuditHead, SignIn
from accounts.services import audit

# As long as audit entries are kept at the least: six months at their longest.
KEPT = dt.timedelta(days=184)


@transaction.atomic
def prune_sign_ins(*, at: dt.datetime) -> int:
    """Delete expired sessions and sign-ins older than `KEPT`; return how many rows.

    A person's newest sign-in stays: the next one tells them of it. One entry says what went;
    nothing to remove leaves none.
    """
    sessions, _by_model = Session.objects.filter(expire_date__lt=at).delete()
    newer = SignIn.objects.filter(user=OuterRef("user"), pk__gt=OuterRef("pk"))
    old = SignIn.objects.filter(Exists(newer), last_seen_at__lt=at - KEPT)
    sign_ins, _by_model = old.delete()
    if sessions or sign_ins:
        audit.record(
            "sign_in.pruned",
            AuditHead.objects.get(pk=1),
            by=None,
            summary=_("清理过期会话 %(sessions)s 个、%(days)s 天前的登录记录 %(sign_ins)s 条")
            % {"sessions": sessions, "days": KEPT.days, "sign_ins": sign_ins},
            data={"sessions": sessions, "sign_ins": sign_ins},
        )
    return sessions + sign_ins
