"""The second factor: enrolled by its first code, each code taken once, lost ones reset."""

import datetime as dt
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from typing import Any, TypeVar

import pyotp
import pytest
from django.core.management import call_command
from django.db import connection

from accounts import clock
from accounts.choices import SignInEnd
from accounts.errors import DomainError, NotAllowedError
from accounts.models import AuditEntry, RecoveryCode, SecondFactor, User
from accounts.sealing import seal, unseal
from accounts.services import second_factor as service
from accounts.services.attempts import account_locked_until
from accounts.services.sessions import open_sign_in
from accounts.services.signing_in import sign_in_with_password
from tests.cast import Cast, build_cast

# The beginning of a 30-second step, so that the edges below are edges.
AT = dt.datetime(2026, 3, 2, 12, tzinfo=clock.BEIJING)
STEP = dt.timedelta(seconds=30)
ADDRESS = "192.0.2.7"
PARALLEL = 20
T = TypeVar("T")


@pytest.fixture(autouse=True)
def clock_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)


def app_of(user: User) -> pyotp.TOTP:
    secret = unseal(SecondFactor.objects.get(user=user).secret)
    assert secret is not None
    return pyotp.TOTP(secret)


def enrolled(user: User, at: dt.datetime = AT - 10 * STEP) -> list[str]:
    """Enrol a person some steps ago; return the recovery codes."""
    service.begin_enrolment(user, at=at, by=user)
    return service.confirm_enrolment(user, app_of(user).at(at), at=at, by=user)


def check(user: User, code: str, at: dt.datetime = AT) -> str:
    """Return the code of the refusal, or `taken`."""
    try:
        service.check_code(user, code, address=ADDRESS, at=at)
    except DomainError as refusal:
        return refusal.code
    return "taken"


def wrong_for(user: User) -> str:
    """Return six digits that are no code of the person at about the moment."""
    near = {app_of(user).at(AT + n * STEP) for n in range(-3, 4)}
    return next(code for code in ("000000", "000001", "111111", "222222") if code not in near)


def all_at_once(work: Callable[[int], T], times: int = PARALLEL) -> list[T]:
    start = threading.Barrier(times)

    def attempt(number: int) -> T:
        try:
            start.wait(timeout=30)
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(attempt, range(times)))


