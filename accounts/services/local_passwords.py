"""Say at the machine who signs in with this system's password beside the office's directory."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.choices import SignInEnd
from accounts.models import User
from accounts.services import audit
from accounts.services.sessions import end_all_sessions


@transaction.atomic
def set_local_password(user: User, *, local: bool, at: dt.datetime) -> None:
    """Let a person in by this system's password, or by the directory again; sign-ins end."""
    user = User.objects.select_for_update().get(pk=user.pk)
    summary = _("%(name)s 改用本系统密码登录") if local else _("%(name)s 改由统一身份认证登录")
    audit.record(
        "sign_in.local" if local else "sign_in.by_directory",
        user,
        by=None,
        summary=summary % {"name": user.name},
    )
    user.local_password_since = at if local else None
    user.save(update_fields=["local_password_since"])
    end_all_sessions(user, end=SignInEnd.CLOSED, at=at, by=None)
