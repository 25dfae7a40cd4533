"""A bureau for the permission table: everything that has an address, once in the unit of the
people asked (`own`) and once in a unit that none of them has to do with (`other`)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from accounts import clock
from accounts.choices import Role
from accounts.models import AuditEntry, Delegation, RoleGrant, Unit, User
from accounts.services.tickets import issue_ticket, secret_of
from reports.choices import FindingKind
from reports.models import Interview, Proposal
from reports.services.evaluations import evaluate, freeze_evaluation
from reports.services.interviews import approve_interview, propose_interview
from reports.services.proposals import confirm_proposal
from tasks.models import (
    Battle,
    Campaign,
    CustomColumn,
    InboxMessage,
    Indicator,
    LedgerImport,
    LedgerTemplate,
    LookBack,
    Plan,
    ProgressReport,
    SiteCheck,
    Stage,
    SubstituteVerifier,
    Task,
)
from tasks.reminders.delivery import deliver_reminders
from tasks.reminders.planning import plan_reminders
from tasks.services.approving import submit_approval
from tasks.services.closing import submit_closure, verify_closure
from tasks.services.exporting.choosing import Choice
from tasks.services.exporting.requests import ask_export, run_export
from tasks.services.extensions import request_extension
from tasks.services.imports.confirming import prepare
from tasks.services.imports.uploading import upload_ledger
from tasks.services.indicators import record_reading
from tasks.services.issuing import add_result
from tasks.services.pausing import suspend_task
from tasks.services.progress import submit_report
from tasks.services.refusing import refuse_duty
from tasks.services.sampling import draw_reports
from tasks.services.site_checks import record_site_check
from tasks.services.transfer import transfer
from tests.cast import SINCE, Cast
from tests.making import DEADLINE, draft_task, issued_task
from tests.reports.making import LAGGING, held_interview, in_force, run, slip_on

# The day every request of the table is made on.
ON = LAGGING
FUTURE = dt.date(2023, 12, 31)
# Stands in the wording of everything of a side, so that a page that shows it can be told.
MARKS = {"own": "甲事项-7QX2", "other": "乙事项-9WZ4"}

# The people of the cast who are asked, and those whose role holds on the `own` unit alone.
_CAST = (
    "clerk",
    "head",
    "liaison",
    "supervisor",
    "leader",
    "hr",
    "discipline",
    "sysadmin",
    "secadmin",
    "auditor",
)
_AREA = {
    "area_supervisor": (Role.SUPERVISOR, "inspection"),
    "area_leader": (Role.LEADER, "bureau"),
    "area_hr": (Role.HR, "personnel"),
    "area_discipline": (Role.DISCIPLINE, "inspection"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The people by role, and the ids and codes that addresses name, by side."""

    people: Mapping[str, User]
    things: Mapping[str, Mapping[str, int | str]]


def build_world(cast: Cast) -> World:
    """Create it all through the services, as the whole bureau's supervisor and leader."""
    policy = in_force()
    campaign = Campaign.objects.create(code="DQ", name="空气质量巩固提升")
    parts = _parts(campaign, cast)
    people = {name: cast.named(name) for name in _CAST}
    for name, (role, place) in _AREA.items():
        people[name] = _person(cast, name, role, getattr(cast, place))
    things = {
        side: _side(cast, side, unit, head)
        for side, unit, head in (
            ("own", cast.air, cast.head),
            ("other", cast.branch_unit, cast.branch),
        )
    }
    run(LAGGING)
    for side, unit in (("own", cast.air), ("other", cast.branch_unit)):
        things[side] |= _outcomes(cast, unit)
    run(LAGGING)
    for side, unit in (("own", cast.air), ("other", cast.branch_unit)):
        waiting = Proposal.objects.waiting().filter(unit=unit, kind=FindingKind.INTERVIEW)
        things[side]["proposal"] = waiting.order_by("pk")[0].pk
    evaluation = freeze_evaluation(evaluate(as_of=LAGGING, year=2023), by=None)
    # Something that needs not be opened, so that there is something to draw.
    quiet = issued_task(cast, code="quiet", title="常规事项", leads=(cast.water,), deadline=FUTURE)
    submit_report(quiet, on=ON, percent=5, text="常规", by=cast.water_head)
    draw = draw_reports(on=ON, by=cast.supervisor)
    plan_reminders(on=DEADLINE)
    deliver_reminders()
    preview = _preview(cast)
    ticket = secret_of(issue_ticket(cast.clerk, by=cast.sysadmin))
    for side, head in (("own", cast.head), ("other", cast.branch)):
        things[side] |= {
            "ticket": ticket,
            "message": InboxMessage.objects.filter(recipient=head).order_by("pk")[0].pk,
            "campaign": campaign.pk,
            **parts,
            "evaluation": evaluation.pk,
            "policy": policy.pk,
            "entry": AuditEntry.objects.order_by("seq")[0].seq,
            "draw": draw.pk,
            "import": preview.pk,
            "import_digest": preview.digest,
        }
    return World(people=people, things=things)


