"""The table, read: what every person is to be answered at every address."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.permissions.crawl import METHODS

PASS, SIGN_IN, FORBIDDEN, NOT_FOUND, REFUSED = "may", "sign in", "403", "404", "refused"
SIDES = ("own", "other")
ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One question to one address, and the answer it must get."""

    name: str
    at: str
    method: str
    person: str
    side: str
    send: Mapping[str, Any]
    answer: str


class Table:
    """The rows of `table.yaml`; names of people are expanded by its groups."""

    def __init__(self) -> None:
        text = (Path(__file__).parent / "table.yaml").read_text(encoding="utf-8")
        content = yaml.safe_load(text)
        self.groups: dict[str, str] = content["groups"]
        self.addresses: dict[str, dict[str, Any]] = content["addresses"]
        self.shared = {f"{{{thing}}}" for thing in content["shared"].split()}
        self.wide = self.people("wide officers")
        self.everybody = self.people("everybody")

    def people(self, words: str | list[str]) -> frozenset[str]:
        """Return the people that words name, groups expanded."""
        named = words.split() if isinstance(words, str) else words
        found: set[str] = set()
        for word in named:
            found |= self.people(self.groups[word]) if word in self.groups else {word}
        return frozenset(found)

    def rows(self, person: str) -> Iterator[Row]:
        """Yield every row of one person."""
        for name, entry in self.addresses.items():
            has_thing = "{" in entry["at"]
            is_shared = not has_thing or any(thing in entry["at"] for thing in self.shared)
            for side in SIDES[:1] if is_shared else SIDES:
                for method in METHODS:
                    yield Row(
                        name=name,
                        at=entry["at"],
                        method=method,
                        person=person,
                        side=side,
                        send=entry.get("send", {}),
                        answer=self._answer(entry, method, person, side, has_thing),
                    )

    def _answer(
        self, entry: dict[str, Any], method: str, person: str, side: str, has_thing: bool
    ) -> str:
        if method not in entry:
            return REFUSED
        may = self.people(entry[method])
        if person == ANONYMOUS:
            return PASS if ANONYMOUS in may else SIGN_IN
        seen = self.people(entry.get("seen", "business" if has_thing else "everybody"))
        if side == "other":
            seen &= self.wide
        if person not in seen:
            return NOT_FOUND
        return PASS if person in may else FORBIDDEN
