"""What `check` refuses in production beyond single values."""

from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.checks.messages import CheckMessage

from accounts.choices import Role
from accounts.models import User
from accounts.rules.directory import GroupRule
from tests.cast import Cast
from tracker.demo.people import PASSWORD


def errors(number: str = "tracker.E001") -> list[CheckMessage]:
    found: list[CheckMessage] = run_checks(databases=["default"])
    return [message for message in found if message.id == number]


@pytest.fixture
def account(cast: Cast) -> User:
    """The cast's head, who has the login name of a demo account, with the demo's password."""
    cast.head.set_password(PASSWORD)
    cast.head.save()
    return cast.head


def test_production_refuses_an_account_with_the_demo_password(account: User, settings: Any) -> None:
    settings.MODE = "production"
    assert [message.msg for message in errors()] == ["演示账号 head 仍可用公开的演示口令登录。"]


def test_the_demo_may_have_its_accounts(account: User) -> None:
    assert errors() == []


@pytest.mark.parametrize("change", ["closed", "password"])
def test_production_takes_the_account_once_it_is_closed_or_has_its_own_password(
    account: User, change: str, settings: Any
) -> None:
    settings.MODE = "production"
    if change == "closed":
        account.is_active = False
    else:
        account.set_password("another-password-2023")
    account.save()
    assert errors() == []


def test_a_map_of_groups_that_names_a_unit_nobody_has_is_refused(cast: Cast, settings: Any) -> None:
    settings.DIRECTORY_ROLES = tuple(
        GroupRule(group="somebody", role=Role.LIAISON, unit=unit) for unit in ("DQK", "DQKX", "ABC")
    )
    assert [message.msg for message in errors("tracker.E002")] == [
        "DIRECTORY_ROLES_FILE 中的单位编码 ABC 不存在。",
        "DIRECTORY_ROLES_FILE 中的单位编码 DQKX 不存在。",
    ]


def test_a_map_whose_units_there_are_and_no_map_are_both_fine(cast: Cast, settings: Any) -> None:
    assert errors("tracker.E002") == []
    settings.DIRECTORY_ROLES = (GroupRule(group="somebody", role=Role.LIAISON, unit="DQK"),)
    assert errors("tracker.E002") == []
