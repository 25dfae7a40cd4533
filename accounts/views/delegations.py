"""One's own leave: name a substitute for some days, and end it early."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import clock
from accounts.errors import DomainError, NotAllowedError
from accounts.permissions import may_delegate
from accounts.requests import person_of
from accounts.scopes import standing_of
from accounts.services import delegations as services
from accounts.views.appointing_forms import DelegationForm
from accounts.views.periods import delegation_rows


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delegations(request: HttpRequest) -> HttpResponse:
    """Show the delegations one gave or was given, and give one."""
    user, today = person_of(request), clock.today()
    lends = may_delegate(standing_of(user, on=today))
    if request.method == "POST" and not lends:
        raise PermissionDenied(_("您没有业务角色，没有可以交人代理的权限。"))
    people = services.substitutes_for(user).select_related("unit")
    form = DelegationForm(request.POST or None, people=people, initial={"since": today})
    if form.is_valid():
        try:
            made = services.delegate(**form.cleaned_data, by=user)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            text = _("%(since)s 至 %(until)s 由%(name)s代理您的业务角色。")
            names = {"since": made.since, "until": made.until, "name": made.substitute.name}
            messages.success(request, text % names)
            return redirect("delegations")
    rows = delegation_rows(list(services.delegations_of(user)), user, on=today)
    return render(
        request, "accounts/delegations.html", {"form": form, "lends": lends, "rows": rows}
    )


@login_required
@require_POST
def delegation_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End one's own delegation at once."""
    user = person_of(request)
    shown = get_object_or_404(services.delegations_of(user), pk=pk)
    try:
        services.end_delegation(shown, by=user)
    except NotAllowedError as refusal:
        raise PermissionDenied(str(refusal.message)) from refusal
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
    else:
        text = _("已结束由%(name)s代理。")
        messages.success(request, text % {"name": shown.substitute.name})
    return redirect("delegations")
