"""`reset_second_factor USERNAME --reason TEXT`: when nobody can in the pages."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from accounts import clock
from accounts.errors import DomainError
from accounts.management.base import Answer, JsonCommand
from accounts.models import User
from accounts.services.second_factor import reset_second_factor


class Command(JsonCommand):
    """Take a person's second factor away; their sign-ins end, and it is on record."""

    help = "Reset a person's lost second factor; the act and its reason are recorded."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the person and the reason."""
        parser.add_argument("username")
        parser.add_argument("--reason", required=True, help="why, for the record")

    def answer(self, **options: Any) -> Answer:
        """Reset it."""
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise DomainError(
                "unknown_user", _("没有登录名“%(name)s”。") % {"name": options["username"]}
            )
        reset_second_factor(user, reason=options["reason"], at=clock.now(), by=None)
        sentence = _("已重置 %(name)s 的动态口令。") % {"name": user.name}
        return Answer(payload={"username": user.username, "reset": True}, lines=[sentence])
