"""Have the database refuse any change of an audit entry."""

from django.db import migrations

from accounts.append_only import AUDIT_TABLE, protect, unprotect


def add(apps, schema_editor):
    protect(schema_editor.connection, AUDIT_TABLE)


def remove(apps, schema_editor):
    unprotect(schema_editor.connection, AUDIT_TABLE)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_audit_checks")]

    operations = [migrations.RunPython(add, remove)]
