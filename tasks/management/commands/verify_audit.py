"""`verify_audit`: walk the audit chain; exit 1 names the first broken entry."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.management.base import Answer, JsonCommand
from accounts.services.audit_anchors import parse_anchor, read_anchors
from accounts.services.audit_checks import sentence_of
from accounts.services.audit_verification import verify_all


class Command(JsonCommand):
    """Verify the chain, the anchors given and the seals of bulk writes."""

    help = "Walk the audit chain to its head; exit 1 names the first broken entry."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take anchors, as mailed and printed or as a file."""
        parser.add_argument(
            "--anchor",
            action="append",
            default=[],
            metavar="SEQ:DIGEST",
            help="an earlier head",
        )
        parser.add_argument("--anchor-file", type=Path, metavar="FILE", help="anchors, one a line")

    def answer(self, **options: Any) -> Answer:
        """Walk and report."""
        path: Path | None = options["anchor_file"]
        if path is not None and not path.is_file():
            raise DomainError("no_file", _("没有文件 %(path)s。") % {"path": path})
        anchors = read_anchors(path) if path is not None else {}
        for text in options["anchor"]:
            seq, digest = parse_anchor(text)
            if anchors.setdefault(seq, digest) != digest:
                sentence = _("第 %(seq)s 条有两个不同的锚点，请核对。") % {"seq": seq}
                raise DomainError("anchors_differ", sentence)
        watching = options["format"] == "text" and sys.stderr.isatty()
        found = verify_all(anchors=anchors, progress=self._show if watching else None)
        payload = asdict(found) | {"sound": found.fault is None, "anchors": len(anchors)}
        head = _("链头：%(seq)s:%(digest)s") % {"seq": found.head_seq, "digest": found.head_digest}
        return Answer(
            payload=payload, lines=[sentence_of(found), head], refused=found.fault is not None
        )

    def _show(self, done: int, total: int) -> None:
        self.stderr.write(f"\r{done}/{total}", ending="")
