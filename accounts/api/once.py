"""`Idempotency-Key`: an unsafe request sent again gets the first one's answer."""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from accounts import clock
from accounts.errors import DomainError
from accounts.models import SentRequest
from accounts.requests import person_of

HEADER = "Idempotency-Key"
Handler = Callable[..., Response]


def once(handler: Handler) -> Handler:
    """Make a viewset's unsafe method answer a repeated key from the first request.

    Key and work share one transaction: parallel requests with one key wait for the first and then
    read its answer; a refused one leaves no trace and may be corrected and sent again.
    """

    @wraps(handler)
    def wrapper(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER, "")
        if not key:
            return handler(view, request, *args, **kwargs)
        if len(key) > 128:
            raise DomainError("idempotency_key_too_long", _("Idempotency-Key 最长 128 个字符。"))
        fingerprint = _fingerprint(request)
        user = person_of(request)
        try:
            with transaction.atomic():
                sent = SentRequest.objects.create(
                    user=user, key=key, fingerprint=fingerprint, sent_at=clock.now()
                )
                response = handler(view, request, *args, **kwargs)
                sent.status = response.status_code
                sent.body = json.loads(json.dumps(response.data, cls=JSONEncoder))
                sent.save(update_fields=["status", "body"])
                return response
        except IntegrityError:
            first = SentRequest.objects.filter(user=user, key=key).first()
            if first is None:
                raise
        if first.fingerprint != fingerprint:
            raise DomainError(
                "idempotency_key_reused",
                _("Idempotency-Key “%(key)s” 已用于另一个请求，请换一个。") % {"key": key[:40]},
            )
        return Response(first.body, status=first.status)

    return wrapper


def _fingerprint(request: Request) -> str:
    data = {
        name: [_plain(value) for value in values]
        for name, values in (
            request.data.lists() if hasattr(request.data, "lists") else _pairs(request.data)
        )
    }
    text = json.dumps([request.method, request.path, data], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _pairs(data: Any) -> list[tuple[str, list[Any]]]:
    return [(str(name), [value]) for name, value in data.items()] if hasattr(data, "items") else []


def _plain(value: Any) -> str:
    if isinstance(value, UploadedFile):
        return f"{value.name}:{value.size}"
    return repr(value)
