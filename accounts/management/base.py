"""The shape all commands share: `--format text|json`, exit 0 done, 1 refused, 2 wrong usage."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import Error, OperationalError, ProgrammingError, connection
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import AuditHead


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command has to say: `payload` for programs, `lines` for people.

    A long payload may be a function that returns it, called only where JSON is asked for.

    `refused` makes the exit status 1 although the payload is a full one (an import of which no
    row could land).
    """

    payload: Any
    lines: Sequence[str]
    refused: bool = False


class JsonCommand(BaseCommand):
    """A command that answers in text or JSON; subclasses implement `answer`.

    JSON is one line of UTF-8 and the only thing on stdout. A DomainError from `answer` is a
    refusal: exit 1, as `{"errors": [{"code", "message"}]}` or as sentences on stderr. Wrong
    arguments exit 2 (argparse's own status).
    """

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Add `--format` to every command, before its own arguments."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.add_argument(
            "--format", choices=["text", "json"], default="text", help="text (default) or json"
        )
        return parser

    def answer(self, **options: Any) -> Answer:
        """Do the work and return the answer; raise DomainError to refuse."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the answer or the refusal in the format asked for."""
        as_json = options["format"] == "json"
        _speak_utf8()
        try:
            answer = self.answer(**options)
        except (DomainError, OperationalError, ProgrammingError) as error:
            refusal = error if isinstance(error, DomainError) else _unprepared(error)
            answer = _refused(refusal)
            if not as_json:
                self.stderr.write("\n".join(answer.lines))
                raise SystemExit(1) from refusal
        if as_json:
            payload = answer.payload() if callable(answer.payload) else answer.payload
            self.stdout.write(json.dumps(payload, ensure_ascii=False))
        else:
            for line in answer.lines:
                self.stdout.write(line)
        if answer.refused:
            raise SystemExit(1)


def _unprepared(error: Error) -> DomainError:
    """Return the sentence for a database without tables or out of reach; raise any other error."""
    try:
        tables = connection.introspection.table_names()
    except Error:
        return DomainError(
            "database_unreachable", _("无法连接数据库，请检查 DATABASE_URL 和数据库服务。")
        )
    if AuditHead._meta.db_table in tables:  # noqa: SLF001
        raise error
    return DomainError(
        "database_not_prepared", _("数据库尚未建表，请先运行 make run 或 manage.py migrate。")
    )


def _refused(refusal: DomainError) -> Answer:
    """Return a refusal as an answer: its sentence, then one for each field it names."""
    error: dict[str, Any] = {"code": refusal.code, "message": str(refusal.message)}
    if refusal.fields:
        error["fields"] = refusal.fields
    lines = [str(refusal.message), *(f"{name}：{text}" for name, text in refusal.fields.items())]
    return Answer(payload={"errors": [error]}, lines=lines, refused=True)


def _speak_utf8() -> None:
    """Print UTF-8 whatever the terminal's locale says; what has no UTF-8 form is escaped."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
