"""Count the sign-in tries of a name and of an address, exactly, however many come at once.

A try takes its slot before the password is looked at, and a slot that turned out right is given
back. So no more passwords are looked at than there are slots, whatever runs in parallel.
"""

import datetime as dt
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts.models import AttemptCount, User
from accounts.rules import lockout
from accounts.rules.lockout import Limit, Tally

# An IPv6 site is given a whole network, and may try from each of its addresses.
_SITE_PREFIX = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A try that may look at the password once.

    `address_counts` is off for a login name nobody has: such a try locks nobody out.
    """

    name_key: str
    address_key: str
    address_counts: bool
    number: int
    address_number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """No try is taken before `until`; `whole_address` when all of the address has to wait."""

    until: dt.datetime
    whole_address: bool


def key_of_account(user: User) -> str:
    """Return the key under which an account's tries are counted."""
    return f"account:{user.pk}"


def key_of_name(username: str) -> str:
    """Return the key of a login name nobody has; the name itself is not kept."""
    return f"name:{salted_hmac('accounts.attempts', username).hexdigest()}"


def key_of_address(address: str) -> str:
    """Return the key of a request's address; of IPv6, the site's network."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return f"address:{address[:64]}"
    if isinstance(parsed, IPv6Address):
        return f"address:{ip_network((parsed, _SITE_PREFIX), strict=False)}"
    return f"address:{parsed}"


def take_slot(
    name_key: str, *, address: str, address_counts: bool, at: dt.datetime
) -> Slot | Locked:
    """Take a slot of the name and of the address, or say which of them is locked and until when.

    The same statements are done for every name, known or not.
    """
    address_key = key_of_address(address)
    with transaction.atomic():
        rows = _locked_rows(name_key, address_key, at=at)
        for key, limit in ((address_key, lockout.ADDRESS), (name_key, lockout.ACCOUNT)):
            until = lockout.locked_until(_tally(rows[key]), limit, at=at)
            if until is not None:
                return Locked(until=until, whole_address=key == address_key)
        number = _take(rows[name_key], lockout.ACCOUNT, at=at)
        address_number = _take(rows[address_key], lockout.ADDRESS, at=at, counts=address_counts)
    return Slot(
        name_key=name_key,
        address_key=address_key,
        address_counts=address_counts,
        number=number,
        address_number=address_number,
    )


def keep_slot(slot: Slot, *, at: dt.datetime) -> Locked | None:
    """Leave the slot taken because the password was wrong; return the lock it brought about.

    Of tries in parallel the one that took the last slot brings it about, and only if nobody
    signed in meanwhile.
    """
    rows = _locked_rows(slot.name_key, slot.address_key, at=at)
    filled = (
        (slot.number, slot.name_key, lockout.ACCOUNT),
        (slot.address_number if slot.address_counts else 0, slot.address_key, lockout.ADDRESS),
    )
    for number, key, limit in filled:
        until = lockout.locked_until(_tally(rows[key]), limit, at=at)
        if number == limit.failures and until is not None:
            return Locked(until=until, whole_address=key == slot.address_key)
    return None


def return_slot(slot: Slot, *, at: dt.datetime, clears: bool = True) -> None:
    """Clear the account's count because the person is known; the address gets its slot back.

    `clears` off gives back the one slot only: a right password without the code that has to follow
    proves nothing yet, and must not give whoever guesses at codes five new tries.
    """
    rows = _locked_rows(slot.name_key, slot.address_key, at=at)
    name, address = rows[slot.name_key], rows[slot.address_key]
    name.failures = 0 if clears else name.failures - min(name.failures, 1)
    name.save(update_fields=["failures"])
    address.failures -= min(address.failures, int(slot.address_counts))
    address.save(update_fields=["failures"])


def clear_account(user: User) -> int:
    """Forget an account's failures; return how many there were."""
    row = AttemptCount.objects.select_for_update().filter(pk=key_of_account(user)).first()
    if row is None:
        return 0
    failures, row.failures = row.failures, 0
    row.save(update_fields=["failures"])
    return failures


def account_locked_until(user: User, *, at: dt.datetime) -> dt.datetime | None:
    """Return until when an account is locked, None when it is not."""
    row = AttemptCount.objects.filter(pk=key_of_account(user)).first()
    return lockout.locked_until(_tally(row), lockout.ACCOUNT, at=at) if row else None


def is_locked(row: AttemptCount | None, *, at: dt.datetime) -> bool:
    """Whether an account whose count this is may not try at the moment."""
    return row is not None and lockout.locked_until(_tally(row), lockout.ACCOUNT, at=at) is not None


def forget_old(*, at: dt.datetime) -> int:
    """Delete the counts that say nothing any more; return how many."""
    memory = max(lockout.ACCOUNT.memory, lockout.ADDRESS.memory) + lockout.LOCK
    deleted, _by_model = AttemptCount.objects.filter(last_at__lt=at - memory).delete()
    return deleted


def _locked_rows(*keys: str, at: dt.datetime) -> dict[str, AttemptCount]:
    """Return the counts of the keys, made where missing, locked in one order for everybody."""
    fresh = [AttemptCount(key=key, since=at, last_at=at) for key in sorted(keys)]
    AttemptCount.objects.bulk_create(fresh, ignore_conflicts=True)
    rows = AttemptCount.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    return {row.key: row for row in rows}


def _tally(row: AttemptCount) -> Tally:
    return Tally(failures=row.failures, since=row.since, last_at=row.last_at)


def _take(row: AttemptCount, limit: Limit, *, at: dt.datetime, counts: bool = True) -> int:
    """Write the row with one more try, or as it is; return the number of the try."""
    if counts:
        tally = lockout.taken(_tally(row), limit, at=at)
        row.failures, row.since, row.last_at = tally.failures, tally.since, tally.last_at
    row.save(update_fields=["failures", "since", "last_at"])
    return row.failures
