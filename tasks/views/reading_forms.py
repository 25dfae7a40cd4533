"""The form page of a reading: sent twice it is done once, refused it keeps what was typed."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts import clock
from accounts.errors import DomainError, NotAllowedError
from accounts.models import User
from accounts.requests import person_of
from accounts.services.repeats import first_time
from tasks.views.forms import WorkForm


def reading_form(
    request: HttpRequest,
    form: WorkForm,
    carry_out: Callable[[dict[str, Any], dt.date, User], str],
    *,
    context: dict[str, Any],
    home: str,
) -> HttpResponse:
    """Show the form; when it is sent, carry it out and go to `home` with the sentence returned."""
    on, by = clock.today(), person_of(request)
    status = 200
    if not form.is_bound:
        form.opened_with(0)
    elif not form.is_valid():
        status = 422
    else:
        try:
            with transaction.atomic():
                sentence = _("这份内容已经提交过，没有重复记录。")
                if first_time(form.cleaned_data["token"], form.sent, by=by):
                    sentence = carry_out(form.values, on, by)
        except NotAllowedError:
            raise
        except DomainError as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            messages.success(request, sentence)
            return redirect(home)
    shown = {**context, "form": form, "back_url": home}
    return render(request, "tasks/reading_form.html", shown, status=status)
