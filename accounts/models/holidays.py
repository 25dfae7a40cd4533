"""Holidays and make-up workdays (节假日与调休) of the years that an office has entered itself."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class HolidayYear(models.Model):
    """A year's holiday notice (放假安排) as the office keeps it, instead of the built-in one.

    Until somebody has compared it with the State Council's notice and `confirmed` it, the year is
    provisional: its days count, and every date computed with them says so.
    """

    year = models.PositiveSmallIntegerField(_("年份"), primary_key=True)
    source = models.CharField(_("依据"), max_length=200)
    confirmed = models.BooleanField(_("已核对"), default=False)
    confirmed_on = models.DateField(_("核对日期"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("核对人"),
    )

    class Meta:
        verbose_name = _("放假安排")
        verbose_name_plural = _("放假安排")
        ordering = ["year"]
        constraints = [
            models.CheckConstraint(
                name="holiday_year_confirmed_by_somebody",
                condition=models.Q(
                    confirmed=True, confirmed_on__isnull=False, confirmed_by__isnull=False
                )
                | models.Q(confirmed=False, confirmed_on=None, confirmed_by=None),
                violation_error_message=_("已核对的年份必须有核对人和核对日期。"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)


class HolidayDay(models.Model):
    """A day that differs from its weekday, or belongs to a holiday: off, or a make-up workday.

    A notice may reach into the last days of the year before; a day stands in one notice only.
    """

    notice = models.ForeignKey(HolidayYear, on_delete=models.CASCADE, related_name="days")
    day = models.DateField(_("日期"), unique=True)
    works = models.BooleanField(_("上班"))
    name = models.CharField(_("节日"), max_length=40)

    class Meta:
        verbose_name = _("放假或调休日")
        verbose_name_plural = _("放假或调休日")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
