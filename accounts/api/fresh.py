"""Dangerous acts by REST: only by a browser's session whose person proved recently who they are."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts import clock
from accounts.errors import NotAllowedError
from accounts.models import ApiToken
from accounts.services.sessions import is_fresh
from accounts.signed_in import sign_in_of


class FreshSignIn(BasePermission):
    """Refuses a token, and a session that proved itself too long ago, with a sentence each."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Allow a fresh session; raise 403 `fresh_sign_in_required` otherwise."""
        if isinstance(request.auth, ApiToken):
            raise NotAllowedError(
                "fresh_sign_in_required",
                _("这项操作须本人在网页上登录办理，不能使用接口令牌。"),
            )
        sign_in = sign_in_of(request)
        if sign_in is None or not is_fresh(sign_in, at=clock.now()):
            raise NotAllowedError(
                "fresh_sign_in_required",
                _("这项操作须先验证身份：请打开 /reauth/ 重新输入密码，再提交一次。"),
            )
        return True
