"""Dangerous acts ask for the password again: by page and by REST, each of them, losing nothing."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pyotp
import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from rest_framework.test import APIClient

from accounts import clock
from accounts.models import AuditEntry, SecondFactor, User
from accounts.sealing import unseal
from accounts.services import second_factor
from accounts.services.tokens import issue_token
from reports.choices import FindingKind, InterviewState, ProposalState
from reports.models import Exclusion, Interview
from reports.services.exclusions import grant_dossiers
from reports.services.proposals import confirm_proposal
from tests.cast import Cast
from tests.making import SetClock, set_clock
from tests.reports.making import (
    LAGGING,
    excluded_unit,
    held_interview,
    in_force,
    late_task,
    only_proposal,
    run,
)
from tests.signing import age, sign_in

__all__ = ["set_clock"]

PASSWORD = "Right-Password-2023"
TEN_MINUTES, TICK = dt.timedelta(minutes=10), dt.timedelta.resolution

# Addresses behind the question, by name. Whoever adds a page that adopts a policy, confirms a
# finding, exports persons or changes roles and second factors adds it here.
DANGEROUS = {
    "confirm",
    "download",
    "download-dossiers",
    "grant",
    "referral-file",
    "begin_second_factor",
    "renew_recovery_codes",
    "remove_second_factor",
    "reset_second_factor",
    "grant_new",
    "grant_end",
}


@pytest.fixture(autouse=True)
def on_the_thirtieth_day(set_clock: SetClock) -> None:
    set_clock(LAGGING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dangerous:
    """A dangerous act: whose, where, with which fields."""

    user: User
    url: str
    fields: dict[str, str]

    @property
    def entries(self) -> int:
        """How many entries the acts themselves left."""
        acts = ("proposal.confirm", "dossiers.grant")
        exported = AuditEntry.objects.filter(action__contains="export").count()
        return exported + AuditEntry.objects.filter(action__in=acts).count()


def act_named(name: str, cast: Cast) -> Dangerous:
    in_force()
    if name == "confirm":
        late_task(cast)
        run(LAGGING)
        proposal = only_proposal(unit=cast.air)
        url = reverse("reports:confirm", args=[proposal.pk])
        return Dangerous(user=cast.leader, url=url, fields={"reason": "属实", "place": "三楼"})
    excluded_unit(cast)
    year = {"year": "2023", "as_of": LAGGING.isoformat()}
    if name == "download":
        return Dangerous(user=cast.hr, url=reverse("reports:download"), fields=year)
    if name == "grant":
        given = {"user": str(cast.hr.pk), "year": "2023", "until": "2023-08-30", "reason": "核对"}
        return Dangerous(user=cast.leader, url=reverse("reports:grant"), fields=given)
    if name == "download-dossiers":
        grant_dossiers(cast.hr, year=2023, until=LAGGING, reason="核对", on=LAGGING, by=cast.leader)
        return Dangerous(user=cast.hr, url=reverse("reports:download-dossiers"), fields=year)
    held_interview(cast, cast.water, dt.date(2023, 6, 5))
    run(LAGGING)
    referral = only_proposal(kind=FindingKind.DISCIPLINE_REFERRAL)
    confirm_proposal(referral, on=LAGGING, by=cast.leader, reason="移送")
    exclusion = Exclusion.objects.get(kind=FindingKind.DISCIPLINE_REFERRAL)
    url = reverse("reports:referral-file", args=[exclusion.pk])
    return Dangerous(user=cast.discipline, url=url, fields={})


def browser_of(user: User, *, ago: dt.timedelta = TEN_MINUTES) -> Client:
    """Return the browser of a person whose last proof lies so long ago."""
    user.set_password(PASSWORD)
    user.save()
    client = Client()
    age(sign_in(client, user), by=ago)
    return client


def enrol(user: User) -> pyotp.TOTP:
    at = clock.machine_now() - dt.timedelta(minutes=10)
    second_factor.begin_enrolment(user, at=at, by=user)
    secret = unseal(SecondFactor.objects.get(user=user).secret)
    assert secret is not None
    app = pyotp.TOTP(secret)
    second_factor.confirm_enrolment(user, app.at(at), at=at, by=user)
    return app


ACTS = ["confirm", "grant", "download", "download-dossiers", "referral-file"]


@pytest.mark.parametrize("name", ACTS)
def test_a_fresh_sign_in_acts_at_once(cast: Cast, name: str) -> None:
    act = act_named(name, cast)
    before = act.entries
    answer = browser_of(act.user, ago=TEN_MINUTES - TICK).post(act.url, act.fields)
    assert answer.status_code in (200, 302)
    assert "验证身份" not in answer.content.decode(errors="replace")
    assert act.entries == before + 1


@pytest.mark.parametrize("name", ACTS)
def test_a_stale_one_is_asked_first_and_nothing_typed_is_lost(cast: Cast, name: str) -> None:
    act = act_named(name, cast)
    before, client = act.entries, browser_of(act.user)
    page = client.post(act.url, act.fields).content.decode()
    assert "验证身份" in page
    assert act.entries == before
    for field, value in act.fields.items():
        assert f'<input type="hidden" name="{field}" value="{value}">' in page
    assert f'action="{act.url}"' in page
    wrong = client.post(act.url, {**act.fields, "proof-password": "Wrong-Password-2023"})
    assert (wrong.status_code, "密码不正确" in wrong.content.decode()) == (422, True)
    assert all(value in wrong.content.decode() for value in act.fields.values())
    assert "Wrong-Password" not in wrong.content.decode()
    assert act.entries == before
    assert AuditEntry.objects.filter(action="sign_in.failed").count() == 1
    answer = client.post(act.url, {**act.fields, "proof-password": PASSWORD})
    if "download" in name or "file" in name:
        assert "请点击下载" in answer.content.decode()
        assert act.entries == before
        assert client.post(act.url, act.fields).headers["Content-Disposition"]
    assert act.entries == before + 1


def test_what_was_typed_reaches_the_act(cast: Cast) -> None:
    act = act_named("confirm", cast)
    browser_of(act.user).post(act.url, {**act.fields, "proof-password": PASSWORD})
    interview = Interview.objects.get()
    assert (interview.state, interview.place) == (InterviewState.APPROVED, "三楼")


def test_a_refused_form_after_the_question_is_shown_with_its_text(cast: Cast) -> None:
    act = act_named("confirm", cast)
    fields = {**act.fields, "scheduled_on": "2023-08-01", "proof-password": PASSWORD}
    answer = browser_of(act.user).post(act.url, fields)
    assert answer.status_code == 422
    assert "三楼" in answer.content.decode()
    assert "proof-password" not in answer.content.decode()


def test_the_id_rotates_and_ten_minutes_begin(cast: Cast) -> None:
    act = act_named("confirm", cast)
    client = browser_of(act.user)
    before = client.session.session_key
    client.post(act.url, {**act.fields, "proof-password": PASSWORD})
    assert client.session.session_key != before
    assert client.get("/account/").status_code == 200


@pytest.mark.parametrize(
    ("code", "confirmed"), [("right", True), ("wrong", False), ("missing", False)]
)
def test_who_has_a_second_factor_is_asked_for_a_code_too(
    cast: Cast, code: str, confirmed: bool
) -> None:
    act = act_named("confirm", cast)
    app, client = enrol(act.user), browser_of(act.user)
    assert "proof-code" in client.post(act.url, act.fields).content.decode()
    codes = {"right": app.at(clock.machine_now()), "wrong": "zzzzzz", "missing": ""}
    client.post(act.url, {**act.fields, "proof-password": PASSWORD, "proof-code": codes[code]})
    assert (only_proposal(unit=cast.air).state == ProposalState.CONFIRMED) is confirmed


def test_five_wrong_passwords_there_lock_the_account(cast: Cast) -> None:
    act = act_named("confirm", cast)
    client = browser_of(act.user)
    for _try in range(5):
        client.post(act.url, {**act.fields, "proof-password": "Wrong-Password-2023"})
    page = client.post(act.url, {**act.fields, "proof-password": PASSWORD}).content.decode()
    assert "暂停登录" in page
    assert only_proposal(unit=cast.air).state == ProposalState.WAITING


def test_a_page_leads_to_the_question_and_back(cast: Cast) -> None:
    enrol(cast.hr)
    client = browser_of(cast.secadmin)
    url = reverse("reset_second_factor", args=[cast.hr.pk])
    asked = client.get(url).headers["Location"]
    assert asked == f"/reauth/?next={url.replace('/', '%2F')}"
    assert "验证身份" in client.get(asked).content.decode()
    answer = client.post("/reauth/", {"next": url, "proof-password": PASSWORD})
    assert answer.headers["Location"] == url
    assert client.get(url).status_code == 200
    assert client.post(url, {"reason": "手机遗失"}).headers["Location"] == "/second-factors/"
    assert not second_factor.has_second_factor(cast.hr)


def test_the_question_never_leads_to_another_site(cast: Cast) -> None:
    client = browser_of(cast.leader)
    data = {"next": "https://example.com/", "proof-password": PASSWORD}
    assert client.post("/reauth/", data).headers["Location"] == "/account/"


def test_by_rest_a_stale_session_is_refused_and_a_fresh_one_confirms(cast: Cast) -> None:
    act_named("confirm", cast)
    proposal = only_proposal(unit=cast.air)
    url, client = f"/api/v1/proposals/{proposal.pk}/confirm/", APIClient()
    age(sign_in(client, cast.leader), by=TEN_MINUTES)
    answer = client.post(url, {"reason": "属实"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "fresh_sign_in_required")
    assert "/reauth/" in answer.json()["detail"]
    age(sign_in(client, cast.leader), by=TEN_MINUTES - TICK)
    assert client.post(url, {"reason": "属实"}, format="json").status_code == 200


def test_by_rest_no_token_confirms(cast: Cast) -> None:
    act_named("confirm", cast)
    proposal = only_proposal(unit=cast.air)
    _token, secret = issue_token(
        cast.leader, label="脚本", valid_for=dt.timedelta(days=1), writes=True, by=None
    )
    answer = APIClient().post(
        f"/api/v1/proposals/{proposal.pk}/confirm/",
        {"reason": "属实"},
        format="json",
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "fresh_sign_in_required")
    assert "令牌" in answer.json()["detail"]


def test_the_question_stands_before_exactly_the_dangerous_addresses() -> None:
    asked = {
        pattern.name
        for pattern in _patterns(get_resolver())
        if getattr(pattern.callback, "needs_fresh_sign_in", False)
    }
    assert asked == DANGEROUS


def _patterns(resolver: URLResolver) -> list[URLPattern]:
    found: list[Any] = []
    for one in resolver.url_patterns:
        found.extend(_patterns(one) if isinstance(one, URLResolver) else [one])
    return found
