"""The first officers of a new installation, registered at the machine."""

import io
import json

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from accounts import clock
from accounts.choices import Role
from accounts.models import AuditEntry, Unit, User
from accounts.scopes import roles_of
from accounts.services.tickets import mail_tickets
from tests.cast import Cast


def register(role: str, username: str) -> tuple[dict[str, object], int]:
    """Run the command; return its JSON and its exit status."""
    out, status = io.StringIO(), 0
    person = ["--staff-number", username, "--name", username, "--email", f"{username}@example.com"]
    try:
        call_command("register_officer", role, username, *person, "--format", "json", stdout=out)
    except SystemExit as end:
        status = int(end.code or 0)
    return json.loads(out.getvalue()), status


def test_an_empty_installation_gets_its_units_and_its_three_officers(db: None) -> None:
    for role in ("sysadmin", "secadmin", "auditor"):
        assert register(role, f"first-{role}") == (
            {"username": f"first-{role}", "role": role},
            0,
        )
    assert Unit.objects.exists()
    user = User.objects.get(username="first-sysadmin")
    assert roles_of(user, on=clock.today()) == {Role.SYSADMIN}
    assert not user.has_usable_password()
    assert mail_tickets(at=clock.now()) == 3
    assert mail.outbox[0].to == ["first-sysadmin@example.com"]


def test_a_role_that_is_held_is_granted_on_the_pages(cast: Cast) -> None:
    answer, status = register("sysadmin", "second")
    assert status == 1
    assert "officer_exists" in str(answer)
    assert "系统管理员" in str(answer)
    assert not User.objects.filter(username="second").exists()
    assert not AuditEntry.objects.exists()


def test_other_roles_are_wrong_usage(cast: Cast) -> None:
    with pytest.raises(CommandError):
        register("leader", "second")
