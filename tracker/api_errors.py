"""One shape for everything the API refuses: `{"code", "detail", "fields"}`."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from accounts.errors import DomainError

_CODES = {
    401: "not_authenticated",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    415: "unsupported_media_type",
    429: "too_many_requests",
}


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the answer to an exception of a view; None for one that is a defect (500).

    A DomainError keeps its code and status. Input that cannot be read is 422 `invalid` with a
    sentence for each field; a body that is no JSON at all is 400.
    """
    if isinstance(error, DomainError):
        set_rollback()
        body: dict[str, Any] = {
            "code": error.code,
            "detail": str(error.message),
            "fields": error.fields,
        }
        return Response(body, status=error.status)
    if isinstance(error, RequestDataTooBig):
        set_rollback()
        return Response(_too_big(), status=413)
    if isinstance(error, exceptions.ValidationError):
        set_rollback()
        fields = dict(_sentences(error.detail))
        detail = " ".join(f"{name}：{text}" if name else text for name, text in fields.items())
        fields.pop("", None)
        return Response({"code": "invalid", "detail": detail, "fields": fields}, status=422)
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, Http404):
        detail = _("没有找到，或者您无权查看。")
    elif isinstance(error, PermissionDenied):
        detail = _("您没有这项权限。")
    elif isinstance(error, exceptions.PermissionDenied) and _is_csrf(error):
        detail = _("缺少或不符的 CSRF 令牌，请刷新页面后重试。")
    else:
        detail = str(getattr(error, "detail", error))
    code = _CODES.get(response.status_code, "bad_request")
    response.data = {"code": code, "detail": detail, "fields": {}}
    return response


def _is_csrf(error: exceptions.PermissionDenied) -> bool:
    return str(error.detail).startswith("CSRF Failed")  # the words of SessionAuthentication


def _too_big() -> dict[str, Any]:
    limit = (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) / 2**20
    detail = _("请求内容过大，最多 %(limit).1f MB；文件请作为附件上传。") % {"limit": limit}
    return {"code": "too_large", "detail": detail, "fields": {}}


def _sentences(detail: Any, name: str = "") -> list[tuple[str, str]]:
    """Return (field, sentence) pairs of a validation error's nested detail."""
    if isinstance(detail, Mapping):
        return [
            pair
            for key, value in detail.items()
            for pair in _sentences(value, _path(name, str(key)))
        ]
    if isinstance(detail, list) and any(isinstance(item, Mapping) for item in detail):
        return [pair for n, item in enumerate(detail) for pair in _sentences(item, f"{name}[{n}]")]
    texts = detail if isinstance(detail, list) else [detail]
    return [(name, " ".join(str(text) for text in texts))]


def _path(name: str, key: str) -> str:
    if key == "non_field_errors":
        return name
    return f"{name}.{key}" if name else key
