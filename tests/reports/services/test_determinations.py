"""Determinations of 影响大局: by a leader, on a task that lagged seriously that very day."""

import datetime as dt

import pytest

from accounts.errors import ConflictError, DomainError, NotAllowedError
from reports.choices import FindingKind
from reports.models import Determination, Exclusion
from reports.services.determinations import determine, revoke_determination
from reports.services.exclusions import resting_on_determination
from reports.services.proposals import confirm_proposal
from tests.cast import Cast
from tests.reports.making import LAGGING, in_force, only_proposal, quiet_task, run

DAY = dt.timedelta(days=1)
WHY = "影响全市攻坚大局"


def test_a_determination_vetoes_the_unit_and_the_holder(cast: Cast) -> None:
    in_force()
    task = quiet_task(cast)
    determination = determine(task, on=LAGGING, reason=WHY, by=cast.leader)
    assert determination.recorded_at == determination.entry.at
    run(LAGGING)
    for filters in ({"unit": cast.air}, {"person": cast.head}):
        proposal = only_proposal(kind=FindingKind.VETO, **filters)
        assert (proposal.rule, proposal.cause) == ("affects_overall", "2023:P1/T1")
    confirmed = confirm_proposal(
        only_proposal(kind=FindingKind.VETO, unit=cast.air),
        on=LAGGING,
        by=cast.leader,
        reason="属实",
    )
    exclusion = Exclusion.objects.get()
    assert exclusion.number == "并环决〔2023〕1号"
    assert exclusion.conclusion == "2023年度考核评优一票否决"
    assert exclusion.proposal == confirmed
    assert list(resting_on_determination(determination, on=LAGGING)) == [exclusion]


@pytest.mark.parametrize(("on", "allowed"), [(LAGGING - DAY, False), (LAGGING, True)])
def test_only_a_task_that_lags_seriously_that_day_can_be_determined(
    cast: Cast, on: dt.date, allowed: bool
) -> None:
    task = quiet_task(cast)
    if allowed:
        determine(task, on=on, reason=WHY, by=cast.leader)
    else:
        with pytest.raises(DomainError, match="并未严重滞后") as refusal:
            determine(task, on=on, reason=WHY, by=cast.leader)
        assert refusal.value.code == "not_seriously_lagging"
    assert Determination.objects.exists() is allowed


@pytest.mark.parametrize("name", ["head", "supervisor", "hr", "discipline", "clerk", "secadmin"])
def test_only_leaders_determine(cast: Cast, name: str) -> None:
    task = quiet_task(cast)
    with pytest.raises(NotAllowedError, match="只有局领导"):
        determine(task, on=LAGGING, reason=WHY, by=cast.named(name))


def test_a_determination_has_a_reason(cast: Cast) -> None:
    with pytest.raises(DomainError, match="认定理由"):
        determine(quiet_task(cast), on=LAGGING, reason=" ", by=cast.leader)


def test_revoking_ends_the_waiting_proposals_and_happens_once(cast: Cast) -> None:
    in_force()
    determination = determine(quiet_task(cast), on=LAGGING, reason=WHY, by=cast.leader)
    run(LAGGING)
    with pytest.raises(DomainError) as early:
        revoke_determination(determination, on=LAGGING - DAY, reason="误", by=cast.leader)
    assert early.value.code == "revoked_before_determination"
    revoke_determination(determination, on=LAGGING + DAY, reason="复核不成立", by=cast.principal)
    assert run(LAGGING + DAY).withdrawn == 2
    with pytest.raises(ConflictError):
        revoke_determination(determination, on=LAGGING + DAY, reason="再撤", by=cast.leader)
