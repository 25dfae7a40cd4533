"""People, posts and roles."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from accounts.choices import PostKind, Role, UnitKind
from accounts.errors import DomainError
from accounts.models import AuditEntry, Unit, User
from accounts.scopes import has_role, roles_of, visible_units
from accounts.services.granting import grant_role
from accounts.services.people import register_person
from accounts.services.posts import appoint

DAY = dt.date(2026, 1, 1)


@pytest.fixture
def bureau(db: None) -> Unit:
    return Unit.objects.create(
        code="JU", name="市局", kind=UnitKind.BUREAU, group="bureau", path="/JU/"
    )


@pytest.fixture
def section(bureau: Unit) -> Unit:
    return Unit.objects.create(
        code="01",
        name="一科",
        kind=UnitKind.SECTION,
        group="section",
        parent=bureau,
        path="/JU/01/",
    )


@pytest.fixture
def lookalike(bureau: Unit) -> Unit:
    return Unit.objects.create(
        code="011",
        name="二科",
        kind=UnitKind.SECTION,
        group="section",
        parent=bureau,
        path="/JU/011/",
    )


def person(unit: Unit, name: str) -> User:
    return register_person(username=name, staff_number=name, name=name, unit=unit, by=None)


def test_a_login_name_is_never_given_twice_even_after_its_person_left(section: Unit) -> None:
    gone = person(section, "kezhang")
    gone.is_active = False
    gone.save()
    with pytest.raises(DomainError, match="kezhang") as refusal:
        person(section, "kezhang")
    assert refusal.value.code == "username_taken"


def test_nobody_is_ever_deleted(section: Unit) -> None:
    user = person(section, "a")
    with pytest.raises(ProtectedError):
        user.delete()
    with pytest.raises(ProtectedError):
        User.objects.filter(pk=user.pk).delete()
    assert User.objects.get() == user


def test_the_database_of_production_refuses_to_delete_a_person(section: Unit) -> None:
    user = person(section, "a")
    if connection.vendor != "postgresql":
        pytest.skip("SQLite serves the demonstration alone")
    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        connection.cursor().execute("DELETE FROM accounts_user WHERE id = %s", [user.pk])
    assert User.objects.get() == user


def test_without_a_password_nobody_can_sign_in(section: Unit) -> None:
    assert not person(section, "a").has_usable_password()


def test_a_unit_has_one_current_principal(section: Unit) -> None:
    appoint(
        person(section, "a"),
        unit=section,
        title="科长",
        kind=PostKind.PRINCIPAL,
        since=DAY,
        by=None,
    )
    with pytest.raises(DomainError, match="现任主要负责人"):
        appoint(
            person(section, "b"),
            unit=section,
            title="科长",
            kind=PostKind.PRINCIPAL,
            since=DAY,
            by=None,
        )


def test_a_grant_holds_from_its_first_to_its_last_day(section: Unit) -> None:
    user = person(section, "a")
    grant = grant_role(user, Role.HEAD, unit=section, since=DAY, by=None)
    grant.until = DAY + dt.timedelta(days=9)
    grant.save()
    assert roles_of(user, on=DAY - dt.timedelta(days=1)) == frozenset()
    assert roles_of(user, on=DAY) == {Role.HEAD}
    assert roles_of(user, on=grant.until) == {Role.HEAD}
    assert roles_of(user, on=grant.until + dt.timedelta(days=1)) == frozenset()


def test_a_disabled_person_has_no_role(section: Unit) -> None:
    user = person(section, "a")
    grant_role(user, Role.HEAD, unit=section, since=DAY, by=None)
    user.is_active = False
    assert roles_of(user, on=DAY) == frozenset()
    assert not has_role(user, section, Role.HEAD, on=DAY)


def test_a_subtree_never_matches_a_code_that_only_begins_alike(
    section: Unit, lookalike: Unit
) -> None:
    user = person(section, "a")
    grant_role(user, Role.HEAD, unit=section, since=DAY, by=None)
    scope = visible_units(user, on=DAY)
    assert list(scope.units()) == [section]
    assert scope.holds(section)
    assert not scope.holds(lookalike)


@pytest.mark.parametrize("first", [Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR, Role.HEAD])
@pytest.mark.parametrize("second", [Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR])
def test_officers_hold_no_second_role(bureau: Unit, first: Role, second: Role) -> None:
    if first == second:
        return
    user = person(bureau, "a")
    grant_role(user, first, unit=bureau, since=DAY, by=None)
    with pytest.raises(DomainError, match="三员角色互斥"):
        grant_role(user, second, unit=bureau, since=DAY, by=None)


def test_officers_see_no_business_data(bureau: Unit) -> None:
    user = person(bureau, "a")
    grant_role(user, Role.AUDITOR, unit=bureau, since=DAY, by=None)
    assert not visible_units(user, on=DAY).units().exists()


def test_every_act_leaves_an_entry(section: Unit) -> None:
    user = person(section, "a")
    appoint(user, unit=section, title="科长", kind=PostKind.PRINCIPAL, since=DAY, by=None)
    grant_role(user, Role.HEAD, unit=section, since=DAY, by=None)
    assert list(AuditEntry.objects.values_list("action", flat=True)) == [
        "person.register",
        "post.appoint",
        "role.grant",
    ]
