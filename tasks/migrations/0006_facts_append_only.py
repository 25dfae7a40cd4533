"""Have the database refuse any change of a fact."""

from django.db import migrations

from accounts.append_only import FACT_TABLE, protect, unprotect


def add(apps, schema_editor):
    protect(schema_editor.connection, FACT_TABLE)


def remove(apps, schema_editor):
    unprotect(schema_editor.connection, FACT_TABLE)


class Migration(migrations.Migration):
    dependencies = [("tasks", "0005_workflow")]

    operations = [migrations.RunPython(add, remove)]
