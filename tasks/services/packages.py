"""Look into a zip package (docx, xlsx, pptx, ofd) by its directory alone: nothing is unpacked."""

import struct
import zipfile
from dataclasses import dataclass

from django.core.files.base import File

# An office document has dozens of parts; a directory of millions is an attack on its reader.
MOST_PARTS = 5000
LARGEST_DIRECTORY = 1024 * 1024
# What a document may say it unpacks to; pictures hardly shrink, so real ones stay far below.
LARGEST_UNPACKED = 500 * 1024 * 1024
_END = struct.Struct("<4s4H2LH")
# Bytes of the record that stands before the end of a zip64 package.
_LOCATOR = 20
_LONGEST_COMMENT = 0xFFFF


@dataclass(frozen=True, slots=True)
class Package:
    """What a package's directory says: the names of its parts, and their size unpacked."""

    parts: frozenset[str]
    unpacked: int

    @property
    def reasonable(self) -> bool:
        """Whether it may be handed to somebody's office program."""
        return self.unpacked <= LARGEST_UNPACKED


def directory_of(upload: File) -> Package | None:  # type: ignore[type-arg]
    """Return what the package's directory says; None for no package or an unreasonable directory.

    The directory's own size is looked at before it is read.
    """
    if not _has_small_directory(upload):
        return None
    upload.seek(0)
    try:
        with zipfile.ZipFile(upload) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return None
    return Package(
        parts=frozenset(part.filename for part in parts),
        unpacked=sum(part.file_size for part in parts),
    )


def _has_small_directory(upload: File) -> bool:  # type: ignore[type-arg]
    size = upload.size
    upload.seek(max(0, size - _LOCATOR - _END.size - _LONGEST_COMMENT))
    tail: bytes = upload.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        return False
    if tail[max(0, at - _LOCATOR) : at].startswith(b"PK\x06\x07"):
        return False  # zip64, whose own numbers would count; no office document is that large
    _mark, _disk, _start, _here, count, length, _offset, _comment = _END.unpack_from(tail, at)
    return bool(count <= MOST_PARTS and length <= LARGEST_DIRECTORY)
