"""The map of a directory's groups to roles: read, refused, applied."""

import pytest

from accounts.choices import Role
from accounts.rules.directory import GroupRule, RoleMapError, read_role_map, roles_given

AIR = GroupRule(group="air", role=Role.LIAISON, unit="DQK")


def test_a_map_is_read() -> None:
    assert read_role_map("- {group: air, role: liaison, unit: DQK}") == (AIR,)


def test_an_officers_role_needs_the_word_beside_it() -> None:
    line = "- {group: log, role: auditor, unit: TYHB%s}"
    with pytest.raises(RoleMapError, match="officer: true"):
        read_role_map(line % "")
    assert read_role_map(line % ", officer: true")[0].role == Role.AUDITOR


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("group: air", "列表"),
        ("", "列表"),
        ("- [air", "不是 YAML"),
        ("- air", "第 1 项"),
        ("- {group: air, role: boss, unit: DQK}", "不是角色"),
        ("- {group: air, role: liaison}", "缺少 unit"),
        ("- {group: air, role: liaison, unit: 7}", "缺少 unit"),
        ("- {group: air, role: liaison, unit: DQK, untill: x}", "untill"),
    ],
)
def test_a_map_that_cannot_be_used_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(RoleMapError, match=sentence):
        read_role_map(text)


def test_every_wrong_line_is_named() -> None:
    with pytest.raises(RoleMapError) as refused:
        read_role_map("- air\n- {group: air, role: liaison, unit: DQK}\n- water")
    assert "第 1 项" in str(refused.value) and "第 3 项" in str(refused.value)


def test_groups_are_compared_without_case_and_whole() -> None:
    assert roles_given([AIR], ["AIR"]) == {(Role.LIAISON, "DQK")}
    assert roles_given([AIR], ["air-2", "ai"]) == set()
