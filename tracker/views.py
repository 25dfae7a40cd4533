"""The first page after sign-in, and what the sign-in page says of the demonstration."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.requests import person_of
from accounts.scopes import standing_of
from accounts.views import DemoHint
from tracker.demo.people import PASSWORD, demo_accounts
from tracker.home.compose import compose


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the person's own work."""
    on = clock.today()
    desk = compose(standing_of(person_of(request), on=on))
    context = {
        "on": on,
        "notices": desk.notices,
        "kpis": desk.kpis,
        "queues": desk.queues,
        "actions": desk.actions,
    }
    return render(request, "home.html", context)


def demo_hint() -> DemoHint:
    """Return the demonstration's accounts for the sign-in page."""
    accounts = tuple((account.login, account.title) for account in demo_accounts())
    return DemoHint(accounts=accounts, password=PASSWORD)
