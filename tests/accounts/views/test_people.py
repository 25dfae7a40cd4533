"""The system administrator's pages: what they show, what they do, and who gets none of it."""

import datetime as dt
from collections.abc import Mapping

import pytest
from django.core import mail
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts import clock
from accounts.models import AuditEntry, PasswordTicket, Unit, User
from accounts.services.signing_in import SignInRefusedError, sign_in_with_password
from accounts.services.tickets import mail_tickets
from tests.cast import Cast
from tests.making import issued_task

PASSWORD = "Blue-Kite-47"
OTHERS = ["head", "clerk", "supervisor", "leader", "hr", "discipline", "secadmin", "auditor"]
NEW = {"name": "新科员", "staff_number": "TY-9", "username": "newcomer", "email": "n@example.com"}


@pytest.fixture
def admin(client: Client, cast: Cast) -> Client:
    """The system administrator at the pages."""
    client.force_login(cast.sysadmin)
    return client


def text(client: Client, address: str, data: Mapping[str, object] | None = None) -> str:
    answer = client.get(address) if data is None else client.post(address, data, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def lock(user: User) -> None:
    for _ in range(5):
        with pytest.raises(SignInRefusedError):
            sign_in_with_password(user.username, "wrong", address="10.0.0.1", at=clock.now())


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_finds_these_pages(client: Client, cast: Cast, who: str) -> None:
    client.force_login(cast.named(who))
    assert client.get("/accounts/people/").status_code == 403
    assert client.get("/accounts/people/new/").status_code == 403
    assert client.post("/accounts/people/new/", NEW).status_code == 403
    one = f"/accounts/people/{cast.head.pk}/"
    for page in ("", "edit/", "move/"):
        assert client.get(one + page).status_code == 404
    for act in ("edit/", "move/", "disable/", "enable/", "unlock/", "ticket/"):
        assert client.post(one + act).status_code == 404
    assert not AuditEntry.objects.exclude(action="sign_in.open").exists()


def test_everybody_is_listed_with_where_they_stand(admin: Client, cast: Cast) -> None:
    cast.clerk.is_active = False
    cast.clerk.save()
    lock(cast.head)
    page = text(admin, "/accounts/people/")
    assert "大气环境科科长" in page
    assert "已停用" in page
    assert "登录锁定" in page


@pytest.mark.parametrize(
    ("query", "found", "missing"),
    [
        ("q=水生态", "水生态环境科科长", "大气环境科科长"),
        ("q=大气 联络", "大气环境科联络员", "大气环境科科长"),
        ("q=TY-head", "大气环境科科长", "大气环境科联络员"),
        ("state=closed", "没有符合条件的人员", "大气环境科科长"),
        ("state=open", "大气环境科科长", "没有符合条件的人员"),
    ],
)
def test_people_are_found(admin: Client, query: str, found: str, missing: str) -> None:
    rows = admin.get(f"/accounts/people/?{query}", headers={"HX-Request": "true"})
    page = rows.content.decode()
    assert "<html" not in page
    assert found in page
    assert f">{missing}<" not in page


def test_the_list_asks_as_much_for_many_people_as_for_few(
    admin: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(8) as few:
        admin.get("/accounts/people/?q=TY-head", headers={"HX-Request": "true"})
    with django_assert_num_queries(len(few)):
        admin.get("/accounts/people/", headers={"HX-Request": "true"})


def test_the_machine_s_own_account_is_nobody_s_to_manage(admin: Client, cast: Cast) -> None:
    machine = User.objects.create(
        username="_machine", staff_number="M", name="系统导入", unit=cast.bureau
    )
    assert "系统导入" not in text(admin, "/accounts/people/")
    assert admin.get(f"/accounts/people/{machine.pk}/").status_code == 404


def test_a_registered_person_is_sent_the_mail_and_nobody_sees_what_it_holds(
    admin: Client, cast: Cast
) -> None:
    page = text(admin, "/accounts/people/new/", {**NEW, "unit": cast.air.pk})
    assert "设置密码的邮件将在一分钟内发往本人邮箱" in page
    assert mail_tickets(at=clock.now()) == 1
    assert mail.outbox[0].to == ["n@example.com"]
    person = User.objects.get(username="newcomer")
    assert not person.has_usable_password()
    assert "已发送" in text(admin, f"/accounts/people/{person.pk}/")
    assert PasswordTicket.objects.get().nonce not in text(admin, f"/accounts/people/{person.pk}/")


def test_without_an_address_the_page_says_what_is_missing(admin: Client, cast: Cast) -> None:
    page = text(admin, "/accounts/people/new/", {**NEW, "email": "", "unit": cast.air.pk})
    assert "没有登记邮箱" in page
    assert "发送设置密码邮件" not in page


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"username": "head"}, "登录名“head”已使用过"),
        ({"username": "_machine2"}, "不能以“_”开头"),
        ({"staff_number": "TY-head"}, "工号“TY-head”已登记给大气环境科科长"),
        ({"name": ""}, "errorlist"),
        ({"email": "nonsense"}, "errorlist"),
    ],
)
def test_what_cannot_be_registered_is_said_at_its_field(
    admin: Client, cast: Cast, change: dict[str, str], sentence: str
) -> None:
    before = User.objects.count()
    page = text(admin, "/accounts/people/new/", {**NEW, "unit": cast.air.pk, **change})
    assert sentence in page
    assert User.objects.count() == before


