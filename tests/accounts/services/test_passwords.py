"""Setting passwords: the office's profile, the history, rotation, and the mail that starts it."""

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.mail.backends.smtp import EmailBackend
from django.db import connection
from django.test import Client

from accounts import clock
from accounts.errors import DomainError
from accounts.models import AuditEntry, PasswordTicket, User
from accounts.services import attempts
from accounts.services.managing_people import disable_person, edit_contact
from accounts.services.passwords import change_password, replacement_due, store_password
from accounts.services.signing_in import SignInRefusedError, sign_in_with_password
from accounts.services.tickets import (
    AGAIN,
    SETTLING,
    VALID,
    find_ticket,
    issue_ticket,
    mail_tickets,
    secret_of,
    use_ticket,
)
from tests.cast import Cast, build_cast

HERE = "203.0.113.9"
FIRST = "Blue-Kite-47"
SERIES = ["Red-Stone-18", "Green-Leaf-29", "White-Cloud-30", "Black-Tea-41", "Grey-Wolf-52"]


def now() -> dt.datetime:
    return clock.now()


def owner(user: User, password: str = FIRST) -> User:
    """Let a person set their password, whatever it was."""
    return store_password(User.objects.get(pk=user.pk), password, action="password.test")


def change(user: User, old: str, new: str) -> User:
    return change_password(user, old=old, new=new, address=HERE, at=now(), by=user)


def refusal(user: User, new: str) -> str:
    with pytest.raises(DomainError) as refused:
        store_password(user, new, action="password.test")
    return refused.value.code


@pytest.mark.parametrize(
    "new",
    [
        "Kite-47",
        "bluekite47",
        "Huawei@123",
        "P@ssw0rd",
        "TY-head-47a",
        "Head-of-Air-1",
        "Dqk-Blue-47",
    ],
    ids=["7 signs", "2 classes", "common here", "common", "staff number", "login", "unit"],
)
def test_a_weak_password_is_refused(cast: Cast, new: str) -> None:
    assert refusal(cast.head, new) == "weak_password"


def test_the_profile_is_the_office_s_choice(cast: Cast, settings: object) -> None:
    settings.PASSWORD_PROFILE = "asvs"  # type: ignore[attr-defined]
    assert refusal(cast.head, "Blue-Kite-4") == "weak_password"
    assert refusal(cast.head, "password12345") == "weak_password"
    owner(cast.head, "wordswithoutnumbers")


def test_every_flaw_is_told_with_its_value(cast: Cast) -> None:
    with pytest.raises(DomainError, match=r"只有 4 位，至少要 8 位.*只用了 1 类") as refused:
        store_password(cast.head, "kite", action="password.test")
    assert "new_password" in refused.value.fields


def test_the_last_five_are_refused_and_the_sixth_is_not(cast: Cast) -> None:
    user = owner(cast.head)
    for password in SERIES[:4]:
        user = owner(user, password)
    assert refusal(user, FIRST) == "used_password"
    user = owner(user, SERIES[4])
    assert refusal(user, SERIES[0]) == "used_password"
    user = owner(user, FIRST)
    assert user.old_passwords.count() == 5


def test_without_a_history_the_present_password_is_still_refused(
    cast: Cast, settings: object
) -> None:
    settings.PASSWORD_PROFILE = "asvs"  # type: ignore[attr-defined]
    user = owner(cast.head, "wordswithoutnumbers")
    assert refusal(user, "wordswithoutnumbers") == "used_password"
    user = owner(user, "otherwordsentirely")
    owner(user, "wordswithoutnumbers")


def test_changing_needs_the_old_password_and_counts_wrong_ones(cast: Cast) -> None:
    user = owner(cast.head)
    for _ in range(4):
        with pytest.raises(SignInRefusedError, match="密码不正确"):
            change(user, "Wrong-Kite-47", SERIES[0])
    with pytest.raises(SignInRefusedError, match="暂停登录"):
        change(user, "Wrong-Kite-47", SERIES[0])
    with pytest.raises(SignInRefusedError, match="暂停登录"):
        change(user, FIRST, SERIES[0])


def test_nobody_changes_the_password_of_another(cast: Cast) -> None:
    user = owner(cast.head)
    with pytest.raises(DomainError) as refused:
        change_password(user, old=FIRST, new=SERIES[0], address=HERE, at=now(), by=cast.sysadmin)
    assert refused.value.code == "not_own_password"


def test_a_changed_password_is_due_ninety_days_later(cast: Cast) -> None:
    user = change(owner(cast.head), FIRST, SERIES[0])
    assert user.password_set_at is not None
    end = user.password_set_at + dt.timedelta(days=90)
    assert replacement_due(user, at=end - dt.timedelta(microseconds=1)) is None
    assert replacement_due(user, at=end) == end