def test_codes_are_those_of_the_standard(cast: Cast) -> None:
    """RFC 6238, appendix B, last six of its eight digits: what every app shows."""
    factor = SecondFactor.objects.create(
        user=cast.hr,
        secret=seal("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
        begun_at=AT,
        confirmed_at=AT,
    )
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        SecondFactor.objects.filter(pk=factor.pk).update(last_step=0)
        assert check(cast.hr, code, dt.datetime.fromtimestamp(seconds, tz=dt.UTC)) == "taken"


def test_a_secret_counts_only_once_its_first_code_was_shown(cast: Cast) -> None:
    service.begin_enrolment(cast.hr, at=AT, by=cast.hr)
    assert not service.has_second_factor(cast.hr)
    assert check(cast.hr, app_of(cast.hr).at(AT)) == "wrong_code"
    with pytest.raises(DomainError, match="不正确"):
        service.confirm_enrolment(cast.hr, wrong_for(cast.hr), at=AT, by=cast.hr)
    codes = service.confirm_enrolment(cast.hr, app_of(cast.hr).at(AT), at=AT, by=cast.hr)
    assert service.has_second_factor(cast.hr)
    assert len(set(codes)) == service.RECOVERY_CODES
    assert check(cast.hr, app_of(cast.hr).at(AT)) == "wrong_code"  # the enrolling code is used up


def test_a_person_enrols_one_app_and_nobody_another_s(cast: Cast) -> None:
    with pytest.raises(DomainError, match="请先开始绑定"):
        service.confirm_enrolment(cast.hr, "123456", at=AT, by=cast.hr)
    enrolled(cast.hr)
    with pytest.raises(DomainError, match="已启用动态口令"):
        service.begin_enrolment(cast.hr, at=AT, by=cast.hr)
    with pytest.raises(NotAllowedError):
        service.begin_enrolment(cast.head, at=AT, by=cast.sysadmin)
    with pytest.raises(NotAllowedError):
        service.remove_second_factor(cast.hr, by=cast.secadmin)


@pytest.mark.parametrize(
    ("steps", "answer"),
    [(-2, "wrong_code"), (-1, "taken"), (0, "taken"), (1, "taken"), (2, "wrong_code")],
)
def test_clocks_may_differ_by_one_step(cast: Cast, steps: int, answer: str) -> None:
    enrolled(cast.hr)
    assert check(cast.hr, app_of(cast.hr).at(AT + steps * STEP)) == answer


def test_a_code_is_taken_once_and_then_no_older_one(cast: Cast) -> None:
    enrolled(cast.hr)
    app = app_of(cast.hr)
    assert check(cast.hr, f" {app.at(AT)[:3]} {app.at(AT)[3:]} ") == "taken"
    assert check(cast.hr, app.at(AT)) == "wrong_code"
    assert check(cast.hr, app.at(AT - STEP)) == "wrong_code"
    assert check(cast.hr, app.at(AT + STEP)) == "taken"


@pytest.mark.parametrize("code", ["", "12345", "1234567", "１２３４５６", "12345a", "\x00" * 6])
def test_what_is_no_code_is_wrong_and_no_error(cast: Cast, code: str) -> None:
    enrolled(cast.hr)
    assert check(cast.hr, code) == "wrong_code"


@pytest.mark.django_db(transaction=True)
def test_of_twenty_at_once_one_takes_the_code() -> None:
    user = build_cast().hr
    enrolled(user)
    code = app_of(user).at(AT)
    how = all_at_once(lambda _n: service.spend_code(user, code, at=AT))
    assert len([one for one in how if one]) == 1


@pytest.mark.django_db(transaction=True)
def test_of_twenty_sign_ins_at_once_with_one_code_one_succeeds() -> None:
    user = build_cast().hr
    enrolled(user)
    code = app_of(user).at(AT)
    answers = all_at_once(lambda _n: check(user, code))
    assert answers.count("taken") == 1
    assert set(answers) <= {"taken", "wrong_code", "locked"}
    assert AuditEntry.objects.filter(action="second_factor.used").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_twenty_at_once_one_takes_the_recovery_code() -> None:
    user = build_cast().hr
    code = enrolled(user)[3]
    how = all_at_once(lambda _n: service.spend_code(user, code, at=AT))
    assert len([one for one in how if one]) == 1
    assert service.recovery_codes_left(user) == service.RECOVERY_CODES - 1


@pytest.mark.django_db(transaction=True)
def test_of_twenty_wrong_codes_at_once_five_are_looked_at() -> None:
    user = build_cast().hr
    enrolled(user)
    wrong = wrong_for(user)
    answers = all_at_once(lambda _n: check(user, wrong))
    assert AuditEntry.objects.filter(action="second_factor.failed").count() == 5
    assert "taken" not in answers
    assert check(user, app_of(user).at(AT)) == "locked"


def test_a_recovery_code_works_once_however_it_is_typed(cast: Cast) -> None:
    codes = enrolled(cast.hr)
    assert check(cast.hr, codes[0].lower().replace("-", " ")) == "taken"
    assert check(cast.hr, codes[0]) == "wrong_code"
    assert check(cast.hr, codes[1]) == "taken"
    assert service.recovery_codes_left(cast.hr) == service.RECOVERY_CODES - 2


def test_recovery_codes_are_of_one_person_and_replaced_as_a_whole(cast: Cast) -> None:
    mine, theirs = enrolled(cast.hr), enrolled(cast.discipline)
    assert check(cast.hr, theirs[0]) == "wrong_code"
    new = service.renew_recovery_codes(cast.hr, by=cast.hr)
    assert check(cast.hr, mine[0]) == "wrong_code"
    assert check(cast.hr, new[0]) == "taken"
    with pytest.raises(DomainError, match="尚未启用"):
        service.renew_recovery_codes(cast.head, by=cast.head)


@pytest.mark.parametrize(("failures", "answer"), [(4, "taken"), (5, "locked")])
def test_five_wrong_codes_lock_the_account(cast: Cast, failures: int, answer: str) -> None:
    enrolled(cast.hr)
    wrong = wrong_for(cast.hr)
    answers = [check(cast.hr, wrong) for _try in range(failures)]
    assert answers == (["wrong_code"] * 4 + ["locked"])[:failures]
    assert check(cast.hr, app_of(cast.hr).at(AT)) == answer


def test_a_right_password_between_them_gives_no_new_tries(cast: Cast) -> None:
    enrolled(cast.hr)
    cast.hr.set_password("Right-Password-2023")
    cast.hr.save()
    wrong = wrong_for(cast.hr)
    for _try in range(4):
        sign_in_with_password("hr", "Right-Password-2023", address=ADDRESS, at=AT)
        assert check(cast.hr, wrong) == "wrong_code"
    sign_in_with_password("hr", "Right-Password-2023", address=ADDRESS, at=AT)
    assert check(cast.hr, wrong) == "locked"
    assert account_locked_until(cast.hr, at=AT) is not None


def test_a_right_code_clears_the_count(cast: Cast) -> None:
    codes = enrolled(cast.hr)
    wrong = wrong_for(cast.hr)
    for _round in range(3):
        assert [check(cast.hr, wrong) for _try in range(4)] == ["wrong_code"] * 4
        assert check(cast.hr, codes.pop()) == "taken"


def test_the_database_holds_neither_secret_nor_recovery_code(cast: Cast) -> None:
    codes = enrolled(cast.hr)
    secret = app_of(cast.hr).secret
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM accounts_secondfactor")
        stored = str(cursor.fetchall())
        cursor.execute("SELECT digest FROM accounts_recoverycode")
        stored += str(cursor.fetchall())
        cursor.execute("SELECT summary, data FROM accounts_auditentry")
        stored += str(cursor.fetchall())
    assert secret not in stored
    assert not any(code in stored or code.replace("-", "") in stored for code in codes)


def test_a_dump_without_the_key_opens_nothing_and_a_former_key_still_does(
    cast: Cast, settings: Any
) -> None:
    codes = enrolled(cast.hr)
    code, former = app_of(cast.hr).at(AT), settings.SECRET_KEY
    settings.SECRET_KEY = "another-key-of-more-than-fifty-characters-0123456789"
    assert check(cast.hr, codes[0]) == "wrong_code"
    assert check(cast.hr, code) == "unreadable_second_factor"
    settings.SECRET_KEY_FALLBACKS = [former]
    assert check(cast.hr, code) == "taken"


def test_the_security_administrator_resets_a_lost_one_for_a_reason(cast: Cast) -> None:
    codes = enrolled(cast.hr)
    session = open_sign_in(cast.hr, address=ADDRESS, agent="", at=AT)
    with pytest.raises(DomainError, match="请写明重置原因"):
        service.reset_second_factor(cast.hr, reason=" ", at=AT, by=cast.secadmin)
    service.reset_second_factor(cast.hr, reason="手机遗失", at=AT, by=cast.secadmin)
    assert not service.has_second_factor(cast.hr)
    assert check(cast.hr, codes[0]) == "wrong_code"
    assert not RecoveryCode.objects.exists()
    session.refresh_from_db()
    assert session.end == SignInEnd.FACTOR
    entry = AuditEntry.objects.get(action="second_factor.reset")
    assert (entry.actor, "手机遗失" in entry.summary) == (cast.secadmin, True)
    with pytest.raises(DomainError, match="没有启用"):
        service.reset_second_factor(cast.hr, reason="手机遗失", at=AT, by=cast.secadmin)


@pytest.mark.parametrize("name", ["sysadmin", "auditor", "leader", "hr", "secadmin"])
def test_nobody_else_resets_and_nobody_their_own(cast: Cast, name: str) -> None:
    person = cast.secadmin if name == "secadmin" else cast.discipline
    enrolled(person)
    with pytest.raises(NotAllowedError):
        service.reset_second_factor(person, reason="遗失", at=AT, by=cast.named(name))
    assert service.has_second_factor(person)


def test_the_server_s_administrator_resets_the_last_officer_s(cast: Cast) -> None:
    enrolled(cast.secadmin)
    out = StringIO()
    call_command("reset_second_factor", "secadmin", "--reason", "手机遗失", stdout=out)
    assert "已重置" in out.getvalue()
    assert not service.has_second_factor(cast.secadmin)
    with pytest.raises(SystemExit):
        call_command("reset_second_factor", "nobody", "--reason", "遗失", stderr=out)


def test_roles_that_need_it_are_the_office_s_choice(cast: Cast, settings: Any) -> None:
    on = AT.date()
    assert not service.needs_second_factor(cast.hr, on=on)
    settings.SECOND_FACTOR_ROLES = frozenset({"hr"})
    assert service.needs_second_factor(cast.hr, on=on)
    assert not service.needs_second_factor(cast.head, on=on)
