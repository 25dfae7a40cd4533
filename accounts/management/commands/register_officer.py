"""`register_officer ROLE USERNAME …`: the first of the three officers of a new installation."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from accounts.choices import OFFICER_ROLES, Role
from accounts.management.base import Answer, JsonCommand
from accounts.services.first_officers import register_first_officer


class Command(JsonCommand):
    """Register an officer while there is none; the link for the password is mailed to them."""

    help = "Register the first system, security or audit administrator of a new installation."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the role and the person."""
        parser.add_argument("role", choices=sorted(OFFICER_ROLES))
        parser.add_argument("username")
        parser.add_argument("--staff-number", required=True)
        parser.add_argument("--name", required=True)
        parser.add_argument("--email", required=True, help="where the link is mailed to")

    def answer(self, **options: Any) -> Answer:
        """Register the officer; the worker sends the mail."""
        role = Role(options["role"])
        user = register_first_officer(
            role,
            username=options["username"],
            staff_number=options["staff_number"],
            name=options["name"],
            email=options["email"],
        )
        sentence = _("已登记%(role)s“%(login)s”，设置密码的链接将发往其邮箱，72 小时内有效。")
        return Answer(
            payload={"username": user.username, "role": role.value},
            lines=[sentence % {"role": role.label, "login": user.username}],
        )
