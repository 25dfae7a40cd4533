"""Uploads as an attacker would send them: each refused with its code, or stored harmlessly."""

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.errors import DomainError
from tasks.models import Evidence, ProgressReport
from tasks.services.evidence import (
    MAX_FILES,
    MAX_NAME,
    MAX_SIZE,
    examine,
    examine_all,
    safe_name,
)
from tasks.services.packages import LARGEST_UNPACKED, MOST_PARTS
from tests.cast import Cast
from tests.making import issued_task

PDF = b"%PDF-1.7 1 0 obj"
SCRIPT = b"<html><script>alert(1)</script></html>"


def package(*names: str, content: bytes = b"x", times: int = 1) -> bytes:
    """Return a zip with these parts, the last one repeated under numbers."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
        for number in range(1, times):
            archive.writestr(f"{names[-1]}{number}", b"")
    return made.getvalue()


def bomb() -> bytes:
    """Return a docx of a few hundred bytes that says it unpacks to more than is taken."""
    small = package("word/document.xml")
    said = (LARGEST_UNPACKED + 1).to_bytes(4, "little")
    at = small.rfind(b"PK\x01\x02") + 24  # the directory's size unpacked
    return small[:at] + said + small[at + 4 :]


def zip64() -> bytes:
    """Return a docx with the record that makes readers take the numbers of a second directory."""
    plain = package("word/document.xml")
    at = plain.rfind(b"PK\x05\x06")
    return plain[:at] + b"PK\x06\x07" + bytes(16) + plain[at:]


REFUSED = [
    # An active page or program, under its own name or another's.
    ("page.html", SCRIPT, "evidence_type_not_accepted"),
    ("picture.svg", b"<svg onload='alert(1)'/>", "evidence_type_not_accepted"),
    ("tool.exe", b"MZ\x90", "evidence_type_not_accepted"),
    ("macro.docm", package("word/document.xml"), "evidence_type_not_accepted"),
    ("report.pdf.exe", b"MZ\x90", "evidence_type_not_accepted"),
    ("report.pdf\x00.exe", PDF, "evidence_type_not_accepted"),
    ("no-suffix", PDF, "evidence_type_not_accepted"),
    (".pdf", PDF, "evidence_type_not_accepted"),
    ("page.pdf", SCRIPT, "evidence_content_differs"),
    ("tool.pdf", b"MZ\x90", "evidence_content_differs"),
    ("late.pdf", b"\n" + PDF, "evidence_content_differs"),
    ("tool.txt", b"MZ\x00\x90", "evidence_content_differs"),
    ("document.txt", PDF, "evidence_content_differs"),
    ("picture.png", b"\xff\xd8\xff\xe0", "evidence_content_differs"),
    # Packages that are none, another's, or made to break whoever reads them.
    ("torn.docx", b"PK\x03\x04" + b"\0" * 40, "evidence_content_differs"),
    ("archive.docx", package("a.txt"), "evidence_content_differs"),
    ("table.docx", package("xl/workbook.xml"), "evidence_content_differs"),
    ("bomb.docx", bomb(), "evidence_content_differs"),
    ("zip64.docx", zip64(), "evidence_content_differs"),
    (
        "crowd.docx",
        package("word/document.xml", times=MOST_PARTS + 1),
        "evidence_content_differs",
    ),
    ("empty.pdf", b"", "evidence_empty"),
    ("huge.pdf", PDF + b" " * (MAX_SIZE + 1 - len(PDF)), "evidence_too_large"),
]


@pytest.mark.parametrize(("name", "content", "code"), REFUSED, ids=[row[0] for row in REFUSED])
def test_an_attack_is_refused_with_its_code(name: str, content: bytes, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        examine(uploaded(name, content))
    assert refused.value.code == code
    assert "“" in str(refused.value.message)


def uploaded(name: str, content: bytes) -> SimpleUploadedFile:
    """Return an upload whose name no parser has cleaned yet."""
    made = SimpleUploadedFile("x", content)
    made._name = name  # type: ignore[attr-defined]
    return made


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("edge.pdf", PDF + b" " * (MAX_SIZE - len(PDF))),
        ("crowd.docx", package("word/document.xml", times=MOST_PARTS)),
        ("table.xlsx", package("xl/workbook.xml")),
        # Both a document and a page: taken as what it says it is, and never shown as the other.
        ("both.pdf", PDF + SCRIPT),
        ("tool.exe.pdf", PDF),
        ("notes.txt", b"<script>alert(1)</script>"),
    ],
)
def test_what_is_what_it_says_is_taken(name: str, content: bytes) -> None:
    assert examine(uploaded(name, content)).size == len(content)


def test_a_package_is_never_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(*_args: object, **_options: object) -> None:
        raise AssertionError("a part was unpacked")

    small = uploaded("a.docx", package("word/document.xml", content=b"\0" * 10**7))
    monkeypatch.setattr(zipfile.ZipFile, "open", opened)
    assert examine(small).size < 20_000


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("..\\..\\windows\\system.pdf", "system.pdf"),
        ("C:\\fakepath\\报告.pdf", "报告.pdf"),
        ("/srv/报告.pdf", "报告.pdf"),
        ("报告\x00.pdf", "报告.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("报告\u202efdp.exe.pdf", "报告fdp.exe.pdf"),  # shown backwards: 报告exe.pdf
        ("\u200b报\u2066告\ufeff.pdf", "报告.pdf"),
        ('a"b<c>d|e?f*g.pdf', "a_b_c_d_e_f_g.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("com1.报告.pdf", "_com1.报告.pdf"),
        ("console.pdf", "console.pdf"),
        ("...pdf", "pdf"),
        ("", "未命名"),
        ("长" * 500 + ".pdf", "长" * (MAX_NAME - 4) + ".pdf"),
    ],
)
def test_a_name_is_made_safe(given: str, kept: str) -> None:
    assert safe_name(given) == kept
    assert 0 < len(safe_name(given)) <= MAX_NAME


@pytest.mark.parametrize(("count", "taken"), [(MAX_FILES, True), (MAX_FILES + 1, False)])
def test_so_many_files_may_come_at_once(count: int, taken: bool) -> None:
    files = [uploaded(f"{number}.pdf", PDF) for number in range(count)]
    if taken:
        assert len(examine_all(files)) == count
        return
    with pytest.raises(DomainError) as refused:
        examine_all(files)
    assert refused.value.code == "evidence_too_many"


def multipart(task: int, name: str, content: bytes) -> bytes:
    """Return a body as an attacker writes it, the name as it is."""
    fields = {"task": str(task), "percent": "10"}
    parts = [
        f'--edge\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    head = f'--edge\r\nContent-Disposition: form-data; name="evidence"; filename="{name}"\r\n'
    parts += [head.encode(), b"Content-Type: text/html\r\n\r\n", content, b"\r\n--edge--\r\n"]
    return b"".join(parts)


def send(client: Client, body: bytes) -> Any:
    return client.post(
        "/api/v1/progress-reports/", body, content_type="multipart/form-data; boundary=edge"
    )


@pytest.mark.parametrize(
    "name",
    ["../../up.pdf", "报告\u202efdp.pdf", "page.html.pdf", "a%00.pdf", "x" * 300 + ".pdf"],
)
def test_an_upload_is_served_as_a_file_to_save_from_its_own_path_and_never_shown(
    cast: Cast, name: str
) -> None:
    client = Client()
    client.force_login(cast.head)
    answer = send(client, multipart(issued_task(cast).pk, name, PDF + SCRIPT))
    assert answer.status_code == 201, answer.content
    evidence = Evidence.objects.get()
    assert evidence.file.name == f"{evidence.sha256[:2]}/{evidence.sha256}.pdf"
    served = client.get(f"/evidence/{evidence.pk}/")
    assert b"".join(served.streaming_content) == PDF + SCRIPT  # type: ignore[attr-defined]
    assert served["Content-Type"] == "application/octet-stream"
    assert served["Content-Disposition"].startswith("attachment")
    assert "\u202e" not in evidence.name and "/" not in evidence.name
    assert served["X-Content-Type-Options"] == "nosniff"
    assert served["Content-Security-Policy"].startswith("default-src 'none';")
    assert served["Content-Security-Policy"].endswith("; sandbox")


def test_an_attack_over_the_wire_writes_nothing(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.head)
    answer = send(client, multipart(issued_task(cast).pk, "page.html", SCRIPT))
    assert (answer.status_code, answer.json()["code"]) == (422, "evidence_type_not_accepted")
    assert not ProgressReport.objects.exists()
