"""Hand out evidence files, as attachments only."""

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.requests import person_of
from tasks.models import Evidence, Task


@login_required
@require_safe
def download(request: HttpRequest, pk: int) -> FileResponse:
    """Send a file to whoever may see its task; to everybody else it does not exist."""
    seen = Task.objects.visible_to(person_of(request), on=clock.today())
    files = Evidence.objects.filter(Q(report__task__in=seen) | Q(closure__task__in=seen))
    evidence = get_object_or_404(files, pk=pk)
    # Never shown by the browser itself: what somebody uploaded must not act in this site's name.
    response = FileResponse(
        evidence.file.open(),
        as_attachment=True,
        filename=evidence.name,
        content_type="application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
