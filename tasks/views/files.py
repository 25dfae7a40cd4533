"""Evidence files as pages print them: revisions, shared documents, digests."""

from collections.abc import Iterable

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import clock
from tasks.models import Evidence
from tasks.services.evidence import same_elsewhere
from tasks.services.sharing import may_revise, submission_of
from tasks.views.pieces import Action
from tasks.views.shapes import FileRow

# Evidence with what its lines say of it, for the submissions of one page.
WITH_EVIDENCE = Prefetch(
    "evidence",
    Evidence.objects.select_related(
        "report",
        "closure",
        "replaces",
        "replaced_by",
        "reuses__report__task",
        "reuses__closure__task",
    ),
)


def files_of(
    files: Iterable[Evidence], *, hinted: bool = False, revisable: bool = False
) -> tuple[FileRow, ...]:
    """Return evidence files as lines.

    `hinted` is the checker's view: where the same content was handed in too, and for which task a
    shared document was first; `revisable` offers to replace what still may be.
    """
    return tuple(
        FileRow(
            name=file.name,
            url=reverse("tasks:evidence", args=[file.pk]),
            size=file.size,
            on=clock.date_of(file.uploaded_at),
            dated=file.dated,
            sha256=file.sha256,
            replaced=hasattr(file, "replaced_by"),
            note=_note(file, named=hinted),
            hint=_("与其他材料相同") if hinted and same_elsewhere(file) else "",
            actions=_revise(file) if revisable and may_revise(file) else (),
        )
        for file in files
    )


def _note(file: Evidence, *, named: bool) -> str:
    if hasattr(file, "replaced_by"):
        return _("旧版，已由“%(name)s”替换") % {"name": file.replaced_by.name}
    if file.replaces is not None:
        return _("新版，替换“%(name)s”") % {"name": file.replaces.name}
    if file.reuses is None:
        return ""
    on = clock.date_of(file.reuses.uploaded_at)
    if named:
        code = submission_of(file.reuses).task.code
        return _("引用任务 %(code)s 于 %(on)s 提交的佐证") % {"code": code, "on": on}
    return _("引用本单位 %(on)s 提交的佐证") % {"on": on}


def _revise(file: Evidence) -> tuple[Action, ...]:
    url = reverse("tasks:revise_evidence", args=[file.pk])
    return (Action(label=_("替换"), url=url, icon="refresh"),)
