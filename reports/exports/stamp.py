"""What every file that leaves the house carries: who took it, when, how much, its digest, and the
head of the audit chain, so that each copy is an anchor of the log."""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Who took the file, when, how many entries it holds and the digest of its content.

    `chain` is number and digest of the entry about it, `seq:digest` as `verify_audit --anchor`
    takes it.
    """

    taken_by: str
    taken_at: dt.datetime
    count: int
    digest: str
    chain: str

    def line(self) -> str:
        """Return the stamp as one line of text."""
        return _(
            "导出：%(by)s　时间：%(at)s　共 %(count)s 条　摘要：%(digest)s　链头：%(chain)s"
        ) % {
            "by": self.taken_by,
            "at": self.taken_at.strftime("%Y-%m-%d %H:%M"),
            "count": self.count,
            "digest": self.digest,
            "chain": self.chain,
        }


def digest_of(content: Any) -> str:
    """Return the SHA-256 of plain data as `sha256:` and hex, the same for equal data."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