def test_a_change_leaves_an_entry_by_the_person_without_the_password(cast: Cast) -> None:
    change(owner(cast.head), FIRST, SERIES[0])
    entry = AuditEntry.objects.get(action="password.change")
    assert entry.actor == cast.head
    assert SERIES[0] not in str(list(AuditEntry.objects.values()))


# --- The mail that lets a person set one ----------------------------------------------------------


def mailed_secret() -> str:
    """Return what the newest mail's link ends in."""
    link = re.search(r"http\S+", str(mail.outbox[-1].body))
    assert link is not None
    return urlsplit(link[0]).path.strip("/").rpartition("/")[2]


def test_the_mail_goes_to_the_person_alone_and_once(cast: Cast) -> None:
    ticket = issue_ticket(cast.head, by=cast.sysadmin)
    assert mail_tickets(at=now()) == 1
    assert mail_tickets(at=now() + AGAIN) == 0
    assert [one.to for one in mail.outbox] == [["head@example.com"]]
    assert mailed_secret() == secret_of(ticket)


def test_the_secret_is_stored_nowhere(cast: Cast) -> None:
    issue_ticket(cast.head, by=cast.sysadmin)
    mail_tickets(at=now())
    rows = [*PasswordTicket.objects.values(), *AuditEntry.objects.values()]
    assert mailed_secret() not in str(rows)
    with pytest.raises(DomainError):
        find_ticket(PasswordTicket.objects.get().nonce, at=now())


def test_the_person_sets_a_password_and_signs_in_with_it(cast: Cast) -> None:
    ticket = issue_ticket(cast.head, by=cast.sysadmin)
    use_ticket(secret_of(ticket), new=FIRST, at=now())
    assert sign_in_with_password("head", FIRST, address=HERE, at=now()) == cast.head
    assert AuditEntry.objects.get(action="password.first").actor == cast.head


def test_a_ticket_works_once(cast: Cast) -> None:
    secret = secret_of(issue_ticket(cast.head, by=cast.sysadmin))
    use_ticket(secret, new=FIRST, at=now())
    with pytest.raises(DomainError, match="已使用过"):
        use_ticket(secret, new=SERIES[0], at=now())


def test_a_weak_password_uses_no_ticket_up(cast: Cast) -> None:
    secret = secret_of(issue_ticket(cast.head, by=cast.sysadmin))
    with pytest.raises(DomainError, match="至少"):
        use_ticket(secret, new="kite", at=now())
    use_ticket(secret, new=FIRST, at=now())


@pytest.mark.parametrize(
    ("after", "valid"), [(VALID - dt.timedelta(microseconds=1), True), (VALID, False)]
)
def test_a_ticket_is_valid_for_seventy_two_hours(
    cast: Cast, after: dt.timedelta, valid: bool
) -> None:
    assert dt.timedelta(hours=72) == VALID
    ticket = issue_ticket(cast.head, by=cast.sysadmin)
    at = ticket.issued_at + after
    if valid:
        assert find_ticket(secret_of(ticket), at=at) == ticket
    else:
        with pytest.raises(DomainError, match="已过期"):
            find_ticket(secret_of(ticket), at=at)


def test_a_second_ticket_voids_the_first(cast: Cast) -> None:
    first = secret_of(issue_ticket(cast.head, by=cast.sysadmin))
    second = secret_of(issue_ticket(cast.head, by=cast.sysadmin))
    with pytest.raises(DomainError):
        use_ticket(first, new=FIRST, at=now())
    use_ticket(second, new=FIRST, at=now())


def test_closing_an_account_voids_its_ticket(cast: Cast) -> None:
    secret = secret_of(issue_ticket(cast.head, by=cast.sysadmin))
    disable_person(cast.head, by=cast.sysadmin)
    with pytest.raises(DomainError):
        use_ticket(secret, new=FIRST, at=now())


def test_a_reset_leaves_the_old_password_good_until_it_is_used_and_then_ends_a_lock(
    cast: Cast,
) -> None:
    user = owner(cast.head)
    secret = secret_of(issue_ticket(user, by=cast.sysadmin))
    assert sign_in_with_password("head", FIRST, address=HERE, at=now()) == user
    for _ in range(5):
        with pytest.raises(SignInRefusedError):
            sign_in_with_password("head", "Wrong-Kite-47", address=HERE, at=now())
    use_ticket(secret, new=SERIES[0], at=now())
    assert attempts.account_locked_until(user, at=now()) is None
    with pytest.raises(SignInRefusedError):
        sign_in_with_password("head", FIRST, address=HERE, at=now())


