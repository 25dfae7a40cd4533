"""The cast other tests stand on."""

import datetime as dt

import pytest

from accounts.choices import Role
from accounts.scopes import roles_of, visible_units
from tests.cast import Cast, build_cast

DAY = dt.date(2023, 6, 1)


@pytest.mark.django_db
def test_everyone_of_the_cast_holds_at_most_one_role() -> None:
    cast = build_cast()
    assert roles_of(cast.head, on=DAY) == {Role.HEAD}
    assert roles_of(cast.supervisor, on=DAY) == {Role.SUPERVISOR}
    assert roles_of(cast.auditor, on=DAY) == {Role.AUDITOR}
    assert roles_of(cast.clerk, on=DAY) == frozenset()


@pytest.mark.django_db
def test_a_head_sees_only_the_own_section() -> None:
    cast: Cast = build_cast()
    assert list(visible_units(cast.head, on=DAY).units()) == [cast.air]
