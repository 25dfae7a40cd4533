"""The scanner of uploads: a real command, and a real daemon that speaks clamd's protocol."""

import socketserver
import struct
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.errors import DomainError
from accounts.guards import Scanner
from tasks.services import antivirus
from tasks.services.evidence import examine

# Objects to what holds this word, like a scanner to the EICAR test file.
MARK = b"MALICIOUS"
SCRIPT = f"""import sys
content = sys.stdin.buffer.read()
assert content, "nothing arrived"
sys.exit(1 if {MARK!r} in content else 0)
"""


class Clamd(socketserver.StreamRequestHandler):
    """Reads one INSTREAM and answers as clamd does."""

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!I", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
        if MARK in content:
            self.wfile.write(b"stream: Test-Signature FOUND\0")
        elif b"BROKEN" in content:
            self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
        else:
            self.wfile.write(b"stream: OK\0")


@pytest.fixture
def command(tmp_path: Path) -> Scanner:
    script = tmp_path / "scan.py"
    script.write_text(SCRIPT, encoding="utf-8")
    return Scanner(command=(sys.executable, str(script)))


@pytest.fixture
def by_port() -> Iterator[Scanner]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield Scanner(host="127.0.0.1", port=server.server_address[1])
        server.shutdown()


@pytest.fixture
def by_socket(tmp_path: Path) -> Iterator[Scanner]:
    path = str(tmp_path / "clamd")
    with socketserver.ThreadingUnixStreamServer(path, Clamd) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield Scanner(path=path)
        server.shutdown()


def file(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("报告.pdf", b"%PDF-1.7 " + content)


def code_of(content: bytes) -> str:
    try:
        examine(file(content))
    except DomainError as refusal:
        assert "报告.pdf" in str(refusal.message)
        return refusal.code
    return "taken"


@pytest.mark.parametrize("kind", ["command", "by_port", "by_socket"])
def test_a_scanner_s_verdict_decides(
    kind: str, request: pytest.FixtureRequest, settings: Any
) -> None:
    settings.SCANNER = request.getfixturevalue(kind)
    # Longer than one chunk, so that the whole content has to arrive.
    assert code_of(b"clean" * 40_000) == "taken"
    assert code_of(b"x" * 200_000 + MARK) == "evidence_infected"


DOWN = {
    "no such command": Scanner(command=("/nonexistent/scanner",)),
    "a command that fails": Scanner(command=(sys.executable, "-c", "raise SystemExit(2)")),
    "a port nobody listens on": Scanner(host="127.0.0.1", port=1),
    "a socket that is not there": Scanner(path="/nonexistent/clamd"),
}


@pytest.mark.parametrize("scanner", DOWN.values(), ids=DOWN.keys())
@pytest.mark.parametrize(
    ("down", "code"), [("refuse", "evidence_not_scanned"), ("accept", "taken")]
)
def test_a_scanner_that_is_down_refuses_files_unless_told_otherwise(
    scanner: Scanner, down: str, code: str, settings: Any
) -> None:
    settings.SCANNER, settings.SCANNER_DOWN = scanner, down
    assert code_of(b"clean") == code


def test_a_scanner_that_hangs_is_given_up(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SCANNER = Scanner(command=(sys.executable, "-c", "import time; time.sleep(60)"))
    monkeypatch.setattr(antivirus, "ANSWER_SECONDS", 0.5)
    assert code_of(b"clean") == "evidence_not_scanned"


def test_an_answer_that_is_no_verdict_is_none(by_port: Scanner, settings: Any) -> None:
    settings.SCANNER = by_port
    assert code_of(b"BROKEN") == "evidence_not_scanned"


def test_without_a_scanner_files_are_taken(settings: Any) -> None:
    settings.SCANNER = None
    assert code_of(MARK) == "taken"