@pytest.mark.parametrize("who", ["head", "secadmin", "auditor", "leader", "clerk"])
def test_only_the_system_administrator_sends_a_ticket(cast: Cast, who: str) -> None:
    with pytest.raises(DomainError, match="系统管理员"):
        issue_ticket(cast.liaison, by=cast.named(who))


def test_nobody_without_an_address_or_with_a_closed_account_gets_one(cast: Cast) -> None:
    User.objects.filter(pk=cast.head.pk).update(email="")
    with pytest.raises(DomainError, match="没有登记邮箱"):
        issue_ticket(cast.head, by=cast.sysadmin)
    disable_person(cast.liaison, by=cast.sysadmin)
    with pytest.raises(DomainError, match="已停用"):
        issue_ticket(cast.liaison, by=cast.sysadmin)


def test_who_enters_an_address_cannot_at_once_have_a_reset_sent_there(cast: Cast) -> None:
    """Else the system administrator could open the security administrator's account."""
    officer = owner(cast.secadmin)
    edit_contact(officer, name=officer.name, email="mine@example.com", by=cast.sysadmin)
    with pytest.raises(DomainError, match="刚修改过"):
        issue_ticket(officer, by=cast.sysadmin)
    User.objects.filter(pk=officer.pk).update(email_set_at=now() - SETTLING)
    issue_ticket(officer, by=cast.sysadmin)


def test_a_new_person_s_address_may_be_corrected_before_the_first_password(cast: Cast) -> None:
    edit_contact(cast.clerk, name="科员", email="right@example.com", by=cast.sysadmin)
    assert issue_ticket(cast.clerk, by=cast.sysadmin).address == "right@example.com"


def test_a_mail_that_failed_is_tried_again_later(
    cast: Cast, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = issue_ticket(cast.head, by=cast.sysadmin)
    at = now()
    with monkeypatch.context() as patch:
        # A real refusal: nothing listens there.
        patch.setattr(
            "django.core.mail.get_connection",
            lambda **_given: EmailBackend(host="127.0.0.1", port=9, timeout=2),
        )
        assert mail_tickets(at=at) == 0
    ticket.refresh_from_db()
    assert "ConnectionRefused" in ticket.error
    assert mail_tickets(at=at + AGAIN - dt.timedelta(microseconds=1)) == 0
    assert mail_tickets(at=at + AGAIN) == 1
    ticket.refresh_from_db()
    assert ticket.error == ""


def test_of_ten_uses_at_once_one_gets_through(transactional_db: None) -> None:
    cast = build_cast()
    secret = secret_of(issue_ticket(cast.head, by=cast.sysadmin))

    def use(number: int) -> bool:
        try:
            use_ticket(secret, new=f"Blue-Kite-{number}x", at=now())
        except DomainError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(max_workers=10) as pool:
        assert sum(pool.map(use, range(10))) == 1
    assert AuditEntry.objects.filter(action="password.first").count() == 1


def test_the_page_of_the_link_sets_the_password_and_then_is_gone(
    client: Client, cast: Cast
) -> None:
    secret = secret_of(issue_ticket(cast.head, by=cast.sysadmin))
    address = f"/password/set/{secret}/"
    assert "head" in client.get(address).content.decode()
    weak = client.post(address, {"new_password1": "kite", "new_password2": "kite"})
    assert "只有 4 位" in weak.content.decode()
    done = client.post(address, {"new_password1": FIRST, "new_password2": FIRST}, follow=True)
    assert "密码已设置" in done.content.decode()
    assert client.get(address).status_code == 404
    client.post("/login/", {"username": "head", "password": FIRST})
    assert client.get("/").status_code == 200


def test_whoever_has_a_password_that_is_due_gets_nothing_else(client: Client, cast: Cast) -> None:
    user = owner(cast.head)
    User.objects.filter(pk=user.pk).update(password_set_at=now() - dt.timedelta(days=90))
    client.post("/login/", {"username": "head", "password": FIRST})
    assert client.get("/tasks/")["Location"] == "/password/"
    assert client.get("/", headers={"HX-Request": "true"})["HX-Redirect"] == "/password/"
    refused = client.get("/api/v1/tasks/")
    assert (refused.status_code, refused.json()["code"]) == (403, "password_due")
    page = client.get("/password/").content.decode()
    assert "满 90 天" in page
    data = {"old_password": FIRST, "new_password1": SERIES[0], "new_password2": SERIES[0]}
    assert client.post("/password/", data)["Location"] == "/"
    assert client.get("/").status_code == 200
    assert client.get("/api/v1/tasks/").status_code == 200


def test_who_has_to_set_a_new_password_may_still_leave(client: Client, cast: Cast) -> None:
    User.objects.filter(pk=cast.head.pk).update(password_set_at=now() - dt.timedelta(days=90))
    client.force_login(cast.head)
    assert client.post("/logout/")["Location"] == "/login/"
