"""Take the head of the audit chain outside: a file beside the database, and mail to the auditors.

An anchor is what finds a tail that was cut off, or a chain rewritten as a whole: whoever holds the
database can make it agree with itself, not with a mail that left the machine.
"""

import datetime as dt
import json
import logging
import smtplib
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts import clock
from accounts.choices import Role
from accounts.errors import DomainError
from accounts.models import AuditHead, RoleGrant

logger = logging.getLogger(__name__)


class AnchorsError(DomainError):
    """Anchors that cannot be used or contradict each other; `seq` is of the entry they are about,
    0 where they name none."""

    def __init__(self, code: str, message: str, *, seq: int = 0) -> None:
        super().__init__(code, message)
        self.seq = seq


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """The head of the chain as it stood at a moment."""

    seq: int
    digest: str
    at: str

    @property
    def text(self) -> str:
        """The anchor as `verify_audit --anchor` takes it."""
        return f"{self.seq}:{self.digest}"

    @property
    def day(self) -> str:
        """The moment of its last entry, as a page prints it."""
        return self.at[:16].replace("T", " ")


def anchor_file() -> Path:
    """Return where anchors are appended, one JSON object a line."""
    return Path(settings.DATA_DIR) / "anchors" / "audit.jsonl"


def current_head() -> Anchor:
    """Return the head of the chain, for printing on what leaves the house."""
    head = AuditHead.objects.get(pk=1)
    at = head.at.astimezone(clock.BEIJING).isoformat(timespec="seconds")
    return Anchor(seq=head.seq, digest=head.digest, at=at)


def anchor_head(*, on: dt.date) -> Anchor:
    """Append the head to the file and mail it to the auditors; return it.

    A mail that fails is logged and goes out with the next day's head, which covers this one.
    """
    anchor = current_head()
    path = anchor_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    line = {"seq": anchor.seq, "digest": anchor.digest, "at": anchor.at, "on": on.isoformat()}
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
    mail_auditors(
        _("留痕链头 %(on)s 第 %(seq)s 条") % {"on": on.isoformat(), "seq": anchor.seq},
        render_to_string("accounts/mail/anchor.txt", {"anchor": anchor, "on": on.isoformat()}),
        on=on,
    )
    return anchor


def mail_auditors(subject: str, body: str, *, on: dt.date) -> None:
    """Send a mail to everybody who is an auditor on the day; a failure is logged, not raised."""
    grants = RoleGrant.objects.on(on).filter(role=Role.AUDITOR, user__is_active=True)
    addresses = set(grants.exclude(user__email="").values_list("user__email", flat=True))
    for address in sorted(addresses):
        try:
            EmailMessage(
                subject=subject,
                body=body,
                to=[address],
                headers={"Auto-Submitted": "auto-generated"},
            ).send()
        except (OSError, smtplib.SMTPException, ValueError) as error:
            logger.warning("a mail to an auditor failed: %s", type(error).__name__)


def read_anchors(path: Path) -> dict[int, str]:
    """Return the anchors of a file, digests by number; an unreadable line is refused."""
    anchors: dict[int, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            fields = json.loads(line)
            seq, digest = int(fields["seq"]), str(fields["digest"])
        except (ValueError, KeyError, TypeError) as error:
            sentence = _("锚点文件第 %(line)s 行无法读取，请核对文件。") % {"line": number}
            raise AnchorsError("bad_anchor", sentence) from error
        _add(anchors, seq, digest)
    return anchors


def parse_anchor(text: str) -> tuple[int, str]:
    """Read `SEQ:DIGEST` as printed on documents and in mails."""
    seq, _colon, digest = text.strip().partition(":")
    if not (seq.isascii() and seq.isdecimal() and digest):
        raise DomainError(
            "bad_anchor", _("“%(text)s”不是锚点，请写成 编号:摘要。") % {"text": text}
        )
    return int(seq), digest.lower()


def last_anchor() -> Anchor | None:
    """Return the newest anchor of the file."""
    path = anchor_file()
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    if not lines:
        return None
    try:
        fields = json.loads(lines[-1])
        return Anchor(seq=fields["seq"], digest=fields["digest"], at=fields["at"])
    except (ValueError, KeyError, TypeError):
        return None


def _add(anchors: dict[int, str], seq: int, digest: str) -> None:
    """Add an anchor; two digests of one number mean that the chain was rewritten between them."""
    if anchors.setdefault(seq, digest) != digest:
        raise AnchorsError(
            "anchors_differ",
            _(
                "锚点文件中第 %(seq)s 条有两个不同的摘要：链在两次锚定之间被改写，"
                "或其间曾从备份恢复、换过数据库。"
            )
            % {"seq": seq},
            seq=seq,
        )
