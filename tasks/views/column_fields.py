"""Form fields of the columns a campaign adds, named `custom_` and the column's key."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tasks.choices import ColumnKind, ColumnPlace
from tasks.models import CustomColumn
from tasks.views.forms import DayInput

_PREFIX = "custom_"
_REQUIRED: Mapping[str, Any] = {
    ColumnPlace.TASK: _("必填，未填时列为清单缺项。"),
    ColumnPlace.REPORT: _("必填，有进展的填报须写明。"),
}


def column_fields(columns: Iterable[CustomColumn]) -> dict[str, forms.Field]:
    """Return a field for each column, by its name in the form; none is required by the form."""
    return {f"{_PREFIX}{column.key}": _field(column) for column in columns}


def column_values(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was filled into the columns of a form, by their keys."""
    return {
        name.removeprefix(_PREFIX): value
        for name, value in cleaned.items()
        if name.startswith(_PREFIX)
    }


def with_columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a form's values with its columns gathered under `custom`."""
    own = {name: value for name, value in values.items() if not name.startswith(_PREFIX)}
    custom = column_values(values)
    return {**own, "custom": custom} if custom else own


def column_initial(custom: Mapping[str, Any]) -> dict[str, Any]:
    """Return stored columns as a form's first values."""
    return {f"{_PREFIX}{key}": value for key, value in custom.items()}


def _field(column: CustomColumn) -> forms.Field:
    common: dict[str, Any] = {
        "label": column.label,
        "required": False,
        "help_text": _REQUIRED[column.place] if column.required else "",
    }
    if column.kind == ColumnKind.DATE:
        return forms.DateField(widget=DayInput(), **common)
    if column.kind == ColumnKind.CHOICE:
        options = [("", "—"), *((option, option) for option in column.options)]
        return forms.ChoiceField(choices=options, **common)
    if column.kind == ColumnKind.YES_NO:
        choices = [("", "—"), ("是", _("是")), ("否", _("否"))]
        return forms.ChoiceField(choices=choices, **common)
    return forms.CharField(max_length=500, **common)
