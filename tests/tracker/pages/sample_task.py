"""One sample task as its page and the forms about it show it."""

import datetime as dt
from decimal import Decimal

from tasks.views.pieces import Action
from tasks.views.shapes import (
    Duty,
    Event,
    Figures,
    FileRow,
    MeasureRow,
    ReportRow,
    ResultRow,
    SlipRow,
    TaskHead,
    Waiting,
)
from tests.tracker.pages.samples import REASONS, RED, actions

FIGURES = Figures(
    verified=Decimal("52"),
    verified_on=dt.date(2023, 10, 28),
    claimed=Decimal("72"),
    claimed_on=dt.date(2023, 11, 20),
    planned=Decimal("92.31"),
    planned_on=dt.date(2023, 10, 31),
)

TASK = TaskHead(
    url="/tasks/1/",
    code="2023-001",
    title="九河复流工程协调（第二批）",
    plan="太原市生态环境局2023年重点任务清单",
    lamp=RED,
    reasons=REASONS,
    level="major",
    level_label="重大",
    kind_label="任务",
    type_label="限期完成",
    state="open",
    state_label="办理中",
    unit="清徐分局、水生态环境科",
    start=dt.date(2023, 4, 15),
    original_deadline=dt.date(2023, 9, 30),
    effective_deadline=dt.date(2023, 11, 1),
    deadline_raw="2023年9月底前",
    due_note="逾期 22 天",
    due_colour="red",
    person="清徐分局局长",
    leader="分管水副局长",
    campaign="水环境质量巩固提升攻坚行动",
    source="市生态环境保护委员会办公室文件（并环委办〔2023〕5号）",
    target="汾河太原段国考断面稳定达到Ⅳ类以上水质，九条边山支流复流河段不断流。",
    remark="",
    cycle_label="每月",
    assigned_on=dt.date(2023, 4, 18),
)

WAITING = (
    Waiting(
        what="11 月进展填报待核查",
        who="督察办督办员",
        since=dt.date(2023, 11, 20),
        days=3,
        note="核查前按自报进度计。",
    ),
)

DUTIES = (
    Duty(
        unit="清徐分局",
        unit_url="/units/QX/",
        role_label="牵头单位",
        lead=True,
        person="清徐分局局长",
        liaison="清徐分局联络员",
        duty="统筹复流河段水量调度与沿线排口整治。",
        accepted_on=dt.date(2023, 4, 19),
        accepted_by="清徐分局局长",
    ),
    Duty(
        unit="水生态环境科",
        unit_url="/units/SHK/",
        role_label="牵头单位",
        lead=True,
        accepted_on=dt.date(2023, 4, 20),
    ),
    Duty(unit="市水务局", role_label="配合单位"),
    Duty(unit="小店分局", role_label="配合单位", collective="各分局", unit_url="/units/XD/"),
)

MEASURES = (
    MeasureRow(
        seq=1,
        text="印发工作方案，明确责任分工",
        mark="done",
        mark_label="按期完成",
        owner="水生态环境科",
        deadline=dt.date(2023, 5, 31),
        done_on=dt.date(2023, 5, 29),
    ),
    MeasureRow(
        seq=2,
        text="完成九条边山支流沿线入河排污口排查整治",
        mark="done_late",
        mark_label="迟于节点",
        owner="清徐分局",
        deadline=dt.date(2023, 7, 31),
        done_on=dt.date(2023, 8, 4),
        proof_required="排口台账、整治前后照片",
    ),
    MeasureRow(
        seq=3,
        text="建成复流河段生态补水调度机制",
        mark="late",
        mark_label="逾期",
        owner="清徐分局",
        deadline=dt.date(2023, 9, 15),
        expected_output="补水调度方案 1 份",
        actions=(Action(label="登记完成", url="/tasks/1/", method="post", icon="check"),),
    ),
    MeasureRow(
        seq=4,
        text="开展断面水质加密监测",
        mark="open",
        mark_label="待完成",
        owner="生态环境监测科",
        deadline_raw="长期坚持",
    ),
)

