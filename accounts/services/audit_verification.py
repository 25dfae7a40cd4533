"""Walk the audit chain from its first link to its head, and name the first that is broken."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import AuditEntry, AuditHead
from accounts.services.audit import GENESIS, digest_of_columns

BATCH = 2000
PURGED = "audit.purged"
_COLUMNS = (
    "seq",
    "at",
    "actor_id",
    "action",
    "subject_kind",
    "subject_id",
    "summary",
    "data",
    "previous",
)
_DIGESTS = frozenset({"sha256", "sm3"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """The first broken entry: its number, a stable code and a sentence."""

    seq: int
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a walk found: entries read, entries that a purge's bridge stands for, the head."""

    entries: int
    bridged: int
    head_seq: int
    head_digest: str
    fault: Fault | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """What a purge left of a run of entries: the digest before it and its last digest."""

    last: int
    previous: str
    digest: str


FurtherCheck = Callable[[], Fault | None]
_further: list[FurtherCheck] = []


def also_verify(check: FurtherCheck) -> None:
    """Have `verify_all` ask this too, once a process; other apps seal rows of their own."""
    if check not in _further:
        _further.append(check)


@dataclass(slots=True)
class _Walk:
    """Where the walk stands: the last entry that was sound, and the last anchor that held."""

    seq: int = 0
    digest: str = GENESIS
    at: dt.datetime | None = None
    entries: int = 0
    bridged: int = 0
    anchored: int = 0


