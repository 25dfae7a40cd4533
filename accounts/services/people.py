"""Register people."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Unit, User
from accounts.services import audit


@transaction.atomic
def register_person(
    *,
    username: str,
    staff_number: str,
    name: str,
    unit: Unit,
    email: str = "",
    by: User | None,
) -> User:
    """Create a person's account; nobody can sign in with it until the person set a password.

    Raises `username_taken` for a login name that was ever given, also to somebody who left.
    """
    if User.objects.filter(username=username).exists():
        raise DomainError(
            "username_taken",
            _("登录名“%(username)s”已使用过，请换一个。") % {"username": username},
            fields={"username": _("已使用过")},
        )
    user = User.objects.create_user(
        username, staff_number=staff_number, name=name, unit=unit, email=email
    )
    audit.record(
        "person.register",
        user,
        by=by,
        summary=_("登记人员 %(name)s（工号 %(number)s）") % {"name": name, "number": staff_number},
        data={"username": username, "unit": unit.code},
    )
    return user
