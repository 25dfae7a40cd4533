"""`ordering=` of lists whose filters name none: columns the resource allows, else refused."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request
from rest_framework.views import APIView

PARAMETER = "ordering"


class Ordering(BaseFilterBackend):
    """Orders by `ordering_fields` of the view, `-` before a name turning it around.

    The id comes last, so that pages never overlap. A view without the attribute orders its list
    itself.
    """

    def filter_queryset(
        self, request: Request, queryset: QuerySet[Any], view: APIView
    ) -> QuerySet[Any]:
        """Return the rows in the order asked for, or in the list's own."""
        allowed: tuple[str, ...] | None = getattr(view, "ordering_fields", None)
        wanted = [name for name in request.query_params.get(PARAMETER, "").split(",") if name]
        if allowed is None or not wanted:
            return queryset
        unknown = [name for name in wanted if name.removeprefix("-") not in allowed]
        if unknown:
            sentence = _("不能按“%(name)s”排序，可用：%(allowed)s。") % {
                "name": unknown[0][:40],
                "allowed": "、".join(allowed),
            }
            raise ValidationError({PARAMETER: sentence})
        return queryset.order_by(*wanted, "pk")

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe the parameter where the resource has it."""
        allowed = getattr(view, "ordering_fields", None)
        if allowed is None:
            return []
        values = [sign + name for name in allowed for sign in ("", "-")]
        return [
            {
                "name": PARAMETER,
                "required": False,
                "in": "query",
                "description": "columns, separated by commas",
                "explode": False,
                "style": "form",
                "schema": {"type": "array", "items": {"type": "string", "enum": values}},
            }
        ]
