"""The database itself keeps the three officers apart, whatever writes the rows."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.choices import BUSINESS_ROLES, OFFICER_ROLES, PostKind, Role
from accounts.errors import DomainError
from accounts.models import Post, RoleGrant, User
from accounts.services.granting import grant_role
from tests.cast import Cast, build_cast

FIRST, LAST = dt.date(2026, 3, 1), dt.date(2026, 3, 31)
DAY = dt.timedelta(days=1)


def written(user: User, role: Role, since: dt.date, until: dt.date | None, cast: Cast) -> RoleGrant:
    """Write a grant past every service."""
    grant = RoleGrant(user=user, role=role, unit=cast.bureau, since=since, until=until)
    [made] = RoleGrant.objects.bulk_create([grant])
    return made


@pytest.mark.parametrize("second", sorted(set(Role) - {Role.SECADMIN}))
@pytest.mark.parametrize(
    ("since", "until", "apart"),
    [
        (FIRST - 2 * DAY, FIRST - DAY, True),
        (FIRST - 2 * DAY, FIRST, False),
        (LAST, LAST, False),
        (LAST + DAY, None, True),
        (LAST, None, False),
        (FIRST - DAY, None, False),
    ],
    ids=["ends the day before", "ends on the first day", "last day", "day after", "open", "around"],
)
def test_an_officers_role_shares_no_day_with_another(
    cast: Cast, second: Role, since: dt.date, until: dt.date | None, apart: bool
) -> None:
    written(cast.clerk, Role.SECADMIN, FIRST, LAST, cast)
    if apart:
        written(cast.clerk, second, since, until, cast)
        return
    with pytest.raises(IntegrityError, match="三员角色互斥"), transaction.atomic():
        written(cast.clerk, second, since, until, cast)
    with pytest.raises(DomainError, match="三员角色互斥") as refusal:
        grant_role(cast.clerk, second, unit=cast.bureau, since=since, until=until, by=None)
    assert refusal.value.code == "roles_exclude"


def test_a_business_role_comes_before_an_officers_just_as_little(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="三员角色互斥"), transaction.atomic():
        written(cast.head, Role.AUDITOR, FIRST, LAST, cast)


def test_one_officers_role_may_be_held_on_two_units_and_business_roles_together(cast: Cast) -> None:
    grant_role(cast.secadmin, Role.SECADMIN, unit=cast.air, since=FIRST, by=None)
    for role in sorted(BUSINESS_ROLES - {Role.HEAD}):
        grant_role(cast.head, role, unit=cast.air, since=FIRST, by=None)
    assert cast.head.grants.count() == len(BUSINESS_ROLES)


def test_a_changed_row_is_held_to_it_too(cast: Cast) -> None:
    early = written(cast.clerk, Role.SECADMIN, FIRST, LAST, cast)
    late = written(cast.clerk, Role.AUDITOR, LAST + DAY, None, cast)
    for change in ({"since": LAST}, {"role": Role.SYSADMIN, "since": LAST}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RoleGrant.objects.filter(pk=late.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.filter(pk=early.pk).update(until=None)
    RoleGrant.objects.filter(pk=early.pk).update(until=LAST)


def test_a_withdrawn_grant_never_held(cast: Cast) -> None:
    grant = written(cast.clerk, Role.SECADMIN, FIRST, LAST, cast)
    RoleGrant.objects.filter(pk=grant.pk).update(withdrawn=True)
    written(cast.clerk, Role.AUDITOR, FIRST, LAST, cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.filter(pk=grant.pk).update(withdrawn=False)


@pytest.mark.parametrize(("since", "apart"), [(LAST, False), (LAST + DAY, True)])
def test_a_unit_has_one_principal_on_a_day(cast: Cast, since: dt.date, apart: bool) -> None:
    held = Post.objects.get(unit=cast.air, kind=PostKind.PRINCIPAL)
    Post.objects.filter(pk=held.pk).update(until=LAST)
    post = Post(user=cast.clerk, unit=cast.air, title="科长", kind=PostKind.PRINCIPAL, since=since)
    if apart:
        post.save()
        return
    with pytest.raises(IntegrityError, match="主要负责人"), transaction.atomic():
        post.save()


def test_nobody_is_above_the_rules() -> None:
    # Django's permission bypass hangs on these; the model has neither, nor a permission check.
    for name in ("is_superuser", "is_staff", "has_perm", "user_permissions", "groups"):
        assert not hasattr(User, name), name
    assert len(OFFICER_ROLES) == 3


@pytest.fixture
def committed_cast(transactional_db: None) -> Cast:
    return build_cast()


def together(*acts: Callable[[], object]) -> list[str]:
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        start.wait()
        try:
            act()
        except (DomainError, IntegrityError) as refusal:
            return getattr(refusal, "code", "database")
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def test_of_two_grants_at_once_one_is_refused_by_the_service(committed_cast: Cast) -> None:
    cast = committed_cast

    def grants(role: Role) -> Callable[[], object]:
        return lambda: grant_role(cast.clerk, role, unit=cast.bureau, since=FIRST, by=None)

    assert together(grants(Role.AUDITOR), grants(Role.SECADMIN)) == ["done", "roles_exclude"]
    assert cast.clerk.grants.count() == 1


def test_of_two_rows_written_at_once_the_database_refuses_one(committed_cast: Cast) -> None:
    cast = committed_cast

    def writes(role: Role) -> Callable[[], object]:
        return lambda: written(cast.clerk, role, FIRST, None, cast)

    for _ in range(5):
        assert together(writes(Role.AUDITOR), writes(Role.HEAD)) == ["database", "done"]
        cast.clerk.grants.all().delete()
