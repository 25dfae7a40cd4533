"""Adopted policies: which is in force, and what happens when its content changed."""

import datetime as dt

import pytest

from accounts.errors import DomainError, NotAllowedError
from reports.models import PolicyAdoption
from reports.policy.load import load_shipped
from reports.services.policies import adopt_policy, policy_in_force, task_thresholds
from tests.cast import Cast

NAME = "taiyuan-2023"
FIRST = dt.date(2023, 1, 1)
LIVE = dt.date(2023, 7, 10)


def adopt(*, since: dt.date = FIRST, live: dt.date = LIVE, by: object = None) -> PolicyAdoption:
    return adopt_policy(NAME, in_force_from=since, go_live=live, on=LIVE, by=by)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_a_policy_is_in_force_from_its_day_on() -> None:
    adoption = adopt(since=dt.date(2023, 3, 1))
    with pytest.raises(DomainError) as refusal:
        policy_in_force(dt.date(2023, 2, 28))
    assert refusal.value.code == "no_policy"
    for day in (dt.date(2023, 3, 1), dt.date(2026, 1, 1)):
        found = policy_in_force(day)
        assert found.adoption == adoption
        assert found.policy == load_shipped(NAME)
        assert found.go_live == LIVE
        assert task_thresholds(day) == found.policy.task


@pytest.mark.django_db
def test_tasks_are_shown_by_the_default_until_one_is_adopted() -> None:
    assert task_thresholds(FIRST) == load_shipped(NAME).task


@pytest.mark.django_db
def test_a_later_adoption_takes_over_on_its_day() -> None:
    first = adopt()
    second = adopt(since=dt.date(2024, 1, 1), live=dt.date(2024, 1, 1))
    assert policy_in_force(dt.date(2023, 12, 31)).adoption == first
    assert policy_in_force(dt.date(2024, 1, 1)).adoption == second


@pytest.mark.django_db
def test_a_policy_whose_content_changed_judges_nobody() -> None:
    adoption = adopt()
    PolicyAdoption.objects.filter(pk=adoption.pk).update(digest="sha256:other")
    with pytest.raises(DomainError, match="不一致") as refusal:
        policy_in_force(LIVE)
    assert refusal.value.code == "policy_changed"


@pytest.mark.django_db
def test_an_unknown_policy_is_refused_with_the_known_names() -> None:
    with pytest.raises(DomainError, match="taiyuan-2023") as refusal:
        adopt_policy("nowhere", in_force_from=FIRST, go_live=LIVE, on=LIVE, by=None)
    assert refusal.value.code == "unknown_policy"


@pytest.mark.django_db
def test_a_policy_is_not_adopted_for_days_before_it_took_effect() -> None:
    with pytest.raises(DomainError) as refusal:
        adopt(since=dt.date(2022, 12, 31))
    assert refusal.value.code == "before_effect"


@pytest.mark.django_db
def test_two_policies_never_start_on_one_day() -> None:
    adopt()
    with pytest.raises(DomainError):
        adopt()


@pytest.mark.parametrize("name", ["leader", "supervisor", "head", "hr", "sysadmin", "auditor"])
def test_only_the_security_officer_adopts(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowedError, match="安全管理员"):
        adopt(by=cast.named(name))
    adopt(by=cast.secadmin)
