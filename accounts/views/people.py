"""The system administrator's pages: who has an account, and whether they may sign in."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from accounts.errors import DomainError
from accounts.models import User
from accounts.requests import person_of
from accounts.scopes import standing_of
from accounts.services import managing_people as services
from accounts.services import tickets
from accounts.services.posts import posts_managed_by
from accounts.views import presenting
from accounts.views.forms import AccountForm, ContactForm, MoveForm, NewPersonForm, PeopleFilters
from accounts.views.periods import post_rows
from accounts.views.shapes import Action

PAGE_SIZE = 50


@login_required
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """List the people whose accounts the person keeps; htmx gets the rows alone."""
    by = _manager(request)
    filters = PeopleFilters(request.GET)
    values = filters.cleaned_data if filters.is_valid() else {}
    found = services.search_people(
        services.people_managed_by(by), words=values.get("q", ""), state=values.get("state", "")
    )
    page: Any = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    page.object_list = presenting.rows(list(page.object_list), at=clock.now())
    add = Action(label=_("登记人员"), url=reverse("person_new"), kind="primary", icon="plus")
    context = {"filters": filters, "page": page, "actions": [add]}
    fragment = request.headers.get("HX-Request") == "true"
    template = "accounts/_people_rows.html" if fragment else "accounts/people.html"
    return render(request, template, context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Register a person; who has an address is sent the mail for setting a password at once."""
    by = _manager(request)
    form = NewPersonForm(request.POST or None, units=services.units_managed_by(by))
    person = _carried_out(form, services.add_person, by=by)
    if person is None:
        return _form(request, form, title=_("登记人员"), submit=_("登记"), person=None)
    if person.email:
        tickets.issue_ticket(person, by=by)
        text = _("已登记%(name)s，设置密码的邮件将在一分钟内发往本人邮箱。")
    else:
        text = _("已登记%(name)s。尚未登记邮箱，登记后才能发送设置密码的邮件。")
    messages.success(request, text % {"name": person.name})
    return redirect("person", pk=person.pk)


@login_required
@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a person's account and what may be done with it."""
    shown = _managed(request, pk)
    at = clock.now()
    context = {
        "list_url": reverse("people"),
        "person": presenting.head(shown, at=at),
        "notices": presenting.notices(shown, at=at),
        "actions": presenting.actions(shown, by=person_of(request), at=at),
        "posts": post_rows(
            list(posts_managed_by(person_of(request)).filter(user=shown).order_by("-since")),
            standing_of(person_of(request), on=clock.date_of(at)),
        ),
        "post_actions": [
            Action(label=_("登记任职"), url=reverse("person_appoint", args=[pk]), icon="plus")
        ],
    }
    return render(request, "accounts/person.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a person's name and address."""
    shown = _managed(request, pk)
    initial = {"name": shown.name, "email": shown.email}
    form = ContactForm(request.POST or None, initial=initial)
    done = _carried_out(form, services.edit_contact, shown, by=person_of(request))
    if done is None:
        return _form(request, form, title=_("修改姓名和邮箱"), submit=_("保存"), person=shown)
    messages.success(request, _("已保存。"))
    return redirect("person", pk=pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a person into another unit."""
    shown = _managed(request, pk)
    units = services.units_managed_by(person_of(request)).exclude(pk=shown.unit_id)
    form = MoveForm(request.POST or None, units=units)
    done = _carried_out(form, services.move_person, shown, by=person_of(request))
    if done is None:
        title = _("调动单位（现为%(unit)s）") % {"unit": shown.unit}
        return _form(request, form, title=title, submit=_("调动"), person=shown)
    messages.success(
        request,
        _("%(name)s 已调至%(unit)s。原有角色不变，如需调整请通知安全管理员。")
        % {"name": done.name, "unit": done.unit},
    )
    return redirect("person", pk=pk)


@login_required
@require_POST
def disable(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account, and offer to take it back."""
    text = _("已停用%(name)s的账号，其登录已全部退出。")
    return _act(
        request, pk, services.disable_person, text, undo=reverse("person_enable", args=[pk])
    )


@login_required
@require_POST
def enable(request: HttpRequest, pk: int) -> HttpResponse:
    """Open an account again."""
    return _act(request, pk, services.enable_person, _("已启用%(name)s的账号。"))


@login_required
@require_POST
def unlock(request: HttpRequest, pk: int) -> HttpResponse:
    """End an account's lock."""
    return _act(request, pk, services.unlock_person, _("已解除%(name)s的登录锁定。"))


@login_required
@require_POST
def send_ticket(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a person sent the mail with which they set a password."""
    text = _("设置密码的邮件将在一分钟内发往%(name)s本人的邮箱，72 小时内有效。")

    def issue(user: User, *, by: User) -> User:
        return tickets.issue_ticket(user, by=by).user

    return _act(request, pk, issue, text)


def _manager(request: HttpRequest) -> User:
    by = person_of(request)
    if not services.manages_people(by):
        raise PermissionDenied
    return by


def _managed(request: HttpRequest, pk: int) -> User:
    managed = services.people_managed_by(person_of(request)).select_related("unit")
    found: User = get_object_or_404(managed, pk=pk)
    return found


def _act(
    request: HttpRequest, pk: int, act: Callable[..., User], text: str, *, undo: str = ""
) -> HttpResponse:
    """Do something to a person's account that asks for nothing more, and say so."""
    shown = _managed(request, pk)
    try:
        act(shown, by=person_of(request))
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, text % {"name": shown.name}, extra_tags=undo)
    return redirect("person", pk=pk)


def _carried_out(
    form: AccountForm, act: Callable[..., User], *subject: User, by: User
) -> User | None:
    """Call a service with a form's values; None, its sentence on the form, when refused."""
    if not form.is_valid():
        return None
    try:
        return act(*subject, **form.cleaned_data, by=by)
    except DomainError as refusal:
        form.refuse(refusal)
        return None


def _form(
    request: HttpRequest, form: AccountForm, *, title: str, submit: str, person: User | None
) -> HttpResponse:
    back = reverse("person", args=[person.pk]) if person else reverse("people")
    context = {
        "title": title,
        "form": form,
        "submit_label": submit,
        "back_url": back,
        "back_label": person.name if person else _("人员账号"),
        "notice": "",
    }
    return render(request, "accounts/form.html", context)
