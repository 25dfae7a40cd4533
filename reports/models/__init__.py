"""Interviews, determinations, proposals, exclusions, policies in force and frozen runs."""

from reports.models.interviews import (
    Determination,
    DeterminationRevocation,
    Interview,
    InterviewFact,
)
from reports.models.outcomes import Exclusion, FrozenRun, PolicyAdoption, Proposal

__all__ = [
    "Determination",
    "DeterminationRevocation",
    "Exclusion",
    "FrozenRun",
    "Interview",
    "InterviewFact",
    "PolicyAdoption",
    "Proposal",
]
