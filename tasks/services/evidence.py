"""Take in evidence files: judged by their content, named safely, known by their SHA-256."""

import datetime as dt
import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath

from django.core.files.base import File
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import clock
from accounts.errors import DomainError
from accounts.models import User
from tasks.models import Closure, Evidence, ProgressReport, SiteCheck
from tasks.services.antivirus import refuse_infected
from tasks.services.packages import directory_of

MAX_SIZE = 20 * 1024 * 1024
MAX_FILES = 10
MAX_NAME = 120

_PDF, _JPEG, _PNG, _OLE, _ZIP, _TEXT = "pdf", "jpeg", "png", "ole", "zip", "text"
_MAGIC = (
    (b"%PDF-", _PDF),
    (b"\xff\xd8\xff", _JPEG),
    (b"\x89PNG\r\n\x1a\n", _PNG),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLE),
    (b"PK\x03\x04", _ZIP),
)
# What the content has to be for each suffix that is taken; for packages, the part that proves it.
_SUFFIXES = {
    ".pdf": _PDF,
    ".jpg": _JPEG,
    ".jpeg": _JPEG,
    ".png": _PNG,
    ".doc": _OLE,
    ".xls": _OLE,
    ".ppt": _OLE,
    ".wps": _OLE,
    ".et": _OLE,
    ".docx": _ZIP,
    ".xlsx": _ZIP,
    ".pptx": _ZIP,
    ".ofd": _ZIP,
    ".txt": _TEXT,
}
_PACKAGE_PARTS = {
    ".docx": "word/document.xml",
    ".xlsx": "xl/workbook.xml",
    ".pptx": "ppt/presentation.xml",
    ".ofd": "OFD.xml",
}
# Names that mean a device on Windows, whatever their suffix.
_RESERVED = {"CON", "PRN", "AUX", "NUL"} | {f"{n}{i}" for n in ("COM", "LPT") for i in range(1, 10)}
ACCEPTED = ",".join(_SUFFIXES)
_HEAD = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A file that may be stored: its safe name and suffix, size in bytes and digest."""

    upload: File  # type: ignore[type-arg]
    name: str
    suffix: str
    size: int
    sha256: str


def examine(upload: File) -> Examined:  # type: ignore[type-arg]
    """Judge a file before anything is written; raise DomainError with what is wrong with it.

    Codes: `evidence_empty`, `evidence_too_large`, `evidence_type_not_accepted`,
    `evidence_content_differs`, and those of the scanner (`tasks.services.antivirus`).
    """
    name = safe_name(upload.name or "")
    suffix = PurePosixPath(name).suffix.lower()
    size = upload.size
    if not size:
        raise _refusal("evidence_empty", _("文件“%(name)s”是空的，请重新选择。"), name)
    if size > MAX_SIZE:
        raise _refusal(
            "evidence_too_large",
            _("文件“%(name)s”有 %(size)s MB，超过每个 %(limit)s MB 的上限，请压缩或拆分。"),
            name,
            size=f"{size / 1024 / 1024:.1f}",
            limit=MAX_SIZE // 1024 // 1024,
        )
    if suffix not in _SUFFIXES:
        raise _refusal(
            "evidence_type_not_accepted",
            _("不接收“%(name)s”这种文件；可以上传：%(accepted)s。"),
            name,
            accepted="、".join(item.removeprefix(".") for item in _SUFFIXES),
        )
    if not _content_fits(upload, suffix):
        raise _refusal(
            "evidence_content_differs",
            _("文件“%(name)s”的内容不是 %(suffix)s 格式，请核对后用原格式上传。"),
            name,
            suffix=suffix.removeprefix("."),
        )
    refuse_infected(upload, name=name)
    digest = hashlib.sha256()
    upload.seek(0)
    for chunk in upload.chunks():
        digest.update(chunk)
    return Examined(upload=upload, name=name, suffix=suffix, size=size, sha256=digest.hexdigest())


def examine_all(
    uploads: Sequence[File],  # type: ignore[type-arg]
    *,
    dated: dt.date | None = None,
) -> list[Examined]:
    """Judge the files of one submission and the date they are said to have.

    Raises DomainError also when there are too many, and `evidence_dated_later` for a date ahead.
    """
    today = clock.today()
    if dated is not None and dated > today:
        raise DomainError(
            "evidence_dated_later",
            _("材料日期 %(dated)s 晚于今天（%(today)s），请核对。")
            % {"dated": dated, "today": today},
            fields={"dated": _("不能晚于今天")},
        )
    if len(uploads) > MAX_FILES:
        raise DomainError(
            "evidence_too_many",
            _("一次最多上传 %(limit)s 个文件，本次有 %(count)s 个。")
            % {"limit": MAX_FILES, "count": len(uploads)},
            fields={"evidence": _("文件过多")},
        )
    return [examine(upload) for upload in uploads]


@transaction.atomic
def store_evidence(
    files: Sequence[Examined],
    *,
    report: ProgressReport | None = None,
    closure: Closure | None = None,
    site_check: SiteCheck | None = None,
    dated: dt.date | None = None,
    replaces: Evidence | None = None,
    at: dt.datetime,
    by: User,
) -> list[Evidence]:
    """Store examined files with the report, close-out or site check they prove, in its transaction.

    Content lies under its digest, so the same file twice is one file on disk and a rolled-back
    submission leaves nothing that anybody can reach.
    """
    stored = []
    for item in files:
        evidence = Evidence(
            report=report,
            closure=closure,
            site_check=site_check,
            dated=dated,
            replaces=replaces,
            name=item.name,
            size=item.size,
            sha256=item.sha256,
            uploaded_by=by,
            uploaded_at=at,
        )
        path = f"{item.sha256[:2]}/{item.sha256}{item.suffix}"
        storage = evidence.file.storage
        if not storage.exists(path):
            item.upload.seek(0)
            path = storage.save(path, item.upload)
        evidence.file.name = path
        evidence.full_clean()
        evidence.save()
        stored.append(evidence)
    return stored


def same_elsewhere(evidence: Evidence) -> list[Evidence]:
    """Return the same content handed in another time, as a hint to the checker.

    A document put openly to several tasks is no such hint for any of them.
    """
    first = evidence.reuses_id or evidence.pk
    others = Evidence.objects.filter(sha256=evidence.sha256).exclude(
        Q(pk=evidence.pk) | Q(pk=first) | Q(reuses=first)
    )
    return list(others.select_related("report__task", "closure__task"))


def safe_name(name: str) -> str:
    """Return the last part of a file name without control characters or reserved ones.

    Never empty; at most `MAX_NAME` characters, the suffix kept.
    """
    last = PurePosixPath(PureWindowsPath(name).as_posix()).name
    kept = "".join(c for c in last if unicodedata.category(c)[0] != "C")
    kept = re.sub(r'[\\/:*?"<>|]+', "_", kept).strip(" .")
    suffix = PurePosixPath(kept).suffix[:16]
    stem = kept.removesuffix(suffix).strip(" .") or _("未命名")
    if stem.partition(".")[0].rstrip().upper() in _RESERVED:
        stem = f"_{stem}"
    return stem[: MAX_NAME - len(suffix)] + suffix


def _content_fits(upload: File, suffix: str) -> bool:  # type: ignore[type-arg]
    """Whether the content is what the suffix says."""
    upload.seek(0)
    head = upload.read(_HEAD)
    wanted = _SUFFIXES[suffix]
    if wanted == _TEXT:
        return not any(head.startswith(magic) for magic, _kind in _MAGIC) and b"\0" not in head
    found = next((kind for magic, kind in _MAGIC if head.startswith(magic)), None)
    if found != wanted:
        return False
    if found != _ZIP:
        return True
    package = directory_of(upload)
    return package is not None and package.reasonable and _PACKAGE_PARTS[suffix] in package.parts


def _refusal(code: str, sentence: str, name: str, **values: object) -> DomainError:
    message = sentence % {"name": name, **values}
    return DomainError(code, message, fields={"evidence": message})
