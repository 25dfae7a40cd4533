"""Verify the audit chain without this project's code: rows in, the first broken number out.

Printed in docs/audit.md, so that an assessor can run it against a dump of the table.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC


def first_broken(rows: Iterable[tuple]) -> int | None:  # type: ignore[type-arg]
    """Take rows in the order of seq: seq, at, actor, action, subject_kind, subject_id, summary,
    data, previous, digest, algorithm; `at` as a datetime with zone, `data` as an object."""
    before = "0" * 64
    for number, row in enumerate(rows, start=1):
        seq, at, actor, action, kind, subject, summary, data, previous, digest, algorithm = row
        moment = at.astimezone(UTC).isoformat(timespec="microseconds")
        content = [seq, moment, actor, action, kind, subject, summary, data, previous]
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        found = hashlib.new(algorithm, text.encode()).hexdigest()
        if seq != number or previous != before or found != digest:
            return number
        before = digest
    return None
