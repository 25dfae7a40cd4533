"""The form page of a plan, a campaign or a part of one."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts import clock
from accounts.errors import DomainError, NotAllowedError
from accounts.requests import person_of
from accounts.services.repeats import first_time
from tasks.campaign_permissions import authorise_plans
from tasks.services import plans
from tasks.views.forms import WorkForm


def kept_form(
    request: HttpRequest,
    row: Any,
    form: WorkForm,
    *,
    title: str,
    home: Callable[[Any], str],
    back: str,
    save: Callable[..., Any] = plans.save_kept,
    template: str = "tasks/kept_form.html",
) -> HttpResponse:
    """Show the form of a record; when it is sent, save the record and go to its `home`.

    One that was opened before somebody else changed the record comes back (409) with what was
    typed and a sentence that says how the record reads now, and may be sent again.
    """
    on, by = clock.today(), person_of(request)
    authorise_plans(on=on, by=by)
    status = 200
    if not form.is_bound:
        form.opened_with(row.version if row.pk else 0)
    elif not form.is_valid():
        status = 422
    else:
        try:
            with transaction.atomic():
                if first_time(form.cleaned_data["token"], form.sent, by=by):
                    version = form.cleaned_data["version"]
                    row = save(row, form.values, on=on, by=by, version=version)
        except NotAllowedError:
            raise
        except DomainError as refusal:
            form.refuse(refusal)
            status = refusal.status
            if refusal.code == "version_conflict":
                form.renew(int(refusal.fields["version"]))
        else:
            messages.success(request, _("已保存。"))
            return redirect(home(row) if row.pk else back)
    context = {"title": title, "form": form, "back_url": back}
    return render(request, template, context, status=status)
