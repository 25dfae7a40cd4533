"""Keep the templates of issuing bodies: who may, one in force for each body, and the audit."""

import datetime as dt
import hashlib

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import clock
from accounts.errors import DomainError
from accounts.models import User
from accounts.services import audit
from accounts.services.saving import save_checked
from tasks.campaign_permissions import authorise_plans
from tasks.ledger.out.template import check_template
from tasks.ledger.workbook import MAX_BYTES, read_workbook
from tasks.models import LedgerTemplate
from tasks.services.antivirus import refuse_infected
from tasks.services.evidence import safe_name


@transaction.atomic
def keep_template(
    upload: File,  # type: ignore[type-arg]
    *,
    body: str,
    on: dt.date,
    by: User,
) -> LedgerTemplate:
    """Remember a body's template, in the place of the one it had; return it.

    Raises `template_too_large`, what is wrong with the workbook, and `template_no_header`.
    """
    authorise_plans(on=on, by=by)
    name = safe_name(upload.name or "")
    if upload.size > MAX_BYTES:
        raise DomainError(
            "template_too_large",
            _("模板“%(name)s”超过 %(limit)s MB，请删去无关内容后上传。")
            % {"name": name, "limit": MAX_BYTES // 1024 // 1024},
        )
    refuse_infected(upload, name=name)
    upload.seek(0)
    content = upload.read()
    check_template(content, read_workbook(content, name))
    digest = hashlib.sha256(content).hexdigest()
    body = " ".join(body.split())
    old = LedgerTemplate.objects.select_for_update().filter(body=body, removed_on=None).first()
    if old is not None:
        old.removed_on = on
        save_checked(old, only=["removed_on"])
    row = LedgerTemplate(
        body=body, name=name, sha256=digest, uploaded_by=by, uploaded_at=clock.now()
    )
    path = f"templates/{digest}.xlsx"
    storage = row.file.storage
    row.file.name = path if storage.exists(path) else storage.save(path, ContentFile(content))
    save_checked(row)
    audit.record(
        "template.keep",
        row,
        by=by,
        summary=_("登记%(body)s的报送模板“%(name)s”") % {"body": body, "name": name},
        data={"on": on.isoformat(), "sha256": digest, "replaces": old.pk if old else None},
    )
    return row


@transaction.atomic
def remove_template(row: LedgerTemplate, *, on: dt.date, by: User) -> LedgerTemplate:
    """Take a template out of use; exports that were written into it keep naming it."""
    authorise_plans(on=on, by=by)
    row = LedgerTemplate.objects.select_for_update().get(pk=row.pk)
    if row.removed_on is None:
        row.removed_on = on
        save_checked(row, only=["removed_on"])
        audit.record(
            "template.remove",
            row,
            by=by,
            summary=_("停用%(body)s的报送模板“%(name)s”") % {"body": row.body, "name": row.name},
            data={"on": on.isoformat()},
        )
    return row
