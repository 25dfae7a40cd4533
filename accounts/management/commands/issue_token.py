"""`issue_token USERNAME --label TEXT`: give a program a token to act as a person."""

import datetime as dt
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.management.base import Answer, JsonCommand
from accounts.models import User
from accounts.services.tokens import issue_token


class Command(JsonCommand):
    """Print a new token's secret, once."""

    help = "Issue an API token for a person; the secret is printed once and never again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the person, the purpose, the lifetime and the scope."""
        parser.add_argument("username")
        parser.add_argument("--label", required=True, help="what the token is for")
        parser.add_argument("--days", type=int, default=90, help="lifetime, 1 to 366 (default 90)")
        parser.add_argument("--writes", action="store_true", help="may also submit, not only read")

    def answer(self, **options: Any) -> Answer:
        """Issue the token and return its secret."""
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise DomainError(
                "unknown_user", _("没有登录名“%(name)s”。") % {"name": options["username"]}
            )
        token, secret = issue_token(
            user,
            label=options["label"],
            valid_for=dt.timedelta(days=options["days"]),
            writes=options["writes"],
            by=None,
        )
        payload = {"token": secret, "expires_at": token.expires_at.isoformat()}
        until = token.expires_at.date().isoformat()
        sentence = _("令牌（仅显示这一次，%(until)s 失效）：%(secret)s")
        return Answer(payload=payload, lines=[sentence % {"until": until, "secret": secret}])
