"""Lay the first link of the audit chain."""

import datetime as dt

from django.db import migrations


def lay_genesis(apps, schema_editor):
    head = apps.get_model("accounts", "AuditHead")
    head.objects.using(schema_editor.connection.alias).create(
        id=1, seq=0, digest="0" * 64, at=dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_units_people_audit")]

    operations = [migrations.RunPython(lay_genesis, migrations.RunPython.noop)]
