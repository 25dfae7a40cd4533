"""Have an uploaded file looked at by this installation's scanner before it is stored.

The scanner is a command that reads the file on its input (exit 0 clean, 1 infected, anything else
not working: the convention of clamscan and clamdscan), or ClamAV's daemon over its own protocol.
"""

import logging
import socket
import struct
import subprocess
from collections.abc import Iterator
from contextlib import closing
from enum import Enum, unique

from django.conf import settings
from django.core.files.base import File
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.guards import Scanner

logger = logging.getLogger(__name__)

ANSWER_SECONDS = 60
_CHUNK = 64 * 1024
CLEAN, INFECTED = 0, 1


class ScannerDownError(Exception):
    """The scanner gave no verdict."""


@unique
class Verdict(Enum):
    """What the scanner found."""

    CLEAN = "clean"
    INFECTED = "infected"


def refuse_infected(upload: File, *, name: str) -> None:  # type: ignore[type-arg]
    """Raise DomainError `evidence_infected` for a file the scanner objects to.

    While the scanner gives no verdict, `evidence_not_scanned` unless ANTIVIRUS_DOWN is `accept`.
    Nothing is done where no scanner is named.
    """
    scanner: Scanner | None = settings.SCANNER
    if scanner is None:
        return
    try:
        verdict = scan(upload, scanner)
    except ScannerDownError as error:
        logger.warning("the scanner of uploads gave no verdict: %s", error.__cause__ or "exit code")
        if settings.SCANNER_DOWN == "accept":
            return
        raise _refusal(
            "evidence_not_scanned",
            _("文件“%(name)s”未能完成病毒检查，暂不接收，请稍后重试；仍不行请联系系统管理员。"),
            name,
        ) from error
    if verdict is Verdict.INFECTED:
        raise _refusal(
            "evidence_infected",
            _("文件“%(name)s”未通过病毒检查，不予接收，请查杀后重新制作并上传。"),
            name,
        )


def scan(upload: File, scanner: Scanner) -> Verdict:  # type: ignore[type-arg]
    """Return the scanner's verdict on the whole content; ScannerDownError where it gives none."""
    try:
        return _by_command(upload, scanner) if scanner.command else _by_daemon(upload, scanner)
    except (OSError, subprocess.SubprocessError) as error:
        raise ScannerDownError from error


def _by_command(upload: File, scanner: Scanner) -> Verdict:  # type: ignore[type-arg]
    upload.seek(0)
    done = subprocess.run(  # noqa: S603 - named by whoever runs the installation; no shell
        scanner.command,
        input=upload.read(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=ANSWER_SECONDS,
        check=False,
    )
    if done.returncode not in (CLEAN, INFECTED):
        raise ScannerDownError
    return Verdict.INFECTED if done.returncode == INFECTED else Verdict.CLEAN


def _by_daemon(upload: File, scanner: Scanner) -> Verdict:  # type: ignore[type-arg]
    """Speak clamd's INSTREAM: chunks behind their lengths, an empty one, a line that answers."""
    with closing(_connection(scanner)) as connection:
        connection.sendall(b"zINSTREAM\0")
        for chunk in _chunks(upload):
            connection.sendall(struct.pack("!I", len(chunk)) + chunk)
        connection.sendall(struct.pack("!I", 0))
        answer = b"".join(iter(lambda: connection.recv(4096), b"")).rstrip(b"\0\n")
    if answer.endswith(b" FOUND"):
        return Verdict.INFECTED
    if answer.endswith(b": OK"):
        return Verdict.CLEAN
    raise ScannerDownError


def _connection(scanner: Scanner) -> socket.socket:
    if scanner.path:
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(ANSWER_SECONDS)
        try:
            connection.connect(scanner.path)
        except OSError:
            connection.close()
            raise
        return connection
    return socket.create_connection((scanner.host, scanner.port), timeout=ANSWER_SECONDS)


def _chunks(upload: File) -> Iterator[bytes]:  # type: ignore[type-arg]
    upload.seek(0)
    while chunk := upload.read(_CHUNK):
        yield chunk


def _refusal(code: str, sentence: str, name: str) -> DomainError:
    message = sentence % {"name": name}
    return DomainError(code, message, fields={"evidence": message})
