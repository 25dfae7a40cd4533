"""Name the digest of each audit entry, and keep what verifications found."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_exclusive_roles")]

    operations = [
        migrations.AddField(
            model_name="auditentry",
            name="algorithm",
            field=models.CharField(default="sha256", max_length=8, verbose_name="摘要算法"),
        ),
        migrations.CreateModel(
            name="AuditCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="申请时间")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="完成时间")),
                ("done", models.BigIntegerField(default=0, verbose_name="已核对条数")),
                ("total", models.BigIntegerField(default=0, verbose_name="总条数")),
                ("sound", models.BooleanField(null=True, verbose_name="完好")),
                ("finding", models.CharField(blank=True, max_length=500, verbose_name="发现")),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="申请人",
                    ),
                ),
            ],
            options={
                "verbose_name": "留痕核验",
                "verbose_name_plural": "留痕核验",
                "ordering": ["-id"],
            },
        ),
    ]
