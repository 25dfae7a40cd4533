"""Make a table refuse UPDATE, DELETE and TRUNCATE in the database itself.

Nothing in the application steps round the triggers; only the owner of the table can lift them, as
the purge does inside its own transaction. SQLite rebuilds a table when a later migration alters
it and loses its triggers: such a migration ends with `protect` again.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper

AUDIT_TABLE = "accounts_auditentry"
FACT_TABLE = "tasks_taskfact"
READING_TABLE = "tasks_indicatorreading"
TABLES = (AUDIT_TABLE, FACT_TABLE, READING_TABLE)

_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$
"""


def protect(connection: BaseDatabaseWrapper, table: str) -> None:
    """Add the triggers to a table that has none."""
    _run(connection, _protecting(connection.vendor, table))


def unprotect(connection: BaseDatabaseWrapper, table: str) -> None:
    """Remove the triggers; for reversing a migration, and for `lifted`."""
    names = _names(table)
    if connection.vendor == "postgresql":
        _run(connection, [f"DROP TRIGGER IF EXISTS {name} ON {table}" for name in names])
    else:
        _run(connection, [f"DROP TRIGGER IF EXISTS {name}" for name in names])


@contextmanager
def lifted(connection: BaseDatabaseWrapper, *tables: str) -> Iterator[None]:
    """Lift the triggers for a while; needs the tables' owner.

    In a transaction nobody else ever sees the tables without them.
    """
    for table in tables:
        unprotect(connection, table)
    yield
    for table in tables:
        protect(connection, table)


def _names(table: str) -> tuple[str, ...]:
    return tuple(f"{table}_no_{act}" for act in ("update", "delete", "truncate"))


def _protecting(vendor: str, table: str) -> Iterable[str]:
    update, delete, truncate = _names(table)
    if vendor == "postgresql":
        yield _FUNCTION
        for name, act in ((update, "UPDATE"), (delete, "DELETE")):
            yield (
                f"CREATE TRIGGER {name} BEFORE {act} ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
        yield (
            f"CREATE TRIGGER {truncate} BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    else:
        for name, act in ((update, "UPDATE"), (delete, "DELETE")):
            yield (
                f"CREATE TRIGGER {name} BEFORE {act} ON {table} BEGIN "
                f"SELECT RAISE(ABORT, '{table} is append-only: {act} is refused'); END"
            )


def _run(connection: BaseDatabaseWrapper, statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
