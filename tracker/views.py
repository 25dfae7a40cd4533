"""The first page after sign-in, and what the sign-in page says of the demonstration."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.views import DemoHint
from tracker.demo.people import PASSWORD, demo_accounts


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the person's own work."""
    context = {"on": clock.today(), "notices": (), "kpis": (), "queues": (), "actions": ()}
    return render(request, "home.html", context)


def demo_hint() -> DemoHint:
    """Return the demonstration's accounts for the sign-in page."""
    accounts = tuple((account.login, account.title) for account in demo_accounts())
    return DemoHint(accounts=accounts, password=PASSWORD)
