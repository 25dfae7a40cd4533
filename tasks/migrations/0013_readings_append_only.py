"""Have the database refuse any change of a reading."""

from django.db import migrations

from accounts.append_only import READING_TABLE, protect, unprotect


def add(apps, schema_editor):
    protect(schema_editor.connection, READING_TABLE)


def remove(apps, schema_editor):
    unprotect(schema_editor.connection, READING_TABLE)


class Migration(migrations.Migration):
    dependencies = [("tasks", "0012_readings_of_reports")]

    operations = [migrations.RunPython(add, remove)]
