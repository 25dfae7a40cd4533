"""Every request that changes something leaves an entry in the audit log, in its transaction."""

from collections.abc import Callable
from typing import Any

from django.db import connection

from accounts.models import AuditEntry
from tests.cast import Cast
from tests.making import SetClock, set_clock
from tests.permissions.asking import Asker
from tests.permissions.table import PASS, Row, Table
from tests.permissions.world import ON, build_world

__all__ = ["set_clock"]

TABLE = Table()
# What is no business record: sessions, when somebody was last seen, and remembered answers.
UNRECORDED = (
    "django_session",
    "accounts_signin",
    "accounts_sentrequest",
    "accounts_auditentry",
    "accounts_audithead",
)
PEOPLE = ("head", "supervisor", "leader", "hr", "discipline", "sysadmin", "secadmin", "auditor")
# Acts that nothing in the table makes succeed are left out; so many must be seen writing.
FEWEST = 50


def test_every_unsafe_request_that_writes_is_recorded(cast: Cast, set_clock: SetClock) -> None:
    set_clock(ON)
    world = build_world(cast)
    silent: list[str] = []
    written: set[str] = set()
    for person in PEOPLE:
        asker = Asker(world, person)
        for row in TABLE.rows(person):
            if row.method == "GET" or row.answer != PASS or row.side != "own":
                continue
            wrote, entries, actors = _watch(asker, row)
            if wrote:
                written.add(f"{row.method} {row.name}")
                if not entries:
                    silent.append(f"{person} {row.method} {row.name}: {sorted(wrote)}")
                elif world.people[person].pk not in actors:
                    silent.append(f"{person} {row.method} {row.name}: by {actors}")
    assert not silent, "\n".join(silent)
    unsafe = {
        f"{method} {name}"
        for name, entry in TABLE.addresses.items()
        for method in entry
        if method in ("POST", "PUT", "PATCH", "DELETE")
    }
    assert len(written) >= FEWEST, sorted(unsafe - written)


def _watch(asker: Asker, row: Row) -> tuple[set[str], int, set[int | None]]:
    """Return the tables a request wrote to, the entries it added, and who they name."""
    wrote: set[str] = set()

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        words = sql.replace('"', "").split()
        table = {"INSERT": 2, "UPDATE": 1, "DELETE": 2}.get(words[0].upper())
        done = execute(sql, params, many, context)
        # A statement that met no row changed nothing.
        if table is not None and words[table] not in UNRECORDED and context["cursor"].rowcount:
            wrote.add(words[table])
        return done

    before = set(AuditEntry.objects.values_list("seq", flat=True))
    added: list[tuple[int, int | None]] = []

    def seen(response: Any) -> None:
        if response.status_code >= 400:
            # What was refused half-way was taken back with it.
            wrote.clear()
        added.extend(AuditEntry.objects.exclude(seq__in=before).values_list("seq", "actor"))

    with connection.execute_wrapper(note):
        asker.ask(row, seen=seen)
    return wrote, len(added), {actor for _seq, actor in added}
