"""The one kind of refusal a service raises: a stable code and a sentence for a person."""

from collections.abc import Mapping
from typing import Any


class DomainError(Exception):
    """A business rule said no.

    `code` is stable for programs; `message` says what is wrong, with the value, and what to do;
    `fields` maps input names to their own sentences; `status` is the HTTP answer it stands for
    (422 a rule, 403 not allowed, 404 not to be seen, 409 somebody was faster).
    """

    status = 422

    def __init__(self, code: str, message: Any, *, fields: Mapping[str, Any] | None = None) -> None:
        super().__init__(str(message))
        self.code = code
        self.message = message
        self.fields = {name: str(text) for name, text in (fields or {}).items()}


class NotAllowedError(DomainError):
    """The person may not do this; the message says who may."""

    status = 403


class ConflictError(DomainError):
    """Somebody else changed it first."""

    status = 409
