"""What people taught the reader of ledgers."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tasks.choices import ColumnMeaning


class LearnedHeader(models.Model):
    """What a column's header means in the ledgers of an issuing body (发文机关), as a person said.

    `header` is the header as headers are compared (`tasks.ledger.headers.header_key`), `wording` as
    the person saw it.
    """

    body = models.CharField(_("发文机关"), max_length=100)
    header = models.CharField(_("表头"), max_length=200)
    wording = models.CharField(_("表头原文"), max_length=200)
    meaning = models.CharField(_("栏目含义"), max_length=32, choices=ColumnMeaning.choices)
    learned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    learned_on = models.DateField(_("登记日期"))

    class Meta:
        verbose_name = _("表头含义")
        verbose_name_plural = _("表头含义")
        ordering = ["body", "header"]
        constraints = [
            models.UniqueConstraint(
                name="header_learned_once_per_body",
                fields=["body", "header"],
                violation_error_message=_("该发文机关的这个表头已有含义。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body} {self.wording}"
