"""Interviews, determinations, proposals, exclusions, waivers, policies and frozen runs."""

from reports.models.dossiers import DossierGrant
from reports.models.interviews import (
    Determination,
    DeterminationRevocation,
    Interview,
    InterviewFact,
)
from reports.models.outcomes import Exclusion, FrozenRun, PolicyAdoption, Proposal
from reports.models.waivers import SlipWaiver

__all__ = [
    "Determination",
    "DeterminationRevocation",
    "DossierGrant",
    "Exclusion",
    "FrozenRun",
    "Interview",
    "InterviewFact",
    "PolicyAdoption",
    "Proposal",
    "SlipWaiver",
]
