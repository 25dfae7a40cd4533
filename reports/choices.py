"""Closed sets of values of findings, interviews and outcomes."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class FindingKind(models.TextChoices):
    """What a finding leads to; never a sanction by itself."""

    INTERVIEW = "interview", _("约谈")
    EXCELLENCE_CANCELLED = "excellence_cancelled", _("取消评优资格")
    DISCIPLINE_REFERRAL = "discipline_referral", _("移送纪检")
    VETO = "veto", _("评优一票否决")


class SubjectKind(models.TextChoices):
    """Whom a finding, interview or exclusion is about."""

    UNIT = "unit", _("单位")
    PERSON = "person", _("个人")


class ProposalState(models.TextChoices):
    """What became of a proposal: waiting → confirmed, dismissed or withdrawn.

    Withdrawn is what became of a proposal whose finding ended before anybody decided.
    """

    WAITING = "waiting", _("待确认")
    CONFIRMED = "confirmed", _("已确认")
    DISMISSED = "dismissed", _("不予采纳")
    WITHDRAWN = "withdrawn", _("已撤回")


class InterviewState(models.TextChoices):
    """Where an interview stands.

    proposed → approved → held → closed; proposed or approved → cancelled; held or closed → revoked.
    """

    PROPOSED = "proposed", _("待批准")
    APPROVED = "approved", _("待约谈")
    HELD = "held", _("已约谈")
    CLOSED = "closed", _("已办结")
    CANCELLED = "cancelled", _("已取消")
    REVOKED = "revoked", _("已撤销")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One move of a state machine: the states it is allowed in, and the one it leads to."""

    allowed: frozenset[InterviewState]
    to: InterviewState


# The one table of an interview's moves: services refuse by it, pages offer by it, docs draw it.
INTERVIEW_STEPS: dict[str, Step] = {
    "approve": Step(allowed=frozenset({InterviewState.PROPOSED}), to=InterviewState.APPROVED),
    "hold": Step(allowed=frozenset({InterviewState.APPROVED}), to=InterviewState.HELD),
    "close": Step(allowed=frozenset({InterviewState.HELD}), to=InterviewState.CLOSED),
    "cancel": Step(
        allowed=frozenset({InterviewState.PROPOSED, InterviewState.APPROVED}),
        to=InterviewState.CANCELLED,
    ),
    "revoke": Step(
        allowed=frozenset({InterviewState.HELD, InterviewState.CLOSED}),
        to=InterviewState.REVOKED,
    ),
}


class InterviewFactType(models.TextChoices):
    """What the rules read of an interview."""

    HELD = "interview_held", _("约谈")
    REVOKED = "interview_revoked", _("撤销约谈")


class ExclusionState(models.TextChoices):
    """Whether a confirmed exclusion stands."""

    IN_FORCE = "in_force", _("生效")
    WITHDRAWN = "withdrawn", _("已撤回")
