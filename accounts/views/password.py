"""The person's own password."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import clock
from accounts.errors import DomainError
from accounts.requests import address_of, person_of
from accounts.services.passwords import (
    change_password,
    current_profile,
    describe_profile,
    replacement_due,
)
from accounts.signed_in import key_of
from accounts.views.forms import PasswordForm


@sensitive_post_parameters()
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def own_password(request: HttpRequest) -> HttpResponse:
    """Change the person's own password; every other session of theirs ends.

    Where the password is due the page stands alone, without the menu that leads nowhere yet.
    """
    user, at = person_of(request), clock.now()
    due = replacement_due(user, at=at)
    form = PasswordForm(request.POST or None, rules=describe_profile(current_profile()))
    if form.is_valid():
        try:
            user = change_password(
                user,
                old=form.cleaned_data["old_password"],
                new=form.cleaned_data["new_password1"],
                address=address_of(request),
                at=at,
                by=user,
                except_key=key_of(request),
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            update_session_auth_hash(request, user)
            messages.success(request, _("密码已修改，其他设备上的登录已退出。"))
            return redirect("home")
    context = {
        "form": form,
        "due": due and clock.date_of(due),
        "rotation": current_profile().rotation,
    }
    template = "accounts/forced_password.html" if due else "accounts/password.html"
    return render(request, template, context)
