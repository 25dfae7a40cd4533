"""How the API reads a request's body and the days in it."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class JsonBody(JSONParser):
    """JSON; anything else is refused with a sentence, and the place where the parser knows it."""

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the parsed body."""
        try:
            body = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError(_("请求内容的嵌套层数过多，无法读取。")) from error
        except ParseError as error:
            raise ParseError(_unreadable(error.__context__)) from error
        if body is None:
            raise ParseError(_("请求内容为 null，请提交一个 JSON 对象。"))
        return body


def _unreadable(cause: BaseException | None) -> str:
    line, column = getattr(cause, "lineno", 0), getattr(cause, "colno", 0)
    if not line:
        return _("请求内容不是有效的 JSON（UTF-8 编码），请检查后重新提交。")
    return _("请求内容不是有效的 JSON：第 %(line)s 行第 %(column)s 个字符处有误。") % {
        "line": line,
        "column": column,
    }


class Day(serializers.DateField):
    """A day as 2023-07-10; one that the calendar does not have is refused with its value."""

    def to_internal_value(self, value: Any) -> dt.date:
        """Return the day."""
        try:
            return super().to_internal_value(value)
        except serializers.ValidationError as error:
            raise serializers.ValidationError(
                _("“%(value)s”不是存在的日期，请写成 2023-07-10 的样子。")
                % {"value": str(value)[:40]},
                code="invalid",
            ) from error