def verify_all(
    *,
    anchors: Mapping[int, str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Verification:
    """Walk the chain, then recompute every seal of what was written in bulk."""
    found = verify_chain(anchors=anchors, progress=progress)
    if found.fault is not None:
        return found
    faults = (check() for check in _further)
    return replace(found, fault=next((one for one in faults if one is not None), None))


def verify_chain(
    *,
    anchors: Mapping[int, str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Verification:
    """Walk the chain up to its head; `anchors` are digests by number, as taken on earlier days.

    Reads in batches and holds no lock: entries added meanwhile are left to the next walk. Without
    an anchor a chain whose end was cut off, head row included, looks sound.
    """
    anchors = anchors or {}
    head = AuditHead.objects.filter(pk=1).first()
    if head is None:
        missing = Fault(seq=0, code="no_head", message=_("链头缺失，无法核验。"))
        return Verification(entries=0, bridged=0, head_seq=0, head_digest="", fault=missing)
    walk = _Walk()
    fault = _first_fault(walk, head, anchors, progress) or _fault_at_end(walk, head, anchors)
    return Verification(
        entries=walk.entries,
        bridged=walk.bridged,
        head_seq=head.seq,
        head_digest=head.digest,
        fault=fault,
    )


def _first_fault(
    walk: _Walk,
    head: AuditHead,
    anchors: Mapping[int, str],
    progress: Callable[[int, int], None] | None,
) -> Fault | None:
    bridges = _bridges()
    rows = (
        AuditEntry.objects.filter(seq__lte=head.seq)
        .order_by("seq")
        .values_list(*_COLUMNS, "digest", "algorithm")
    )
    for row in rows.iterator(chunk_size=BATCH):
        fault = _cross_bridges(walk, row[0], bridges) or _fault_of(walk, row, anchors)
        if fault is not None:
            return fault
        walk.seq, walk.at, walk.digest = row[0], row[1], row[-2]
        walk.entries += 1
        walk.anchored = row[0] if row[0] in anchors else walk.anchored
        if progress is not None and walk.entries % BATCH == 0:
            progress(walk.seq, head.seq)
    return None


def _bridges() -> dict[int, Bridge]:
    """Return what purges left, by the first number of each run."""
    purges = AuditEntry.objects.filter(action=PURGED).order_by("seq").values_list("data", flat=True)
    return {first: bridge for data in purges for first, bridge in _runs(data)}


def _runs(data: Any) -> Iterator[tuple[int, Bridge]]:
    for first, last, previous, digest in data.get("runs", ()):
        yield first, Bridge(last=last, previous=previous, digest=digest)


def _cross_bridges(walk: _Walk, until: int, bridges: Mapping[int, Bridge]) -> Fault | None:
    """Step over purged runs up to the entry `until`; a gap without a bridge is a fault."""
    while walk.seq + 1 < until:
        first = walk.seq + 1
        bridge = bridges.get(first)
        if bridge is None or bridge.last >= until:
            return _missing(first, until)
        if bridge.previous != walk.digest:
            return _unlinked(first)
        walk.bridged += bridge.last - walk.seq
        walk.seq, walk.digest = bridge.last, bridge.digest
    return None


def _fault_of(walk: _Walk, row: tuple[Any, ...], anchors: Mapping[int, str]) -> Fault | None:
    seq, at = row[0], row[1]
    digest, algorithm = row[-2], row[-1]
    if seq != walk.seq + 1:
        message = _("第 %(seq)s 条的编号不接续，其前一条是第 %(before)s 条。")
        return Fault(seq=seq, code="number", message=message % {"seq": seq, "before": walk.seq})
    if algorithm not in _DIGESTS or digest_of_columns(list(row[:-2]), algorithm) != digest:
        message = _("第 %(seq)s 条的内容与其摘要不符：内容、编号或时间被改动。")
        return Fault(seq=seq, code="content", message=message % {"seq": seq})
    if row[-3] != walk.digest:
        return _unlinked(seq)
    if walk.at is not None and at <= walk.at:
        message = _("第 %(seq)s 条的时间不晚于前一条。")
        return Fault(seq=seq, code="time", message=message % {"seq": seq})
    if anchors.get(seq, digest) != digest:
        return _differs(seq, walk.anchored)
    return None


def _differs(seq: int, held: int) -> Fault:
    """Name an anchor that does not hold, and what else than tampering makes one so."""
    if held:
        message = _(
            "第 %(seq)s 条与当日锚点不符：此条或更早的记录被整段改写。最后相符的是第 %(held)s 条的"
            "锚点；如其后曾从备份恢复，其间的记录已丢失，编号被重新使用。"
        )
        return Fault(seq=seq, code="anchor", message=message % {"seq": seq, "held": held})
    message = _(
        "第 %(seq)s 条与当日锚点不符，也没有更早的锚点相符：整条链被改写，或锚点出自另一个数据库。"
        "如确已更换数据库，请将旧锚点文件改名留存。"
    )
    return Fault(seq=seq, code="anchor", message=message % {"seq": seq})


def _fault_at_end(walk: _Walk, head: AuditHead, anchors: Mapping[int, str]) -> Fault | None:
    """Compare the last entry with the head, with anchors beyond it, and look for strays."""
    if walk.seq < head.seq:
        return _missing(walk.seq + 1, head.seq + 1)
    if walk.digest != head.digest:
        message = _("第 %(seq)s 条与链头的摘要不符：链尾被改写。")
        return Fault(seq=head.seq, code="head", message=message % {"seq": head.seq})
    beyond = max(anchors, default=0)
    # Read before the head's newest state: honest entries are never ahead of it.
    last = AuditEntry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    newest = AuditHead.objects.values_list("seq", flat=True).get(pk=1)
    if last > newest:
        message = _("第 %(seq)s 条在链头（第 %(head)s 条）之后：绕过系统插入。")
        values = {"seq": newest + 1, "head": newest}
        return Fault(seq=newest + 1, code="beyond_head", message=message % values)
    if beyond > newest:
        message = _(
            "锚点记到第 %(anchor)s 条，现在只有 %(head)s 条：第 %(seq)s 条起被截断，"
            "或数据库从更早的备份恢复，或锚点出自另一个数据库。"
        )
        values = {"anchor": beyond, "head": newest, "seq": newest + 1}
        return Fault(seq=newest + 1, code="cut", message=message % values)
    return None


def _missing(first: int, until: int) -> Fault:
    message = _("第 %(first)s 条至第 %(last)s 条缺失。")
    if first == until - 1:
        message = _("第 %(first)s 条缺失。")
    return Fault(seq=first, code="missing", message=message % {"first": first, "last": until - 1})


def _unlinked(seq: int) -> Fault:
    message = _("第 %(seq)s 条不接在第 %(before)s 条之后：前一条被改写或调换。")
    return Fault(seq=seq, code="link", message=message % {"seq": seq, "before": seq - 1})
