"""How much of a file is read at all, and what a refusal is made of."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of one reading: bytes unpacked, ratio of packing, parts, sheets, cells, memory, time.

    A small part may well pack a hundredfold (blank rows): the ratio counts from `ratio_from` bytes.
    """

    unpacked: int = 300 * 1024 * 1024
    ratio: int = 100
    ratio_from: int = 10 * 1024 * 1024
    parts: int = 2000
    sheets: int = 60
    cells: int = 4_000_000
    memory: int = 512 * 1024 * 1024
    seconds: int = 15


class RefusedError(Exception):
    """The file is not read: `code` says why, `detail` is the number or name behind it."""

    def __init__(self, code: str, detail: object = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
