"""Files that are no ledger are refused with a sentence, whatever is wrong with them."""

import io
import random
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from accounts.errors import DomainError
from tasks.ledger import workbook as opening
from tasks.ledger.opening.limits import Limits
from tasks.ledger.workbook import open_workbook
from tests.data import DATA
from tests.tasks.ledger import making
from tests.tasks.ledger.making import HEADER, cells, content, read_book, read_rows, workbook

LEDGER = (DATA / "ledgers" / "2_合并标题两行表头.xlsx").read_bytes()


def zipped(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return stream.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def refusal(data: bytes) -> DomainError:
    with pytest.raises(DomainError) as caught:
        cells(data)
    message = str(caught.value.message)
    assert "台账.xlsx" in message
    assert message.endswith("。")
    return caught.value


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_workbook"),
        ("序号,任务名称\n1,扬尘治理\n".encode(), "not_a_workbook"),
        (b"<html><table></table></html>", "not_a_workbook"),
        (b"%PDF-1.7", "not_a_workbook"),
        (LEDGER[: len(LEDGER) // 2], "not_a_workbook"),
        (LEDGER[:100], "not_a_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "not_a_workbook"),
        (zipped({"word/document.xml": b"<x/>", "[Content_Types].xml": b"<x/>"}), "not_a_workbook"),
        (zipped({"content.xml": b"<x/>", "mimetype": b"ods"}), "not_a_workbook"),
        (content(Workbook()), "empty_workbook"),
    ],
    ids=["0 bytes", "text", "html", "pdf", "truncated", "head only", "xls", "docx", "ods", "blank"],
)
def test_what_is_no_workbook_is_refused_with_a_sentence(data: bytes, code: str) -> None:
    assert refusal(data).code == code


@pytest.mark.parametrize("part", sorted(parts_of(LEDGER)))
def test_a_workbook_with_a_broken_part_is_refused_or_read(part: str) -> None:
    for body in (b"", b"<x", b"\x00\xff" * 40):
        damaged = zipped({**parts_of(LEDGER), part: body})
        try:
            assert cells(damaged).sheets
        except DomainError as refused:
            assert str(refused.message).endswith("。")


def test_external_definitions_are_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><sst/>'
    assert refusal(zipped({**parts_of(LEDGER), "xl/evil.xml": bomb})).code == "unsafe_workbook"


def test_a_file_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "LIMITS", Limits(ratio_from=1_000_000))
    bomb = zipped({**parts_of(LEDGER), "xl/media/image1.png": bytes(5_000_000)})
    assert refusal(bomb).code == "workbook_too_large"


def test_a_file_over_the_limit_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(LEDGER)
    monkeypatch.setattr(opening, "MAX_BYTES", len(LEDGER))
    assert open_workbook(path).sheets
    monkeypatch.setattr(opening, "MAX_BYTES", len(LEDGER) - 1)
    with pytest.raises(DomainError) as caught:
        open_workbook(path)
    assert caught.value.code == "workbook_too_large"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DomainError, match="无此文件") as caught:
        open_workbook(tmp_path / "无此文件.xlsx")
    assert caught.value.code == "file_not_found"


def test_a_sheet_without_a_header_is_refused_with_what_is_expected() -> None:
    with pytest.raises(DomainError, match="任务名称") as caught:
        read_rows(["扬尘治理", "大气环境科"], ["餐饮油烟", "大气环境科"])
    assert caught.value.code == "no_header"


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are() -> None:
    book = workbook({"甲": [HEADER], "乙": [HEADER]})
    with pytest.raises(DomainError, match="甲、乙") as caught:
        read_book(book, sheet="丙")
    assert caught.value.code == "unknown_sheet"


def test_a_header_without_rows_is_a_ledger_of_no_tasks() -> None:
    assert read_rows(HEADER).tasks == ()


def test_damaged_bytes_never_make_a_traceback() -> None:
    chance = random.Random(20230710)  # noqa: S311 - repeatable damage, no secret
    read = 0
    for _ in range(60):
        data = bytearray(LEDGER)
        for _ in range(chance.choice((1, 4, 40))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            read += bool(cells(bytes(data)).sheets)
        except DomainError as refused:
            assert str(refused.message).endswith("。")
    assert read < 60
