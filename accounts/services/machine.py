"""The account that stands for the machine where a record has to name who wrote it."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.choices import UnitKind
from accounts.errors import DomainError
from accounts.models import Unit, User
from accounts.services.people import register_person

USERNAME = "_machine"
STAFF_NUMBER = "MACHINE"


@transaction.atomic
def machine_account() -> User:
    """Return the machine's account, made on first use; nobody can sign in with it.

    It holds no role, so what it hands in is checked by people like everything else. Raises
    `no_units` before the units of the bureau were loaded.
    """
    known = User.objects.filter(username=USERNAME).first()
    if known is not None:
        return known
    bureau = Unit.objects.filter(kind=UnitKind.BUREAU).order_by("path").first()
    if bureau is None:
        raise DomainError("no_units", _("还没有载入单位，请先载入组织机构再办理。"))
    user = register_person(
        username=USERNAME,
        staff_number=STAFF_NUMBER,
        name=_("系统导入"),
        unit=bureau,
        by=None,
    )
    user.is_active = False
    user.save(update_fields=["is_active"])
    return user