def test_closing_an_account_ends_its_sessions_and_can_be_taken_back(
    admin: Client, cast: Cast
) -> None:
    other = Client()
    other.force_login(cast.head)
    one = f"/accounts/people/{cast.head.pk}/"
    page = text(admin, f"{one}disable/", {})
    assert "已停用大气环境科科长的账号" in page
    assert f'action="{one}enable/"' in page
    assert other.get("/").status_code == 302
    assert "已启用" in text(admin, f"{one}enable/", {})
    # The account is open again, what was ended stays ended.
    assert other.get("/").status_code == 302


def test_nobody_closes_their_own_account(admin: Client, cast: Cast) -> None:
    page = text(admin, f"/accounts/people/{cast.sysadmin.pk}/disable/", {})
    assert "不能停用本人的账号" in page
    cast.sysadmin.refresh_from_db()
    assert cast.sysadmin.is_active


def test_a_person_moves_to_another_unit_that_still_exists(admin: Client, cast: Cast) -> None:
    one = f"/accounts/people/{cast.clerk.pk}/"
    Unit.objects.filter(pk=cast.branch_unit.pk).update(closed_on=dt.date(2024, 1, 1))
    assert "小店分局" not in text(admin, f"{one}move/")
    assert "errorlist" in text(admin, f"{one}move/", {"unit": cast.branch_unit.pk})
    assert "已调至水生态环境科" in text(admin, f"{one}move/", {"unit": cast.water.pk})
    cast.clerk.refresh_from_db()
    assert cast.clerk.unit == cast.water


def test_a_changed_address_is_recorded_without_the_address(admin: Client, cast: Cast) -> None:
    data = {"name": "大气环境科科长", "email": "new@example.com"}
    assert "已保存" in text(admin, f"/accounts/people/{cast.head.pk}/edit/", data)
    entry = AuditEntry.objects.get(action="person.contact")
    assert entry.data == {"fields": ["email"]}
    assert "new@example.com" not in str(list(AuditEntry.objects.values()))


def test_a_locked_account_is_unlocked_by_hand(admin: Client, cast: Cast) -> None:
    cast.head.set_password(PASSWORD)
    cast.head.save()
    one = f"/accounts/people/{cast.head.pk}/"
    assert "解除锁定" not in text(admin, one)
    lock(cast.head)
    assert "暂停登录至" in text(admin, one)
    assert "已解除" in text(admin, f"{one}unlock/", {})
    assert sign_in_with_password("head", PASSWORD, address="10.0.0.1", at=clock.now()) == cast.head
    assert "没有锁定" in text(admin, f"{one}unlock/", {})


def test_the_buttons_are_what_the_account_takes(admin: Client, cast: Cast) -> None:
    page = text(admin, f"/accounts/people/{cast.sysadmin.pk}/")
    assert "停用账号" not in page
    cast.clerk.is_active = False
    cast.clerk.save()
    page = text(admin, f"/accounts/people/{cast.clerk.pk}/")
    assert "启用账号" in page
    assert "发送设置密码邮件" not in page


def test_the_system_administrator_sees_no_business_data(admin: Client, cast: Cast) -> None:
    task = issued_task(cast)
    assert task.title not in text(admin, "/tasks/")
    assert admin.get(f"/tasks/{task.pk}/").status_code == 404
    assert "任务清单" not in text(admin, "/accounts/people/")
