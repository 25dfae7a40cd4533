"""The first system, security and audit administrators, whom nobody is there to register yet."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import clock
from accounts.choices import OFFICER_ROLES, Role, UnitKind
from accounts.errors import DomainError
from accounts.models import RoleGrant, Unit, User
from accounts.services.organisation import load_organisation
from accounts.services.people import grant_role, register_person
from accounts.services.tickets import issue_ticket


@transaction.atomic
def register_first_officer(
    role: Role, *, username: str, staff_number: str, name: str, email: str
) -> User:
    """Register one of the three officers in the bureau, and mail them a link for a password.

    Done at the machine itself, by nobody who has an account; so it is refused as `officer_exists`
    once the role is held, and as `not_an_officer` for every other role. Loads the shipped units
    where there are none.
    """
    if role not in OFFICER_ROLES:
        raise DomainError(
            "not_an_officer",
            _("“%(role)s”不是三员角色，请由安全管理员在网页授予。") % {"role": role.label},
        )
    today = clock.today()
    held = RoleGrant.objects.on(today).filter(role=role, user__is_active=True)
    holder = held.select_related("user").first()
    if holder is not None:
        raise DomainError(
            "officer_exists",
            _("已有%(role)s（%(name)s），请在网页登记人员、授予角色。")
            % {"role": role.label, "name": holder.user.name},
        )
    if not Unit.objects.exists():
        load_organisation()
    bureau = Unit.objects.filter(kind=UnitKind.BUREAU).order_by("path")[0]
    user = register_person(
        username=username, staff_number=staff_number, name=name, unit=bureau, email=email, by=None
    )
    grant_role(user, role, unit=bureau, since=today, by=None)
    issue_ticket(user, by=None)
    return user