def _person(cast: Cast, name: str, role: Role, unit: Unit) -> User:
    user = User(username=name, staff_number=f"TY-{name}", name=name, unit=unit)
    user.set_unusable_password()
    user.save()
    RoleGrant.objects.create(user=user, role=role, unit=cast.air, since=SINCE)
    return user


def _side(cast: Cast, side: str, unit: Unit, head: User) -> dict[str, int | str]:
    """Create one unit's tasks in every state and what hangs on them; return their ids."""
    mark = MARKS[side]
    deputy = _deputy(side, unit)

    def issued(name: str, **terms: object) -> Task:
        title = f"{mark}{name}"
        given = {"code": f"{mark}-{name}", "title": title, "leads": (unit,), **terms}
        return issued_task(cast, measures=((unit, FUTURE),), **given)  # type: ignore[arg-type]

    draft = draft_task(cast, code=f"{mark}-draft", title=f"{mark}草稿", leads=(unit,))
    strict, _made = Plan.objects.get_or_create(
        code="LX", defaults={"name": "立项计划", "year": 2023, "needs_approval": True}
    )
    planned, handed_in = (
        draft_task(cast, code=f"{mark}-{name}", title=f"{mark}{name}", leads=(unit,), plan=strict)
        for name in ("planned", "handed-in")
    )
    approval = submit_approval(handed_in, on=ON, by=cast.second_supervisor, note=mark)
    opened = issued("open", deadline=FUTURE)
    # Every part of the workflow waits on a task of its own, so no row of the table needs another.
    fresh_duty = issued("fresh", deadline=FUTURE, on=ON).responsibilities.get()
    refused = issued("refused", deadline=FUTURE, on=ON).responsibilities.get()
    refusal = refuse_duty(refused, reason=mark, on=ON, by=head)
    report = submit_report(
        opened,
        on=ON,
        percent=90,
        text=mark,
        by=head,
        evidence=[SimpleUploadedFile(f"{mark}.pdf", b"%PDF-1.7 " + mark.encode())],
    )
    pending = issued("pending", deadline=FUTURE)
    closure = submit_closure(pending, on=ON, text=mark, by=head)
    completed = issued("completed", deadline=FUTURE)
    done = submit_closure(completed, on=ON, text=mark, by=head)
    verify_closure(done, on=ON, by=cast.supervisor)
    suspended = suspend_task(
        issued("suspended", deadline=FUTURE), reason=mark, on=ON, by=cast.supervisor
    )
    asking = issued("asking", deadline=FUTURE)
    extension = request_extension(asking, to=dt.date(2024, 3, 1), reason=mark, on=ON, by=head)
    late = issued("late", deadline=DEADLINE)
    submit_report(late, on=dt.date(2023, 1, 20), percent=99, text=mark, by=head)
    slip = slip_on(late, cast, unit=unit, requirement=mark)
    undelivered = slip_on(opened, cast, unit=unit, delivered=False, requirement=mark)
    signing = issued("signing", deadline=FUTURE, campaign=_countersigned())
    Task.objects.filter(pk=signing.pk).update(leader=cast.leader)
    submit_report(signing, on=ON, percent=10, text=mark, by=head)
    result = add_result(draft, expected=mark, on=ON, by=cast.supervisor)
    issued("passing", deadline=FUTURE, responsible=deputy)
    passed = transfer(deputy, to=head, unit=unit, on=ON, reason="岗位调整", by=head)
    return {
        "handover": passed.seq,
        "grant": head.grants.get().pk,
        "post": head.posts.get().pk,
        "delegation": Delegation.objects.create(
            person=head,
            substitute=deputy,
            since=FUTURE,
            until=FUTURE,
            reason="年休假",
            given_by=head,
        ).pk,
        "unit": unit.code,
        "unit_id": unit.pk,
        "person": head.pk,
        "export": run_export(ask_export(Choice(), on=ON, by=head)).pk,
        "export_template": LedgerTemplate.objects.create(
            # Offered to the whole bureau, so it bears the mark of neither side.
            body=f"发文机关{unit.code}",
            name="模板.xlsx",
            file=SimpleUploadedFile(f"{unit.code}.xlsx", b"PK"),
            sha256="0" * 64,
            uploaded_by=cast.supervisor,
            uploaded_at=clock.now(),
        ).pk,
        "staff_number": deputy.staff_number,
        "deputy": deputy.pk,
        "overseer": cast.supervisor.pk,
        "draft": draft.pk,
        "planned": planned.pk,
        "fresh_duty": fresh_duty.pk,
        "refusal": refusal.pk,
        "approval": approval.pk,
        "plan": strict.code,
        "plan_id": strict.pk,
        "open": opened.pk,
        "pending": pending.pk,
        "completed": completed.pk,
        "suspended": suspended.pk,
        "late": late.pk,
        "duty": opened.responsibilities.get().pk,
        "measure": opened.measures.get().pk,
        "result": result.pk,
        "report": report.pk,
        "evidence": report.evidence.get().pk,
        "closure": closure.pk,
        "extension": extension.pk,
        "slip": slip.pk,
        "undelivered": undelivered.pk,
        "countersignature": signing.countersignatures.get().pk,
        "look_back": LookBack.objects.create(task=completed, due_on=FUTURE).pk,
        "site_check": _site_check(report, mark, cast).pk,
        # Where supervisors remain none may be named; the row is what its address needs.
        "substitute": SubstituteVerifier.objects.create(
            unit=unit, person=cast.clerk, since=FUTURE, until=FUTURE, reason=mark, by=cast.leader
        ).pk,
    }


