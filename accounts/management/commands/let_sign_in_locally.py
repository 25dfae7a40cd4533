"""`let_sign_in_locally USERNAME [--undo]`: who gets in while the office's directory is down."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from accounts import clock
from accounts.errors import DomainError
from accounts.management.base import Answer, JsonCommand
from accounts.models import User
from accounts.services.local_passwords import set_local_password


class Command(JsonCommand):
    """Let a person sign in with this system's password in place of the directory's."""

    help = "Let a person sign in with this system's password, whatever the directory says."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the person."""
        parser.add_argument("username")
        parser.add_argument("--undo", action="store_true", help="leave them to the directory again")

    def answer(self, **options: Any) -> Answer:
        """Write it down."""
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise DomainError(
                "unknown_user", _("没有登录名“%(name)s”。") % {"name": options["username"]}
            )
        local = not options["undo"]
        set_local_password(user, local=local, at=clock.now())
        sentence = (
            _("%(name)s 今后使用本系统密码登录。")
            if local
            else _("%(name)s 今后由统一身份认证登录。")
        )
        payload = {"username": user.username, "local": local}
        return Answer(payload=payload, lines=[sentence % {"name": user.name}])