RESULTS = (
    ResultRow(
        expected="国考断面水质稳定达到Ⅳ类以上",
        achieved="1—10 月均值Ⅳ类",
        achieved_on=dt.date(2023, 10, 31),
    ),
    ResultRow(expected="复流河段长度不少于 60 公里"),
)

FILES = (
    FileRow(name="工作方案（印发稿）.docx", url="/f/1", size=47_104, on=dt.date(2023, 11, 20)),
    FileRow(
        name="入河排污口排查整治台账（截至10月底，含整治前后照片）.xlsx",
        url="/f/2",
        size=2_131_072,
        on=dt.date(2023, 11, 20),
        hint="另一任务用过同一文件",
        dated=dt.date(2023, 10, 31),
        sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        note="新版，替换“台账.xlsx”",
        actions=(Action(label="替换", url="/f/2/revise/", icon="refresh"),),
    ),
    FileRow(
        name="台账.xlsx",
        url="/f/3",
        size=2_031_072,
        on=dt.date(2023, 11, 18),
        replaced=True,
        note="旧版，已由“入河排污口排查整治台账”替换",
    ),
)

SLIPS = (
    SlipRow(
        number="并环督〔2023〕7号",
        colour="red",
        colour_label="红色督办单",
        unit="清徐分局",
        requirement="查明逾期原因，限期办结并报送佐证材料。",
        issued_on=dt.date(2023, 11, 14),
        delivered_on=dt.date(2023, 11, 15),
        feedback_due=dt.date(2023, 11, 21),
        answer="已完成整改，正在整理佐证材料。",
        answered_on=dt.date(2023, 11, 20),
    ),
)

REPORTS = (
    ReportRow(
        kind_label="进展填报",
        on=dt.date(2023, 11, 20),
        by="清徐分局联络员",
        percent=Decimal("72"),
        verdict="waiting",
        verdict_label="待核查",
        text="已完成 11 条支流中 8 条的排口整治，剩余 3 条预计本月底完成。",
        problems="市水务局补水管线尚未移交。",
        next_step="11 月底前完成移交协调。",
        unit="市水务局",
        letter="并水函〔2023〕31号",
        reading="断面水质 3.2 毫克/升",
        cause="配合单位未落实",
        coordination="请市政府办协调管线移交。",
        files=FILES,
        actions=actions("verify"),
    ),
    ReportRow(
        kind_label="进展填报",
        on=dt.date(2023, 10, 28),
        by="清徐分局联络员",
        percent=Decimal("52"),
        verdict="accepted",
        verdict_label="通过",
        unchanged=True,
        decided_by="督察办督办员",
        decided_on=dt.date(2023, 10, 30),
        decision="情况属实。",
    ),
    ReportRow(
        kind_label="进展填报",
        on=dt.date(2023, 9, 28),
        by="清徐分局联络员",
        percent=Decimal("95"),
        verdict="returned",
        verdict_label="退回",
        text="基本完成。",
        decided_by="督察办督办员",
        decided_on=dt.date(2023, 10, 8),
        decision="与现场不符，请据实重报。",
    ),
)

HISTORY = (
    Event(
        label="督办单",
        on=dt.date(2023, 11, 22),
        text="下发红色督办单（并环督〔2023〕17号），要求 11 月 29 日前反馈。",
        who="督察办督办员",
        tone="red",
    ),
    Event(
        label="填报进展",
        on=dt.date(2023, 11, 20),
        text="自报 72%",
        who="清徐分局联络员",
        tone="blue",
    ),
    Event(
        label="批准延期",
        on=dt.date(2023, 9, 26),
        text="时限由 2023-09-30 延至 2023-11-01：补水管线施工受汛期影响。",
        who="分管水副局长",
        tone="yellow",
    ),
    Event(label="签收", on=dt.date(2023, 4, 19), text="", who="清徐分局局长", tone="green"),
    Event(label="交办", on=dt.date(2023, 4, 18), text="", who="督察办主任"),
)
