"""The tree of units, the names they go by, and terms that stand for many of them."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import UnitKind


class UnitQuerySet(models.QuerySet["Unit"]):
    """Business filters over units."""

    def active(self) -> Self:
        """Units that still exist."""
        return self.filter(closed_on=None)

    def under(self, *roots: "Unit") -> Self:
        """The given units and everything below them; nothing when no root is given."""
        condition = Q(pk__in=[])
        for root in roots:
            condition |= Q(path__startswith=root.path)
        return self.filter(condition)


class Unit(models.Model):
    """A unit (单位): the bureau, a section, a branch, a county, a department.

    `path` holds the codes from the root down, each ended by a slash (`/TY/DQ/`), so that a
    subtree is a prefix and `/01/` never matches `/011/`.
    """

    code = models.CharField(_("代码"), max_length=32, unique=True)
    name = models.CharField(_("名称"), max_length=100, unique=True)
    full_name = models.CharField(_("全称"), max_length=200, blank=True)
    kind = models.CharField(_("类别"), max_length=16, choices=UnitKind.choices)
    group = models.CharField(_("同类组"), max_length=32)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("上级单位"),
    )
    path = models.CharField(max_length=500, unique=True, editable=False)
    position = models.PositiveIntegerField(_("排序"), default=0)
    closed_on = models.DateField(_("撤销日期"), null=True, blank=True)

    objects: ClassVar = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("单位")
        verbose_name_plural = _("单位")
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                name="unit_path_is_terminated",
                condition=Q(path__startswith="/", path__endswith="/"),
                violation_error_message=_("单位路径必须以斜杠开头和结尾。"),
            ),
            models.CheckConstraint(
                name="unit_code_has_no_slash",
                condition=~Q(code__contains="/"),
                violation_error_message=_("单位代码不能含斜杠。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UnitAlias(models.Model):
    """Another name (别名) a unit is written by in documents; names are unique over all units."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="aliases")
    name = models.CharField(_("别名"), max_length=200, unique=True)
    former = models.BooleanField(_("旧称"), default=False)

    class Meta:
        verbose_name = _("单位别名")
        verbose_name_plural = _("单位别名")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class CollectiveTerm(models.Model):
    """A word that stands for many units (集合词), such as 各分局 or 城六区.

    `kinds` lists the unit kinds it expands to; `members` names single units; both empty means
    the term is open (市直有关部门) and a person has to say who is meant.
    """

    name = models.CharField(_("集合词"), max_length=100, unique=True)
    kinds = models.JSONField(_("单位类别"), default=list, blank=True)
    members = models.ManyToManyField(Unit, blank=True, related_name="collective_terms")

    class Meta:
        verbose_name = _("集合词")
        verbose_name_plural = _("集合词")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
