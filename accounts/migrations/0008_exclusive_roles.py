"""Have the database hold that officers' roles exclude others, and one principal a unit.

Periods include both their days; an empty `until` never ends. PostgreSQL's triggers lock the
person's (the unit's) row first, so that two writers at once take turns; SQLite has one writer
anyway. SQLite rebuilds a table when a later migration alters it and loses its triggers: such a
migration of the two tables ends with `add` again.
"""

from django.db import migrations

# Frozen here: a role added later is a business role unless a later migration says otherwise.
_OFFICERS = "('sysadmin', 'secadmin', 'auditor')"
_ROLES = "三员角色互斥，也不能与业务角色兼任：同一人的授权期间重叠"
_PRINCIPAL = "同一单位同一天只能有一位主要负责人：任职期间重叠"

_OVERLAP = """(held.until IS NULL OR held.until >= NEW.since)
        AND (NEW.until IS NULL OR NEW.until >= held.since)"""
_EXCLUDED = """EXISTS (
        SELECT 1 FROM accounts_rolegrant AS held
        WHERE held.user_id = NEW.user_id AND held.id <> {own} AND held.role <> NEW.role
        AND NOT held.withdrawn AND NOT NEW.withdrawn
        AND (held.role IN OFFICERS OR NEW.role IN OFFICERS)
        AND OVERLAP)""".replace("OFFICERS", _OFFICERS).replace("OVERLAP", _OVERLAP)
_SECOND = """NEW.kind = 'principal' AND EXISTS (
        SELECT 1 FROM accounts_post AS held
        WHERE held.unit_id = NEW.unit_id AND held.id <> {own} AND held.kind = 'principal'
        AND OVERLAP)""".replace("OVERLAP", _OVERLAP)
# name, table, condition, sentence, row to lock
_RULES = (
    ("grant_roles_exclude", "accounts_rolegrant", _EXCLUDED, _ROLES, ("accounts_user", "user_id")),
    ("post_one_principal", "accounts_post", _SECOND, _PRINCIPAL, ("accounts_unit", "unit_id")),
)


def add(apps, schema_editor):
    make = _postgres if schema_editor.connection.vendor == "postgresql" else _sqlite
    with schema_editor.connection.cursor() as cursor:
        for rule in _RULES:
            for statement in make(*rule):
                cursor.execute(statement)


def remove(apps, schema_editor):
    postgres = schema_editor.connection.vendor == "postgresql"
    with schema_editor.connection.cursor() as cursor:
        for name, table, *_rest in _RULES:
            if postgres:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
                cursor.execute(f"DROP FUNCTION IF EXISTS {name}()")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}_insert")
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}_update")


def _postgres(name, table, condition, sentence, lock):
    locked, column = lock
    yield f"""
        CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM 1 FROM {locked} WHERE id = NEW.{column} FOR NO KEY UPDATE;
            IF {condition.format(own="NEW.id")} THEN
                RAISE EXCEPTION '{sentence}'
                    USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';
            END IF;
            RETURN NEW;
        END $$"""
    yield f"""
        CREATE TRIGGER {name} BEFORE INSERT OR UPDATE ON {table}
        FOR EACH ROW EXECUTE FUNCTION {name}()"""


def _sqlite(name, table, condition, sentence, lock):
    for event, own in (("insert", "-1"), ("update", "OLD.id")):
        yield f"""
            CREATE TRIGGER {name}_{event} BEFORE {event.upper()} ON {table}
            WHEN {condition.format(own=own)}
            BEGIN SELECT RAISE(ABORT, '{sentence}'); END"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_grants_withdrawn_and_delegations")]

    operations = [migrations.RunPython(add, remove)]
