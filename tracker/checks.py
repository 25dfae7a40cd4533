"""System checks of the project; the values of the environment are checked in `tracker.env`.

`manage.py check --deploy --database default` runs them, and `manage.py serve` refuses to start in
production while any warns. Other apps add their own with Django's `register`.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.directory_grants import unknown_units
from tracker.demo.people import PASSWORD, demo_accounts


@register(Tags.database)
def no_demo_accounts_in_production(
    *, databases: Sequence[str] | None = None, **_options: Any
) -> list[CheckMessage]:
    """Refuse production while an account still takes the demo's published password."""
    if settings.MODE != "production":
        return []
    return [
        Error(
            _("演示账号 %(login)s 仍可用公开的演示口令登录。") % {"login": login},
            hint=_("请停用该账号或更换口令；正式数据应建在没有演示数据的数据库中。"),
            id="tracker.E001",
        )
        for alias in databases or ()
        for login in _open_demo_accounts(alias)
    ]


@register(Tags.database)
def units_of_the_role_map_exist(
    *, databases: Sequence[str] | None = None, **_options: Any
) -> list[CheckMessage]:
    """Refuse a map of the directory's groups that names units nobody has."""
    if not settings.DIRECTORY_ROLES or not databases or not _has_people("default"):
        return []
    return [
        Error(
            _("DIRECTORY_ROLES_FILE 中的单位编码 %(code)s 不存在。") % {"code": code},
            hint=_("请按组织机构中的编码改正。"),
            id="tracker.E002",
        )
        for code in unknown_units()
    ]


def _has_people(alias: str) -> bool:
    """Whether the database was migrated at all."""
    tables = connections[alias].introspection.table_names()
    return User._meta.db_table in tables  # noqa: SLF001 - documented API


def _open_demo_accounts(alias: str) -> list[str]:
    if not _has_people(alias):
        return []
    names = [account.login for account in demo_accounts()]
    users = User.objects.using(alias).filter(username__in=names, is_active=True)
    return [user.username for user in users.order_by("username") if user.check_password(PASSWORD)]
