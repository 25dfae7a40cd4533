"""What Django answers outside a view: JSON below `/api/`, a page everywhere else."""

from django.http import HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse
from django.template.loader import get_template
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.csrf import csrf_failure as csrf_page

from accounts.request_ids import current

API = "/api/"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that could not be read at all."""
    if _is_api(request):
        return _refusal(400, "bad_request", _("请求有误，无法读取，请检查地址、请求头和内容。"))
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that nobody with this account may make."""
    if _is_api(request):
        return _refusal(403, "not_allowed", _("您没有这项权限。"))
    return defaults.permission_denied(request, exception)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer an unsafe request without the token of its page."""
    if _is_api(request):
        return _refusal(403, "not_allowed", _("缺少或不符的 CSRF 令牌，请刷新页面后重试。"))
    return csrf_page(request, reason=reason)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere."""
    if _is_api(request):
        return _refusal(404, "not_found", _("没有找到，或者您无权查看。"))
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when the system itself failed; the log holds what happened."""
    if _is_api(request):
        detail = _("系统出错，请稍后重试；仍不行请联系系统管理员，并告知编号 %(number)s。")
        return _refusal(500, "server_error", detail % {"number": current.get()})
    page = get_template("500.html").render({"number": current.get()})
    return HttpResponseServerError(page)


def too_large(request: HttpRequest, *, limit: int) -> HttpResponse:
    """Answer a request whose body is larger than `limit` bytes."""
    sentence = _("提交的内容超过 %(limit)s MB 的上限，请减少文件或分次提交。") % {
        "limit": limit // 2**20
    }
    if _is_api(request):
        return _refusal(413, "too_large", sentence)
    return HttpResponse(get_template("413.html").render({"sentence": sentence}), status=413)


def _is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith(API)


def _refusal(status: int, code: str, detail: str) -> JsonResponse:
    body = {"code": code, "detail": detail, "fields": {}}
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
