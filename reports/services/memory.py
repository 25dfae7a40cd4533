"""What was decided earlier about causes, so that nothing is proposed twice or too soon."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from accounts.models import Unit, User
from reports.choices import ExclusionState, FindingKind, InterviewState, ProposalState
from reports.models import Exclusion, Interview, Proposal
from reports.models.subjects import about
from reports.rules.gates import Past

_PLANNED = frozenset({InterviewState.PROPOSED, InterviewState.APPROVED})
_HELD = frozenset({InterviewState.HELD, InterviewState.CLOSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseId:
    """What makes two proposals the same: subject, kind, rule and cause."""

    subject: tuple[str, int]
    kind: str
    rule: str
    cause: str


def subject_key(subject: Unit | User) -> tuple[str, int]:
    """Return a unit or person as a key."""
    return ("unit" if isinstance(subject, Unit) else "person", subject.pk)


class Memory:
    """Proposals, interviews and exclusions of some subjects, read in three queries."""

    def __init__(self, subjects: Collection[Unit | User]) -> None:
        """Read what was decided about the subjects."""
        self._proposals: dict[CauseId, list[Proposal]] = defaultdict(list)
        self._interviews: dict[tuple[str, int], list[Interview]] = defaultdict(list)
        self._exclusions: dict[tuple[str, int], list[Exclusion]] = defaultdict(list)
        chosen = about(subjects)
        for proposal in (
            Proposal.objects.filter(chosen)
            .select_related("interview", "exclusion", "unit", "person")
            .order_by("id")
        ):
            self._proposals[identity_of(proposal)].append(proposal)
        # A person's own proposal has no cause of the rules; its tasks say what it was about.
        for interview in (
            Interview.objects.filter(chosen, proposals=None)
            .select_related("unit", "person")
            .prefetch_related("tasks")
            .order_by("id")
        ):
            self._interviews[subject_key(interview.subject)].append(interview)
        for exclusion in Exclusion.objects.filter(
            chosen, state=ExclusionState.IN_FORCE
        ).select_related("unit", "person", "proposal"):
            self._exclusions[subject_key(exclusion.subject)].append(exclusion)

    def newest(self, cause: CauseId) -> Proposal | None:
        """Return the newest proposal on the cause."""
        proposals = self._proposals.get(cause)
        return proposals[-1] if proposals else None

    def past(self, cause: CauseId, *, tasks: Iterable[int], year: int) -> list[Past]:
        """Return what was decided on the cause, which is about the tasks and the year."""
        decided = [one for proposal in self._proposals.get(cause, ()) for one in _decided(proposal)]
        wanted = set(tasks)
        if cause.kind == FindingKind.INTERVIEW:
            for interview in self._interviews.get(cause.subject, ()):
                if wanted and wanted <= {task.pk for task in interview.tasks.all()}:
                    decided += _met(interview)
        elif not wanted:
            # The event that filled the count may change; the year is excluded once.
            decided += [
                Past(what="confirmed", until=None, reference=exclusion.number)
                for exclusion in self._exclusions.get(cause.subject, ())
                if (exclusion.kind, exclusion.year, exclusion.proposal.rule)
                == (cause.kind, year, cause.rule)
            ]
        return decided


def identity_of(proposal: Proposal) -> CauseId:
    """Return what makes another proposal the same as this one."""
    return CauseId(
        subject=subject_key(proposal.subject),
        kind=proposal.kind,
        rule=proposal.rule,
        cause=proposal.cause,
    )


def _decided(proposal: Proposal) -> list[Past]:
    if proposal.state == ProposalState.DISMISSED:
        return [Past(what="dismissed", until=proposal.review_on)]
    if proposal.state != ProposalState.CONFIRMED:
        return []
    if proposal.interview is not None:
        if proposal.interview.state == InterviewState.CANCELLED:
            review_on = proposal.review_on
            return [Past(what="cancelled", until=review_on)] if review_on else []
        return _met(proposal.interview)
    exclusion = proposal.exclusion
    what = "withdrawn" if exclusion.state == ExclusionState.WITHDRAWN else "confirmed"
    return [Past(what=what, until=None, reference=exclusion.number)]


def _met(interview: Interview) -> list[Past]:
    """Return what an interview leaves to be waited for; nothing once cancelled or revoked."""
    if interview.state in _PLANNED:
        return [Past(what="planned", until=None, reference=interview.number)]
    if interview.state in _HELD:
        return [Past(what="held", until=interview.rectify_by, reference=interview.number)]
    return []
