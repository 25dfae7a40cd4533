"""Add, change, retire and restore the parts of a campaign: battles, stages, indicators, columns."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts import clock
from accounts.requests import person_of
from accounts.scopes import standing_of
from tasks.campaign_permissions import sees_campaigns
from tasks.models import Battle, Campaign, CustomColumn, Indicator, Stage
from tasks.services import campaigns
from tasks.views import campaign_forms as forms
from tasks.views.acting import answers_refusals, posted, version_sent
from tasks.views.acts import BOTH
from tasks.views.campaign_showing import campaign_url, indicator_url
from tasks.views.campaigns import found
from tasks.views.keeping import kept_form


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of part: its record, form, service and titles; `home` is where saving leads."""

    model: type[Any]
    form: type[Any]
    save: Callable[..., Any]
    new: Any
    edit: Any
    template: str = "tasks/kept_form.html"
    home: Callable[[Any], str] = lambda row: campaign_url(row.campaign)


KINDS: dict[str, Kind] = {
    "battle": Kind(
        model=Battle,
        form=forms.BattleForm,
        save=campaigns.save_battle,
        new=gettext_lazy("新建攻坚战"),
        edit=gettext_lazy("编辑攻坚战"),
    ),
    "stage": Kind(
        model=Stage,
        form=forms.StageForm,
        save=campaigns.save_stage,
        new=gettext_lazy("新建阶段"),
        edit=gettext_lazy("编辑阶段"),
    ),
    "indicator": Kind(
        model=Indicator,
        form=forms.IndicatorForm,
        save=campaigns.save_indicator,
        new=gettext_lazy("新建指标"),
        edit=gettext_lazy("编辑指标"),
        template="tasks/indicator_form.html",
        home=indicator_url,
    ),
    "column": Kind(
        model=CustomColumn,
        form=forms.ColumnForm,
        save=campaigns.save_column,
        new=gettext_lazy("新建自定义栏目"),
        edit=gettext_lazy("编辑自定义栏目"),
    ),
}


@BOTH
@answers_refusals
def part_new(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Add a part to a campaign."""
    campaign = found(pk, standing_of(person_of(request), on=clock.today()))
    return _form(request, kind, campaign, None)


@BOTH
@answers_refusals
def part_edit(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Change a part of a campaign."""
    row = _part(request, kind, pk)
    return _form(request, kind, row.campaign, row)


@require_POST
@answers_refusals
def part_retire(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Take a part out of use; the message offers to take that back."""
    row = _part(request, kind, pk)
    row = campaigns.retire_part(
        row, on=clock.today(), by=person_of(request), version=version_sent(request)
    )
    messages.success(
        request,
        _("已停用“%(row)s”；已经填写的内容都保留。") % {"row": row},
        extra_tags=reverse("tasks:part_restore", args=[kind, row.pk]),
    )
    return redirect(campaign_url(row.campaign))


@require_POST
@answers_refusals
def part_restore(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Put a part back into use."""
    row = campaigns.restore_part(_part(request, kind, pk), on=clock.today(), by=person_of(request))
    messages.success(request, _("已恢复“%(row)s”。") % {"row": row})
    return redirect(campaign_url(row.campaign))


def _part(request: HttpRequest, kind: str, pk: int) -> Any:
    """Return a part by its kind; not found (404) for who works on no campaign."""
    standing = standing_of(person_of(request), on=clock.today())
    model = KINDS[kind].model if kind in KINDS and sees_campaigns(standing) else None
    row = model.objects.select_related("campaign").filter(pk=pk).first() if model else None
    if row is None:
        raise Http404
    return row


def _form(request: HttpRequest, kind: str, campaign: Campaign, row: Any) -> HttpResponse:
    if kind not in KINDS:
        raise Http404
    terms = KINDS[kind]
    form = terms.form(posted(request), initial=_initial(terms, campaign, row), campaign=campaign)
    return kept_form(
        request,
        row or terms.model(campaign=campaign),
        form,
        title=str(terms.edit if row else terms.new),
        home=terms.home,
        back=terms.home(row) if row else campaign_url(campaign),
        save=terms.save,
        template=terms.template,
    )


def _initial(terms: Kind, campaign: Campaign, row: Any) -> dict[str, Any]:
    """Return what the form starts from: the record's columns, or the campaign's days."""
    if row is None:
        return {"starts_on": campaign.starts_on, "ends_on": campaign.ends_on}
    found: dict[str, Any] = {
        name: getattr(row, name) for name in terms.form.base_fields if hasattr(row, name)
    }
    if isinstance(row, CustomColumn):
        found["options"] = "\n".join(row.options)
    if isinstance(row, Indicator):
        for name in ("baseline", "target"):
            value = found[name]
            found[name] = None if value is None else f"{value.normalize():f}"
        for number, point in enumerate(row.points.all()):
            found[f"point_day_{number}"] = point.on
            found[f"point_value_{number}"] = f"{point.value.normalize():f}"
    return found
