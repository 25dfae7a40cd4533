"""HR's page, referrals, rankings, one unit explained, and one's own findings."""

import datetime as dt
import io

import openpyxl
import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from reports.choices import FindingKind
from reports.models import Determination, Exclusion
from reports.services.proposals import confirm_proposal
from tests.cast import Cast
from tests.making import issued_task
from tests.reports.making import (
    LAGGING,
    excluded_unit,
    held_interview,
    in_force,
    late_task,
    only_proposal,
    quiet_task,
    run,
)
from tests.reports.views.conftest import PageOf

EXCLUSIONS = "/exclusions/"


def referred(cast: Cast) -> Exclusion:
    in_force()
    excluded_unit(cast)
    held_interview(cast, cast.water, dt.date(2023, 6, 5))
    run(LAGGING)
    proposal = only_proposal(kind=FindingKind.DISCIPLINE_REFERRAL)
    return confirm_proposal(proposal, on=LAGGING, by=cast.leader, reason="移送").exclusion


def test_hr_sees_the_list_and_takes_the_workbook(cast: Cast, as_person: PageOf) -> None:
    referral = referred(cast)
    hr = as_person(cast.hr)
    page = hr.get(EXCLUSIONS).content.decode()
    assert "取消2023年度考核评优资格" in page
    assert referral.number not in page
    assert "须由局领导授权" in page
    answer = hr.post(reverse("reports:download"), {"year": 2023, "as_of": "2023-07-30"})
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer.headers["Cache-Control"] == "no-store"
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    assert (sheet.max_row, sheet.max_column) == (4, 7)
    assert AuditEntry.objects.filter(action="exclusions.export", actor=cast.hr).count() == 1


def test_the_list_is_narrowed_and_as_it_stood_on_a_day(cast: Cast, as_person: PageOf) -> None:
    in_force()
    number = excluded_unit(cast).number
    hr = as_person(cast.hr)
    shown = {
        query: number in hr.get(f"{EXCLUSIONS}?{query}").content.decode()
        for query in (
            "",
            "year=2023",
            "year=2022",
            "as_of=2023-07-29",
            "kind=veto",
            "kind=excellence_cancelled",
            "q=水生态",
            "q=大气",
            "year=abc",
        )
    }
    assert [query for query, found in shown.items() if not found] == [
        "year=2022",
        "as_of=2023-07-29",
        "kind=veto",
        "q=大气",
    ]
    fragment = hr.get(EXCLUSIONS, headers={"HX-Request": "true"}).content.decode()
    assert number in fragment
    assert "<html" not in fragment


@pytest.mark.parametrize(
    "name", ["head", "water_head", "supervisor", "discipline", "clerk", "sysadmin", "auditor"]
)
def test_hrs_page_and_files_are_for_hr_and_leaders(
    cast: Cast, as_person: PageOf, name: str
) -> None:
    client = as_person(cast.named(name))
    given = {"year": 2023, "as_of": "2023-07-30"}
    assert client.get(EXCLUSIONS).status_code == 403
    assert client.post(reverse("reports:download"), given).status_code == 403
    assert client.post(reverse("reports:download-dossiers"), given).status_code == 403


def test_a_bad_download_is_refused_with_a_sentence(cast: Cast, as_person: PageOf) -> None:
    hr = as_person(cast.hr)
    given = {"year": 2024, "as_of": "2023-07-30"}
    page = hr.post(reverse("reports:download"), given, follow=True).content.decode()
    assert "晚于截止日期" in page
    answer = hr.post(reverse("reports:download"), {"year": "x"}, follow=True)
    assert answer.status_code == 200
    assert hr.get(reverse("reports:download")).status_code == 405


def test_dossiers_are_taken_after_a_leader_granted_them(cast: Cast, as_person: PageOf) -> None:
    in_force()
    excluded_unit(cast)
    given = {"year": 2023, "as_of": "2023-07-30"}
    hr, leader = as_person(cast.hr), as_person(cast.leader)
    assert hr.post(reverse("reports:download-dossiers"), given).status_code == 403
    leave = {"user": cast.hr.pk, "year": 2023, "until": "2023-08-30", "reason": "年度考核"}
    assert hr.post(reverse("reports:grant"), leave).status_code == 403
    assert "授权调阅佐证卷宗" in leader.get(EXCLUSIONS).content.decode()
    leader.post(reverse("reports:grant"), {**leave, "reason": ""})
    assert "下载佐证卷宗" not in hr.get(EXCLUSIONS).content.decode()
    leader.post(reverse("reports:grant"), leave)
    assert "下载佐证卷宗" in hr.get(EXCLUSIONS).content.decode()
    answer = hr.post(reverse("reports:download-dossiers"), given)
    assert answer.content.startswith(b"PK")


