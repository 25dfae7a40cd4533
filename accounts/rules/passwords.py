"""What a new password must be, by profile; the profile is the office's choice (`PASSWORD_PROFILE`).

`dengbao` is what an assessor of 等保 level 2 and 3 asks for; `asvs` follows OWASP ASVS: length
instead of composition, no rotation (security.md, Identity 2).
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum, unique

# Hashing costs grow with the length; nobody types more.
LONGEST = 128
# Shorter pieces of a name or number are found in any password by chance.
SHORTEST_ATTRIBUTE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordProfile:
    """One profile: least length, how many of the four classes, how many old ones are refused.

    `attributes` refuses the person's own name, numbers and unit; `rotation` is how long a password
    holds (None: for ever). Common passwords are refused by every profile.
    """

    name: str
    length: int
    classes: int
    attributes: bool
    history: int
    rotation: dt.timedelta | None


PROFILES = {
    profile.name: profile
    for profile in (
        PasswordProfile(
            name="dengbao",
            length=8,
            classes=3,
            attributes=True,
            history=5,
            rotation=dt.timedelta(days=90),
        ),
        PasswordProfile(
            name="asvs", length=12, classes=0, attributes=False, history=0, rotation=None
        ),
    )
}


@unique
class Flaw(Enum):
    """What is wrong with a password."""

    SHORT = "short"
    LONG = "long"
    CLASSES = "classes"
    ATTRIBUTE = "attribute"
    COMMON = "common"


def flaws_of(
    password: str,
    profile: PasswordProfile,
    *,
    attributes: Iterable[str],
    is_common: Callable[[str], bool],
) -> tuple[Flaw, ...]:
    """Return everything wrong with the password, in the order people are told."""
    found = []
    if len(password) < profile.length:
        found.append(Flaw.SHORT)
    if len(password) > LONGEST:
        found.append(Flaw.LONG)
    if classes_in(password) < profile.classes:
        found.append(Flaw.CLASSES)
    if profile.attributes and _holds_one(password, attributes):
        found.append(Flaw.ATTRIBUTE)
    if is_common(password):
        found.append(Flaw.COMMON)
    return tuple(found)


def classes_in(password: str) -> int:
    """Count the classes used: capital letters, small letters, digits, everything else."""
    return len(
        {
            0 if sign.isupper() else 1 if sign.islower() else 2 if sign.isdecimal() else 3
            for sign in password
        }
    )


def is_due(
    set_at: dt.datetime | None, profile: PasswordProfile, *, at: dt.datetime
) -> dt.datetime | None:
    """Return since when the password had to be replaced; None while it holds.

    A password set at noon holds until the noon of its last day; from that moment on it is due.
    """
    if profile.rotation is None or set_at is None:
        return None
    end = set_at + profile.rotation
    return end if at >= end else None


def _holds_one(password: str, attributes: Iterable[str]) -> bool:
    """Whether the password holds one of the person's attributes, in any case, also backwards."""
    low = password.casefold()
    words = {attribute.casefold().strip() for attribute in attributes}
    return any(
        word in low or word[::-1] in low for word in words if len(word) >= SHORTEST_ATTRIBUTE
    )
