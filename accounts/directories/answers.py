"""What a directory can answer."""

from dataclasses import dataclass
from enum import Enum


class DirectoryDownError(Exception):
    """The directory did not answer, or not in a way that says anything about the person."""


class AccountState(Enum):
    """What a directory says of a person's account there."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A person as the directory knows them."""

    name: str
    groups: tuple[str, ...]
    refresh_token: str = ""
    access_token: str = ""
