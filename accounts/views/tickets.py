"""The page a mailed link opens: set a password, once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts import clock
from accounts.errors import DomainError
from accounts.services.passwords import current_profile, describe_profile
from accounts.services.tickets import find_ticket, use_ticket
from accounts.views.forms import NewPasswordForm


@sensitive_variables("secret")
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def set_password(request: HttpRequest, secret: str) -> HttpResponse:
    """Take the password of who holds the mail; the next thing is signing in with it.

    Looking at the page uses nothing up: mail servers follow links.
    """
    at = clock.now()
    form = NewPasswordForm(request.POST or None, rules=describe_profile(current_profile()))
    try:
        ticket = find_ticket(secret, at=at)
    except DomainError as refusal:
        context = {"sentence": refusal.message}
        return render(request, "accounts/ticket_invalid.html", context, status=404)
    if form.is_valid():
        try:
            user = use_ticket(secret, new=form.cleaned_data["new_password1"], at=at)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            text = _("密码已设置，请用登录名“%(login)s”和新密码登录。")
            messages.success(request, text % {"login": user.username})
            return redirect("login")
    context = {"form": form, "login": ticket.user.username}
    return render(request, "accounts/set_password.html", context)
