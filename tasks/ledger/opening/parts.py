"""Look at a packed workbook's parts before anything parses them."""

import io
import re
import zipfile

from tasks.ledger.opening.limits import Limits, RefusedError

XLSX, XLS, ODS = "xlsx", "xls", "ods"
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")
_ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
# A document type can only stand before the first element.
_ROOT = re.compile(rb"<[A-Za-z_]")
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_PROLOG = 256 * 1024
_NAMED = re.compile(r"\.(?:xlsx|xlsm|xls|ods|et|xltx|xlt)$", re.IGNORECASE)


def kind_of(content: bytes, name: str) -> str:
    """Return what kind of workbook the bytes are, whatever the name says of it.

    Raises RefusedError: `empty`, `extension`, `no_workbook`, `xlsb`.
    """
    if not content:
        raise RefusedError("empty")
    if "." in name and not _NAMED.search(name):
        raise RefusedError("extension", name.rsplit(".", 1)[1][:20])
    if content.startswith(_OLE):
        return XLS
    if content[:2] in _BIFF and len(content) > 8:
        return XLS
    if not content.startswith(_ZIP):
        raise RefusedError("no_workbook")
    return ""


def open_parts(content: bytes, limits: Limits) -> tuple[str, zipfile.ZipFile]:
    """Return the kind and the archive of a packed workbook whose parts may be parsed.

    Raises RefusedError: `no_workbook`, `xlsb`, `password`, `unpacked`, `definitions`, `damaged`.
    """
    archive = zipfile.ZipFile(io.BytesIO(content))
    parts = archive.infolist()
    names = {part.filename for part in parts}
    kind = _packed_kind(archive, names)
    if any(part.flag_bits & 1 for part in parts):
        raise RefusedError("password")
    if len(parts) > limits.parts or len(names) < len(parts):
        raise RefusedError("damaged")
    unpacked = sum(part.file_size for part in parts)
    packed = max(1, sum(part.compress_size for part in parts))
    if unpacked > limits.unpacked or (
        unpacked > limits.ratio_from and unpacked > limits.ratio * packed
    ):
        raise RefusedError("unpacked", unpacked // (1024 * 1024))
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            _check_prolog(archive, part)
    return kind, archive


def _packed_kind(archive: zipfile.ZipFile, names: set[str]) -> str:
    if "[Content_Types].xml" in names and "xl/workbook.bin" in names:
        raise RefusedError("xlsb")
    if "[Content_Types].xml" in names and any(n.endswith("workbook.xml") for n in names):
        return XLSX
    if "content.xml" in names and "mimetype" in names:
        with archive.open("mimetype") as stream:
            if stream.read(200).strip().startswith(_ODS_TYPE):
                return ODS
    raise RefusedError("no_workbook")


def _check_prolog(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Refuse a part with a document type, or in an encoding whose document type is not seen."""
    with archive.open(part) as stream:
        head = stream.read(_PROLOG)
    if b"\x00" in head[:200]:
        raise RefusedError("damaged")
    plain = _COMMENT.sub(b"", head)
    root = _ROOT.search(plain)
    prolog = plain[: root.start()] if root is not None else plain
    if b"<!" in prolog and (b"DOCTYPE" in prolog or b"ENTITY" in prolog):
        raise RefusedError("definitions")
    if root is None and len(head) == _PROLOG:
        raise RefusedError("damaged")