def _outcomes(cast: Cast, unit: Unit) -> dict[str, int | str]:
    """Interview the unit three times, and decide what follows; return the ids."""
    for month in (3, 4, 5):
        held_interview(cast, unit, dt.date(2023, month, 15))
    run(LAGGING)
    decided = {
        kind: confirm_proposal(
            Proposal.objects.waiting().get(unit=unit, kind=kind),
            on=LAGGING,
            by=cast.leader,
            reason="情况属实",
        ).exclusion.pk
        for kind in (FindingKind.EXCELLENCE_CANCELLED, FindingKind.DISCIPLINE_REFERRAL)
    }
    held: Interview = Interview.objects.filter(unit=unit).order_by("pk")[0]
    proposed = propose_interview(unit, cause="落实不力", tasks=(), on=ON, by=cast.supervisor)
    scheduled = propose_interview(unit, cause="进度滞后", tasks=(), on=ON, by=cast.supervisor)
    approve_interview(scheduled, scheduled_on=dt.date(2023, 8, 15), on=ON, by=cast.leader)
    return {
        "held": held.pk,
        "interview": proposed.pk,
        "scheduled": scheduled.pk,
        "exclusion": decided[FindingKind.EXCELLENCE_CANCELLED],
        "referral": decided[FindingKind.DISCIPLINE_REFERRAL],
    }


def _preview(cast: Cast) -> LedgerImport:
    """Upload a ledger of one task and read it."""
    book = Workbook()
    for row in (
        ("序号", "任务名称", "牵头单位", "完成时限"),
        (1, "导入事项", "大气环境科", "2023年底前"),
    ):
        book.worksheets[0].append(list(row))
    stream = BytesIO()
    book.save(stream)
    upload = SimpleUploadedFile("台账.xlsx", stream.getvalue())
    return prepare(upload_ledger(upload, {}, on=ON, by=cast.supervisor))


def _parts(campaign: Campaign, cast: Cast) -> dict[str, int | str]:
    """Create a part of each kind of the campaign, and a reading; return their ids."""
    values = {"starts_on": dt.date(2023, 1, 1), "ends_on": FUTURE}
    indicator = Indicator.objects.create(
        campaign=campaign, name="优良天数比例", direction="up", target=80, **values
    )
    retired = Battle.objects.create(campaign=campaign, code="DQ-X", name="停用的", closed_on=ON)
    reading = record_reading(
        indicator, value="70", on=ON, source="月报", today=ON, by=cast.supervisor
    )
    column = CustomColumn.objects.create(campaign=campaign, key="money", label="投资")
    return {
        "battle": Battle.objects.create(campaign=campaign, code="DQ-1", name="PM10攻坚战").pk,
        "retired": retired.pk,
        "stage": Stage.objects.create(campaign=campaign, seq=1, name="部署", **values).pk,
        "column": column.pk,
        "indicator": indicator.pk,
        "reading": reading.pk,
    }


def _countersigned() -> Campaign:
    """Return the campaign that asks for countersigning."""
    values = {"name": "审签行动", "countersigned": True}
    return Campaign.objects.get_or_create(code="SQ", defaults=values)[0]


def _site_check(report: ProgressReport, mark: str, cast: Cast) -> SiteCheck:
    return record_site_check(
        report,
        visited=ON,
        place=mark,
        people=mark,
        found=mark,
        true=True,
        on=ON,
        by=cast.supervisor,
    )


def _deputy(side: str, unit: Unit) -> User:
    """Create somebody in the unit to hand a task over to."""
    user = User(username=f"deputy-{side}", staff_number=f"TY-{side}", name="副科长", unit=unit)
    user.set_unusable_password()
    user.save()
    return user
