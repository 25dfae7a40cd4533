"""Sign-in by LDAP, against slapd: passwords, groups, closed accounts, a server that is down."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pyotp
import pytest
from django.test import Client

from accounts import clock
from accounts.choices import Role, SignInEnd, SignInSource
from accounts.directories.answers import DirectoryDownError
from accounts.directories.ldap import LdapDirectory
from accounts.errors import DomainError
from accounts.models import AuditEntry, RoleGrant, SecondFactor, SignIn, User
from accounts.sealing import unseal
from accounts.services import second_factor
from accounts.services.granting import grant_role
from accounts.services.local_passwords import set_local_password
from accounts.services.passwords import store_password
from accounts.services.tokens import issue_token
from tests.accounts.directories.conftest import DIRECTORY_PASSWORD
from tests.cast import Cast
from tests.slapd import Slapd

LOCAL_PASSWORD = "Local-Password-2023"
MINUTE = dt.timedelta(minutes=1)
WRONG = "登录名或密码不正确"


def sign_in(client: Client, name: str, password: str = DIRECTORY_PASSWORD) -> Any:
    return client.post("/login/", {"username": name, "password": password})


def says(answer: Any) -> str:
    return str(answer.content.decode())


def is_in(client: Client) -> bool:
    return bool(client.get("/account/").status_code == 200)


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("seq").values_list("action", flat=True))


def give_local_password(user: User) -> None:
    user.set_password(LOCAL_PASSWORD)
    user.save()


@pytest.fixture
def put_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[dt.datetime], None]:
    def put(moment: dt.datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    return put


def test_the_directorys_password_lets_a_person_in(client: Client, office: Slapd) -> None:
    answer = sign_in(client, "head")
    assert answer.status_code == 302 and is_in(client)
    assert SignIn.objects.get().source == SignInSource.LDAP
    entry = AuditEntry.objects.get(action="sign_in.password")
    assert entry.data["source"] == "ldap"


@pytest.mark.parametrize(
    "password", ["wrong", DIRECTORY_PASSWORD + " ", DIRECTORY_PASSWORD.lower()]
)
def test_a_wrong_password_lets_nobody_in(client: Client, office: Slapd, password: str) -> None:
    assert WRONG in says(sign_in(client, "head", password))
    assert not is_in(client)
    assert actions() == ["sign_in.failed"]


def test_the_local_password_of_a_person_of_the_directory_counts_no_more(
    client: Client, office: Slapd, cast: Cast
) -> None:
    give_local_password(cast.head)
    assert WRONG in says(sign_in(client, "head", LOCAL_PASSWORD))


def test_an_unknown_name_gets_the_same_answer(client: Client, office: Slapd) -> None:
    known, unknown = (
        says(sign_in(client, "head", "wrong")),
        says(sign_in(client, "nobody", "wrong")),
    )
    assert WRONG in unknown and WRONG in known


def test_whom_only_the_directory_knows_is_turned_away_and_not_registered(
    client: Client, office: Slapd
) -> None:
    people = User.objects.count()
    assert "本系统没有您的账号" in says(sign_in(client, "newcomer"))
    assert not is_in(client) and User.objects.count() == people
    assert actions() == ["sign_in.not_registered"]


def test_a_closed_account_here_stays_closed(client: Client, office: Slapd, cast: Cast) -> None:
    User.objects.filter(pk=cast.head.pk).update(is_active=False)
    assert WRONG in says(sign_in(client, "head"))


def test_the_fifth_wrong_password_locks_and_the_right_one_no_longer_helps(
    client: Client, office: Slapd
) -> None:
    for _try in range(4):
        assert WRONG in says(sign_in(client, "head", "wrong"))
    assert "已暂停登录" in says(sign_in(client, "head", "wrong"))
    assert "已暂停登录" in says(sign_in(client, "head"))
    assert not is_in(client)


def test_after_four_wrong_ones_the_right_password_still_helps(
    client: Client, office: Slapd
) -> None:
    for _try in range(4):
        sign_in(client, "head", "wrong")
    assert sign_in(client, "head").status_code == 302


@pytest.mark.parametrize(
    "name", ["*", "hea*", "head)(uid=*", "*)(objectClass=*", "head\\", "(", "head\x00", "h\\65ad"]
)
def test_signs_of_the_filter_language_mean_nothing(office: Slapd, name: str) -> None:
    directory = LdapDirectory(office.config())
    assert directory.identify(name, DIRECTORY_PASSWORD) is None


@pytest.mark.parametrize("name", ["*", "hea*", "head)(uid=*", "\\2a"])
def test_nobody_signs_in_by_such_signs(client: Client, office: Slapd, name: str) -> None:
    assert WRONG in says(sign_in(client, name))


def test_an_empty_password_is_never_asked_with(office: Slapd) -> None:
    assert LdapDirectory(office.config()).identify("head", "") is None


def test_groups_give_roles_and_take_them(office: Slapd, cast: Cast) -> None:
    office.put_in_group("Air-Liaisons", "clerk")
    sign_in(Client(), "clerk")
    grant = RoleGrant.objects.get(user=cast.clerk)
    assert (grant.role, grant.unit.code) == (Role.LIAISON, "DQK")
    assert grant.from_directory_at is not None and grant.granted_by is None
    office.take_from_group("Air-Liaisons", "clerk")
    sign_in(Client(), "clerk")
    assert not RoleGrant.objects.on(clock.today()).filter(user=cast.clerk).exists()
    assert [one for one in actions() if one.startswith("role.")] == ["role.grant", "role.revoke"]


def test_a_group_regained_on_the_same_day_gives_the_role_again(office: Slapd, cast: Cast) -> None:
    for _round in range(2):
        office.put_in_group("air-liaisons", "clerk")
        sign_in(Client(), "clerk")
        assert RoleGrant.objects.on(clock.today()).filter(user=cast.clerk).count() == 1
        office.take_from_group("air-liaisons", "clerk")
        sign_in(Client(), "clerk")
        assert not RoleGrant.objects.on(clock.today()).filter(user=cast.clerk).exists()


def test_what_was_granted_by_hand_is_left_alone_and_not_doubled(
    client: Client, office: Slapd, cast: Cast
) -> None:
    sign_in(client, "head")
    assert RoleGrant.objects.on(clock.today()).get(user=cast.head).role == Role.HEAD
    office.put_in_group("air-liaisons", "liaison")
    sign_in(Client(), "liaison")
    by_hand = RoleGrant.objects.get(user=cast.liaison)
    assert by_hand.from_directory_at is None
    office.take_from_group("air-liaisons", "liaison")
    sign_in(Client(), "liaison")
    assert RoleGrant.objects.on(clock.today()).get(user=cast.liaison) == by_hand


def test_a_group_never_joins_a_business_role_to_an_officers(
    client: Client, office: Slapd, cast: Cast, settings: Any
) -> None:
    """An officer whose role the directory gave gains no second role by another group."""
    grant_role(
        cast.clerk,
        Role.AUDITOR,
        unit=cast.bureau,
        since=clock.today(),
        from_directory_at=clock.now(),
        by=None,
    )
    auditors = type(settings.DIRECTORY_ROLES[0])(group="auditors", role=Role.AUDITOR, unit="TYHB")
    settings.DIRECTORY_ROLES = (*settings.DIRECTORY_ROLES, auditors)
    office.put_in_group("auditors", "clerk")
    office.put_in_group("air-liaisons", "clerk")
    assert sign_in(client, "clerk").status_code == 302
    assert RoleGrant.objects.on(clock.today()).get(user=cast.clerk).role == Role.AUDITOR
    assert AuditEntry.objects.get(action="role.refused").data["code"] == "roles_exclude"


def test_disabled_there_means_signed_out_here_at_the_next_request(
    client: Client, office: Slapd
) -> None:
    sign_in(client, "head")
    assert is_in(client)
    office.disable("head")
    answer = client.get("/", follow=True)
    assert "统一身份账号已停用" in says(answer) and not is_in(client)
    assert SignIn.objects.get().end == SignInEnd.DIRECTORY
    assert actions()[-2:] == ["directory.closed", "sign_in.end_all"]
    assert WRONG in says(sign_in(client, "head"))


def test_a_deleted_account_is_signed_out_too(client: Client, office: Slapd) -> None:
    sign_in(client, "head")
    office.remove("head")
    assert not is_in(client)


def test_a_program_acting_for_a_disabled_person_is_refused(
    client: Client, office: Slapd, cast: Cast
) -> None:
    sign_in(client, "head")
    _token, secret = issue_token(cast.head, label="报表", valid_for=dt.timedelta(days=1), by=None)
    program = {"Authorization": f"Bearer {secret}"}
    assert Client().get("/api/v1/tasks/", headers=program).status_code == 200
    office.disable("head")
    for _request in range(2):
        assert Client().get("/api/v1/tasks/", headers=program).status_code == 401
    assert actions().count("directory.closed") == 1
    office.enable("head")
    assert Client().get("/api/v1/tasks/", headers=program).status_code == 200


def test_within_the_cache_time_the_directory_is_not_asked_again(
    client: Client, office: Slapd, settings: Any, put_clock: Callable[[dt.datetime], None]
) -> None:
    settings.DIRECTORY_CACHE = dt.timedelta(seconds=60)
    noon = dt.datetime(2026, 3, 2, 12, tzinfo=clock.BEIJING)
    put_clock(noon)
    sign_in(client, "head")
    office.disable("head")
    put_clock(noon + dt.timedelta(seconds=59))
    assert is_in(client)
    put_clock(noon + dt.timedelta(seconds=60))
    assert not is_in(client)


def test_a_directory_that_is_down_says_so_and_counts_no_failure(
    client: Client, office: Slapd
) -> None:
    office.stop()
    for _try in range(6):
        assert "统一身份认证服务暂时无法连接" in says(sign_in(client, "head"))
    office.start()
    assert sign_in(client, "head").status_code == 302
    assert "sign_in.directory_down" in actions()


def test_officers_get_in_with_their_local_password_while_it_is_down(
    client: Client, office: Slapd, cast: Cast
) -> None:
    give_local_password(cast.sysadmin)
    office.stop()
    assert sign_in(client, "sysadmin", LOCAL_PASSWORD).status_code == 302
    assert is_in(client) and SignIn.objects.get().source == SignInSource.LOCAL


def test_the_directorys_password_never_opens_an_officers_account(
    client: Client, office: Slapd, cast: Cast
) -> None:
    give_local_password(cast.sysadmin)
    assert WRONG in says(sign_in(client, "sysadmin", DIRECTORY_PASSWORD))


def test_who_was_let_do_so_at_the_machine_signs_in_locally(
    client: Client, office: Slapd, cast: Cast
) -> None:
    give_local_password(cast.clerk)
    set_local_password(cast.clerk, local=True, at=clock.now())
    office.stop()
    assert sign_in(client, "clerk", LOCAL_PASSWORD).status_code == 302
    set_local_password(cast.clerk, local=False, at=clock.now())
    assert not is_in(client)
    assert "暂时无法连接" in says(sign_in(client, "clerk", LOCAL_PASSWORD))


def test_who_is_in_stays_for_the_grace_and_is_told(
    client: Client, office: Slapd, put_clock: Callable[[dt.datetime], None]
) -> None:
    noon = dt.datetime(2026, 3, 2, 12, tzinfo=clock.BEIJING)
    put_clock(noon)
    sign_in(client, "head")
    office.stop()
    put_clock(noon + MINUTE)
    assert "可继续使用至 12:15" in says(client.get("/account/"))
    put_clock(noon + 15 * MINUTE - dt.timedelta(seconds=1))
    assert is_in(client)
    put_clock(noon + 15 * MINUTE)
    assert "长时间无法连接" in says(client.get("/", follow=True))
    assert not is_in(client)
    assert actions().count("directory.down") == 1


def test_once_it_answers_again_the_grace_begins_anew(
    client: Client, office: Slapd, put_clock: Callable[[dt.datetime], None]
) -> None:
    noon = dt.datetime(2026, 3, 2, 12, tzinfo=clock.BEIJING)
    put_clock(noon)
    sign_in(client, "head")
    office.stop()
    put_clock(noon + 10 * MINUTE)
    assert is_in(client)
    office.start()
    put_clock(noon + 14 * MINUTE)
    assert is_in(client)
    office.stop()
    put_clock(noon + 28 * MINUTE)
    assert is_in(client)


def test_the_second_factor_is_still_asked_for(client: Client, office: Slapd, cast: Cast) -> None:
    before = clock.machine_now() - 10 * MINUTE
    second_factor.begin_enrolment(cast.head, at=before, by=cast.head)
    secret = unseal(SecondFactor.objects.get(user=cast.head).secret)
    assert secret is not None
    app = pyotp.TOTP(secret)
    second_factor.confirm_enrolment(cast.head, app.at(before), at=before, by=cast.head)
    assert sign_in(client, "head").headers["Location"] == "/login/code/"
    assert not is_in(client)
    client.post("/login/code/", {"code": app.at(clock.machine_now())})
    assert is_in(client) and SignIn.objects.get().source == SignInSource.LDAP


def test_a_role_that_needs_a_second_factor_enrols_it_first(
    client: Client, office: Slapd, settings: Any
) -> None:
    settings.SECOND_FACTOR_ROLES = frozenset({Role.HEAD})
    sign_in(client, "head")
    assert client.get("/").headers["Location"] == "/account/code/"


def test_no_password_of_this_system_is_set_for_a_person_of_the_directory(
    office: Slapd, cast: Cast
) -> None:
    with pytest.raises(DomainError) as refused:
        store_password(cast.head, "Another-Password-2023", action="password.set")
    assert refused.value.code == "directory_password"


def test_tls_is_refused_to_a_server_nobody_vouches_for(office: Slapd) -> None:
    for url in (f"ldap://localhost:{office.port}", f"ldaps://localhost:{office.tls_port}"):
        config = office.config(url=url, start_tls=url.startswith("ldap:"), ca_file="")
        with pytest.raises(DirectoryDownError):
            LdapDirectory(config).state_of("head")


def test_ldaps_reaches_the_directory(office: Slapd) -> None:
    config = office.config(url=f"ldaps://localhost:{office.tls_port}", start_tls=False)
    found = LdapDirectory(config).identify("head", DIRECTORY_PASSWORD)
    assert found is not None and found.name == "head"


def test_a_wrong_service_account_is_a_directory_that_is_down(office: Slapd) -> None:
    with pytest.raises(DirectoryDownError):
        LdapDirectory(office.config(bind_password="wrong")).identify("head", DIRECTORY_PASSWORD)