@pytest.mark.parametrize(
    ("name", "status"),
    [("leader", 200), ("hr", 403), ("supervisor", 403), ("water_head", 403), ("head", 404)],
)
def test_an_exclusion_is_withdrawn_by_who_may(
    cast: Cast, as_person: PageOf, name: str, status: int
) -> None:
    in_force()
    address = reverse("reports:exclusion", args=[excluded_unit(cast).pk])
    client = as_person(cast.named(name))
    assert client.get(address).status_code == status
    if status != 200:
        assert client.post(address, {"reason": "撤"}).status_code == status
        assert Exclusion.objects.get().withdrawn_on is None


def test_referrals_and_their_files_are_for_leaders_and_discipline(
    cast: Cast, as_person: PageOf
) -> None:
    referral = referred(cast)
    file = reverse("reports:referral-file", args=[referral.pk])
    for name in ("leader", "discipline"):
        client = as_person(cast.named(name))
        assert referral.number in client.get("/referrals/").content.decode()
        assert client.post(file).content.startswith(b"PK")
    for name in ("supervisor", "hr", "water_head", "head", "secadmin"):
        client = as_person(cast.named(name))
        assert client.get("/referrals/").status_code == 403
        assert client.post(file).status_code == 404
    excellence = Exclusion.objects.get(kind=FindingKind.EXCELLENCE_CANCELLED)
    other = reverse("reports:referral-file", args=[excellence.pk])
    assert as_person(cast.leader).post(other).status_code == 404


def test_rankings_show_a_head_the_own_units_alone(cast: Cast, as_person: PageOf) -> None:
    in_force()
    late_task(cast)
    issued_task(cast, code="S1", leads=(cast.water,))
    whole = as_person(cast.leader).get("/rankings/").content.decode()
    assert "大气环境科" in whole
    assert "水生态环境科" in whole
    own = as_person(cast.head).get("/rankings/").content.decode()
    assert "大气环境科" in own
    assert "水生态环境科" not in own
    assert as_person(cast.auditor).get("/rankings/").status_code == 403


@pytest.mark.parametrize(
    ("day", "provisional"), [(dt.date(2023, 7, 5), True), (dt.date(2023, 7, 6), False)]
)
def test_a_month_is_provisional_through_its_third_working_day(
    cast: Cast, as_person: PageOf, set_clock: object, day: dt.date, provisional: bool
) -> None:
    in_force()
    late_task(cast)
    client = as_person(cast.leader)
    set_clock(day)  # type: ignore[operator]
    assert ("暂定，2023-07-05" in client.get("/rankings/").content.decode()) is provisional


def test_a_unit_is_explained_to_who_may_see_it(cast: Cast, as_person: PageOf) -> None:
    in_force()
    late_task(cast)
    held_interview(cast, cast.air, dt.date(2023, 3, 1))
    address = reverse("reports:unit", args=["DQK"])
    page = as_person(cast.head).get(address).content.decode()
    for part in ("再被约谈一次将失去评优资格", "任务 T1 逾期 30 天", "2023-06", "第 1 / 1"):
        assert part in page, part
    assert as_person(cast.water_head).get(address).status_code == 404
    assert as_person(cast.sysadmin).get(address).status_code == 404
    assert as_person(cast.leader).get(address, {"year": "2022"}).status_code == 200


def test_people_see_their_own_findings_and_nobody_elses(cast: Cast, as_person: PageOf) -> None:
    referred(cast)
    late_task(cast, code="T-1")
    run(LAGGING)
    pages = {
        name: as_person(cast.named(name)).get(reverse("reports:mine")).content.decode()
        for name in ("head", "water_head", "clerk", "auditor")
    }
    assert "任务 T-1 逾期 30 天" in pages["head"]
    assert "水生态环境科" not in pages["head"]
    assert "年度内被约谈 3 次" in pages["water_head"]
    assert "T-1" not in pages["water_head"]
    # What became of a referral is sealed from its subject.
    assert "并环移" not in pages["water_head"]
    assert "已作出决定" in pages["water_head"]
    for name in ("clerk", "auditor"):
        assert "没有判定结果" in pages[name]
        assert "T-1" not in pages[name]


def test_a_leader_determines_from_the_task(cast: Cast, as_person: PageOf) -> None:
    task = quiet_task(cast)
    address = reverse("reports:determine", args=[task.pk])
    assert as_person(cast.supervisor).get(address).status_code == 403
    assert as_person(cast.water_head).get(address).status_code == 404
    leader = as_person(cast.leader)
    assert leader.get(address).status_code == 200
    leader.post(address, {"reason": "影响全市大局"})
    assert Determination.objects.get().task == task
