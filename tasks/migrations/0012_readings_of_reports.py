"""Name the report that each stored reading was given with: the two share one audit entry."""

from django.db import migrations


def name_reports(apps, schema_editor):
    reports = apps.get_model("tasks", "ProgressReport")
    readings = apps.get_model("tasks", "IndicatorReading")
    given = reports.objects.filter(reading__isnull=False).values_list("fact__entry", "pk")
    by_entry = dict(given.iterator())
    for reading in readings.objects.filter(report=None):
        if reading.entry_id in by_entry:
            reading.report_id = by_entry[reading.entry_id]
            reading.save(update_fields=["report"])


class Migration(migrations.Migration):
    dependencies = [("tasks", "0011_campaigns")]

    operations = [migrations.RunPython(name_reports, migrations.RunPython.noop)]
