"""Read values from a parsed document and name the place of what is wrong."""

import datetime as dt
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
# Dates outside are typing errors, and arithmetic around them must not overflow.
_YEARS = range(1949, 3000)
_DIGITS = 30


class ShapeError(Exception):
    """A value is not what its place asks for.

    `code` is stable; `place` is the path in the document (`tasks[2].deadline`); `value` is what
    stands there; `values` are further words of the sentence.
    """

    def __init__(self, code: str, place: str, value: object = "", **values: object) -> None:
        self.code = code
        self.place = place
        self.value = str(value)
        self.values = {name: str(word) for name, word in values.items()}
        super().__init__(f"{code} at {place}: {value!r}")


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a document and where it stands."""

    value: Any
    place: str = ""

    def mapping(self, *, required: Collection[str] = (), optional: Collection[str] = ()) -> "Node":
        """Return itself when it is a mapping with all required and no unknown keys."""
        if not isinstance(self.value, dict):
            raise ShapeError("not_a_mapping", self.place, self.value)
        for key in required:
            if key not in self.value:
                raise ShapeError("missing_key", self.place, key)
        for key in self.value:
            if key not in required and key not in optional:
                raise ShapeError("unknown_key", self.place, key)
        return self

    def __getitem__(self, key: str) -> "Node":
        """Return the value of a key; a missing one reads as null."""
        return Node(self.value.get(key), f"{self.place}.{key}" if self.place else key)

    def __contains__(self, key: str) -> bool:
        return key in self.value

    @property
    def key(self) -> str:
        """The last key of the place."""
        return self.place.rpartition(".")[2]

    def keys(self) -> list[str]:
        """Return the keys of the mapping."""
        return list(self.value)

    def keys_or_none(self) -> list[str]:
        """Return the keys of a mapping, none of anything else."""
        return list(self.value) if isinstance(self.value, dict) else []

    def entries(self) -> Iterator["Node"]:
        """Yield the values of a mapping whose keys are free."""
        if not isinstance(self.value, dict):
            raise ShapeError("not_a_mapping", self.place, self.value)
        for key in self.value:
            yield self[key]

    @property
    def is_null(self) -> bool:
        """Whether nothing stands here."""
        return self.value is None

    def items(self) -> Iterator["Node"]:
        """Yield the members of a list; null reads as an empty one."""
        if self.value is None:
            return
        if not isinstance(self.value, list):
            raise ShapeError("not_a_list", self.place, self.value)
        for index, member in enumerate(self.value):
            yield Node(member, f"{self.place}[{index}]")

    def text(self) -> str:
        """Return a text that is not blank."""
        if not isinstance(self.value, str) or not self.value.strip() or not _is_utf8(self.value):
            raise ShapeError("not_text", self.place, self.value)
        return self.value

    def code(self) -> str:
        """Return a code or id: text, or a whole number read as its digits."""
        if self.value is None:
            raise ShapeError("missing_key", self.place.rpartition(".")[0], self.key)
        if isinstance(self.value, int) and not isinstance(self.value, bool):
            return str(self.value)
        return self.text()

    def one_of(self, allowed: Collection[str]) -> str:
        """Return one of the allowed words."""
        if not isinstance(self.value, str) or self.value not in allowed:
            raise ShapeError("unknown_value", self.place, self.value, allowed="、".join(allowed))
        return self.value

    def truth(self) -> bool:
        """Return true or false."""
        if not isinstance(self.value, bool):
            raise ShapeError("not_true_or_false", self.place, self.value)
        return self.value

    def whole(self) -> int:
        """Return a whole number."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            raise ShapeError("not_a_whole_number", self.place, self.value)
        return self.value

    def number(self) -> Fraction:
        """Return a number of at most 30 digits on either side of the point, exactly."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | Decimal):
            raise ShapeError("not_a_number", self.place, self.value)
        written = Decimal(self.value)
        if written.adjusted() > _DIGITS or written.as_tuple().exponent < -_DIGITS:  # type: ignore[operator]
            raise ShapeError("number_out_of_range", self.place, self.value)
        return Fraction(written)

    def date(self) -> dt.date:
        """Return a day written as YYYY-MM-DD."""
        if isinstance(self.value, str) and _DATE.fullmatch(self.value):
            try:
                day = dt.date.fromisoformat(self.value)
            except ValueError:
                pass
            else:
                if day.year in _YEARS:
                    return day
        raise ShapeError("invalid_date", self.place, self.value)


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
