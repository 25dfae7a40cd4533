"""Closed sets of values of units, posts, roles and the audit log."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class UnitKind(models.TextChoices):
    """What a unit (单位) is; collective terms such as 各分局 expand by it."""

    BUREAU = "bureau", _("局")
    SECTION = "section", _("科室")
    BRANCH = "branch", _("分局")
    DIRECT = "direct", _("直属单位")
    COUNTY = "county", _("县（市、区）")
    DEVZONE = "devzone", _("开发区")
    DEPARTMENT = "department", _("市直部门")


class PostKind(models.TextChoices):
    """What a post (职务) makes of its holder in the unit."""

    PRINCIPAL = "principal", _("主要负责人")
    DEPUTY = "deputy", _("分管负责人")
    STAFF = "staff", _("工作人员")


class Role(models.TextChoices):
    """What a person may do (角色); granted on a subtree of units for a period."""

    HEAD = "head", _("单位主要负责人")
    LIAISON = "liaison", _("联络员")
    SUPERVISOR = "supervisor", _("督办人员")
    LEADER = "leader", _("局领导")
    HR = "hr", _("人事")
    DISCIPLINE = "discipline", _("纪检")
    SYSADMIN = "sysadmin", _("系统管理员")
    SECADMIN = "secadmin", _("安全管理员")
    AUDITOR = "auditor", _("审计管理员")


class TicketKind(models.TextChoices):
    """Why a person is let set a password without knowing one."""

    FIRST = "first", _("首次设置")
    RESET = "reset", _("重置")


class SignInSource(models.TextChoices):
    """Who vouched for the person at a sign-in."""

    LOCAL = "local", _("本系统密码")
    LDAP = "ldap", _("单位目录")
    OIDC = "oidc", _("单位统一身份登录")


class SignInEnd(models.TextChoices):
    """Why a sign-in ended."""

    SIGNED_OUT = "signed_out", _("退出登录")
    BY_HAND = "by_hand", _("本人结束")
    IDLE = "idle", _("长时间未操作")
    WHOLE = "whole", _("到达最长时限")
    CROWDED = "crowded", _("被新的登录替代")
    PASSWORD = "password", _("密码已修改")
    CLOSED = "closed", _("账号停用")
    ROLES = "roles", _("角色变更")
    FACTOR = "factor", _("动态口令变更")
    DIRECTORY = "directory", _("统一身份账号停用")
    UNCONFIRMED = "unconfirmed", _("统一身份认证服务长时间无法连接")
    ADDRESS = "address", _("地址未登记")


# The three officers (三员): no business data, and never together with a business role.
OFFICER_ROLES = frozenset({Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR})
# Roles that report for their unit, and roles that see every unit of their subtree.
UNIT_ROLES = frozenset({Role.HEAD, Role.LIAISON})
BUSINESS_ROLES = frozenset(set(Role) - OFFICER_ROLES)
# Roles that prepare what is not issued yet.
DRAFTING_ROLES = frozenset({Role.SUPERVISOR, Role.LEADER})
# Roles whose account opens other people's records or rights: a second factor in production.
GUARDED_ROLES = OFFICER_ROLES | {Role.HR, Role.DISCIPLINE}
# Kinds outside the bureau: they may never sign in, so others enter for them (代录).
OUTSIDE_KINDS = frozenset({UnitKind.COUNTY, UnitKind.DEVZONE, UnitKind.DEPARTMENT})
