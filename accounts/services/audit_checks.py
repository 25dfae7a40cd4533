"""Ask for a verification of the chain, run those that wait, and tell the auditors what broke."""

from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import clock
from accounts.choices import Role
from accounts.errors import NotAllowedError
from accounts.models import AuditCheck, AuditHead, User
from accounts.scopes import standing_of
from accounts.services import audit
from accounts.services.audit_anchors import (
    AnchorsError,
    anchor_file,
    mail_auditors,
    read_anchors,
)
from accounts.services.audit_verification import Fault, Verification, verify_all

# A chain up to this long is walked while the auditor waits: about a second.
AT_ONCE = 20_000
FINDING_LENGTH = 500


def audits(user: User) -> bool:
    """Whether the person reads the log and may have it verified: the audit officer alone."""
    return standing_of(user, on=clock.today()).has(Role.AUDITOR)


def require_auditor(by: User) -> None:
    """Refuse everybody but the audit officer."""
    if not audits(by):
        raise NotAllowedError("not_auditor", _("只有审计管理员可以查阅和核验操作记录。"))


@transaction.atomic
def ask_check(*, by: User | None) -> AuditCheck:
    """Enter a verification for a worker to run; one that waits already is returned instead.

    `by` is None for the nightly one.
    """
    if by is not None:
        require_auditor(by)
    head = AuditHead.objects.select_for_update().get(pk=1)
    waiting = AuditCheck.objects.filter(finished_at=None).first()
    if waiting is not None:
        return waiting
    check = AuditCheck(asked_at=clock.now(), asked_by=by, total=head.seq)
    check.save()
    audit.record("audit.check", check, by=by, summary=_("核验操作记录链"))
    return check


def run_checks() -> int:
    """Run what waits; return how many. Two runs at once walk the same chain to the same finding."""
    waiting = list(AuditCheck.objects.filter(finished_at=None).order_by("id"))
    for check in waiting:
        run_check(check)
    return len(waiting)


def run_check(check: AuditCheck) -> AuditCheck:
    """Walk the chain against the anchors of the file, recompute the seals, and keep the finding.

    Anchors that contradict each other are a finding themselves, told where the chain agrees with
    itself. Whatever is broken alarms the auditors.
    """

    def progress(done: int, total: int) -> None:
        AuditCheck.objects.filter(pk=check.pk).update(done=done, total=total)

    path = anchor_file()
    anchors, flaw = {}, None
    try:
        anchors = read_anchors(path) if path.exists() else {}
    except AnchorsError as error:
        flaw = Fault(seq=error.seq, code=error.code, message=str(error.message))
    found = verify_all(anchors=anchors, progress=progress)
    if found.fault is None and flaw is not None:
        found = replace(found, fault=flaw)
    check.done, check.total = found.entries + found.bridged, found.head_seq
    check.sound = found.fault is None
    check.finding = sentence_of(found)[:FINDING_LENGTH]
    check.finished_at = clock.now()
    check.save()
    if found.fault is not None:
        _alarm(found.fault)
    return check


def sentence_of(found: Verification) -> str:
    """Say in one sentence what a walk found."""
    if found.fault is not None:
        return found.fault.message
    text = _("共 %(entries)s 条，全部衔接、内容未变。") % {"entries": found.entries}
    if found.bridged:
        text += _("另有 %(bridged)s 条已按期清理，留有凭据。") % {"bridged": found.bridged}
    return text


def last_check() -> AuditCheck | None:
    """Return the newest verification that ended."""
    return AuditCheck.objects.exclude(finished_at=None).order_by("-id").first()


def waiting_check() -> AuditCheck | None:
    """Return the verification that waits or is under way."""
    return AuditCheck.objects.filter(finished_at=None).first()


def _alarm(fault: Fault) -> None:
    mail_auditors(
        _("警报：操作记录链第 %(seq)s 条起核验不通过") % {"seq": fault.seq}
        if fault.seq
        else _("警报：操作记录链的锚点无法核验"),
        _("%(what)s\n请保全数据库和备份，并立即报告。") % {"what": fault.message},
        on=clock.today(),
    )
