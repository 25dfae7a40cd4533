"""From which addresses the three officers may work."""

import datetime as dt
from ipaddress import ip_address

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.choices import OFFICER_ROLES, SignInEnd
from accounts.errors import NotAllowedError
from accounts.models import SignIn, User
from accounts.scopes import standing_of
from accounts.services import audit
from accounts.services.sessions import end_sign_in


def is_officers_address(address: str) -> bool:
    """Whether officers may work from the address; from anywhere where none are named."""
    if not settings.OFFICER_ADDRESSES:
        return True
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    # An IPv4 address seen through an IPv6 socket.
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    return any(parsed in network for network in settings.OFFICER_ADDRESSES)


def refuse_officer_from(
    address: str, *, user: User, sign_in: SignIn | None, on: dt.date, at: dt.datetime
) -> None:
    """Raise NotAllowedError `officer_address` for an officer who comes from elsewhere.

    Their sign-in ends, and the refusal is on record; both stand although the request is refused.
    """
    if is_officers_address(address) or not standing_of(user, on=on).has(*OFFICER_ROLES):
        return
    with transaction.atomic():
        audit.record(
            "sign_in.elsewhere",
            user,
            by=user,
            summary=_("%(name)s 从未登记的地址 %(address)s 使用管理账号，已拒绝")
            % {"name": user.name, "address": address},
            data={"address": address, "token": sign_in is None},
        )
        if sign_in is not None:
            end_sign_in(sign_in, end=SignInEnd.ADDRESS, at=at, by=None)
    raise NotAllowedError(
        "officer_address",
        _(
            "管理账号只能从登记的地址使用，您当前的地址是 %(address)s；"
            "请回到指定的管理终端登录，或联系系统管理员登记该地址。"
        )
        % {"address": address},
    )
