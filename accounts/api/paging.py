"""Pages of API lists: `page`, `page_size` up to 200, and `count=false` to leave the count out."""

from typing import Any

from django.core.paginator import InvalidPage, Page, Paginator
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

UNKNOWN = 10**9


class Uncounted(Paginator):  # type: ignore[type-arg]
    """Pages without counting: one row more than a page says whether there is a next one."""

    @property
    def count(self) -> int:
        """Return a number no list reaches; nothing is asked of the database."""
        return UNKNOWN

    def page(self, number: Any) -> "UncountedPage":
        """Return a page; an empty one past the end."""
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        rows = list(self.object_list[first : first + self.per_page + 1])
        return UncountedPage(rows, number, self)


class UncountedPage(Page):  # type: ignore[type-arg]
    """A page that knows the next one by the row it read too many."""

    def __init__(self, rows: list[Any], number: int, paginator: Uncounted) -> None:
        super().__init__(rows[: paginator.per_page], number, paginator)
        self.more = len(rows) > paginator.per_page

    def has_next(self) -> bool:
        """Whether a further row was read."""
        return self.more


class Pages(PageNumberPagination):
    """The paging of every list."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    counted = True

    def paginate_queryset(
        self, queryset: Any, request: Request, view: APIView | None = None
    ) -> list[Any]:
        """Return the rows of the page that was asked for; a page past the end is not found."""
        self.request = request
        self.counted = request.query_params.get("count", "").lower() not in ("false", "0")
        paginator_class = Paginator if self.counted else Uncounted
        paginator = paginator_class(queryset, self.get_page_size(request) or self.page_size)
        number = request.query_params.get(self.page_query_param) or 1
        try:
            self.page = paginator.page(number)
        except InvalidPage as error:
            raise NotFound(
                _("没有第 %(page)s 页：页码从 1 开始，且不超过最后一页。")
                % {"page": str(number)[:20]}
            ) from error
        return list(self.page)

    def get_paginated_response(self, data: Any) -> Response:
        """Return the envelope of the contract."""
        envelope = {
            "count": self.page.paginator.count if self.page else 0,
            "next": self.get_next_link(),
            "previous": self.get_previous_link(),
            "results": data,
        }
        if not self.counted:
            del envelope["count"]
        return Response(envelope)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Add `count` to the described parameters."""
        return [
            *super().get_schema_operation_parameters(view),
            {
                "name": "count",
                "required": False,
                "in": "query",
                "description": "false leaves the count out",
                "schema": {"type": "boolean"},
            },
        ]
