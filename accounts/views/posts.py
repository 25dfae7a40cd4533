"""Posts with dates: personnel facts the system administrator keeps; they give no right."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import clock
from accounts.errors import DomainError
from accounts.models import User
from accounts.requests import person_of
from accounts.services import posts as services
from accounts.services.managing_people import people_managed_by, units_managed_by
from accounts.views.appointing_forms import PostForm, ReleaseForm
from accounts.views.forms import AccountForm


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def appoint(request: HttpRequest, pk: int) -> HttpResponse:
    """Appoint a person to a post from a day on."""
    by = person_of(request)
    shown: User = get_object_or_404(people_managed_by(by).select_related("unit"), pk=pk)
    form = PostForm(
        request.POST or None,
        units=units_managed_by(by),
        initial={"unit": shown.unit_id, "since": clock.today()},
    )
    if form.is_valid():
        try:
            services.appoint(shown, **form.cleaned_data, by=by)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已登记任职。角色不随职务变化，由安全管理员另行授予。"))
            return redirect("person", pk=pk)
    return _form(request, form, shown, title=_("登记任职"), submit=_("登记"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def release(request: HttpRequest, pk: int, *, open_work: Callable[[User], str]) -> HttpResponse:
    """Let a post end with a day, and warn of what its holder still answers for.

    `open_work` says it in a sentence without naming any of it: officers see no business data.
    """
    by = person_of(request)
    post = get_object_or_404(services.posts_managed_by(by), pk=pk)
    form = ReleaseForm(request.POST or None, initial={"until": clock.today()})
    if form.is_valid():
        try:
            services.release(post, until=form.cleaned_data["until"], by=by)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            text = _("已登记%(name)s免去%(title)s。角色如需收回，请通知安全管理员。")
            messages.success(request, text % {"name": post.user.name, "title": post.title})
            if warning := open_work(post.user):
                messages.warning(request, warning)
            return redirect("person", pk=post.user_id)
    title = _("免去%(unit)s%(title)s") % {"unit": post.unit, "title": post.title}
    warning = open_work(post.user)
    return _form(request, form, post.user, title=title, submit=_("免职"), notice=warning)


def _form(
    request: HttpRequest,
    form: AccountForm,
    person: User,
    *,
    title: str,
    submit: str,
    notice: str = "",
) -> HttpResponse:
    context = {
        "title": title,
        "form": form,
        "submit_label": submit,
        "back_url": reverse("person", args=[person.pk]),
        "back_label": person.name,
        "notice": notice,
    }
    return render(request, "accounts/form.html", context)
