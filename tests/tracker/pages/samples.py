"""Sample values for every business page, in the shapes their views fill.

The day is 2023-11-23; texts follow the real plan, so lengths and wording are those of an office.
"""

import datetime as dt
from decimal import Decimal

from tasks.views.pieces import Action, Kpi, Lamp, Notice, Queue, Tab, WorkItem
from tasks.views.shapes import MessageRow, TaskRow, UnitHead, UnitRow

ON = dt.date(2023, 11, 23)

RED = Lamp(colour="red", word="红灯")
YELLOW = Lamp(colour="yellow", word="黄灯")
GREEN = Lamp(colour="green", word="绿灯")

REASONS = (
    Lamp(
        colour="red",
        word="红灯",
        sentence="红：逾期 22 天（时限 2023-11-01）。",
        next="销号申请核查通过后转黄，迟办留有记录。",
    ),
    Lamp(
        colour="yellow",
        word="黄灯",
        sentence="黄：进度落后序时进度 20.31 个百分点（计入 72%，序时 92.31%）。",
        next="进度达到 82.31% 以上转绿。",
    ),
)

_TITLES = [
    ("九河复流工程协调（第二批）", "清徐分局", "清徐分局局长", RED, -22, 72),
    ("降雨季排水设施管控", "综合行政执法队", "执法队队长", RED, -8, 82),
    (
        "建筑工地“六个百分之百”扬尘治理专项执法检查整改",
        "大气环境科",
        "大气环境科科长",
        RED,
        -6,
        92,
    ),
    ("汽修喷漆 VOCs 专项整治", "大气环境科", "大气环境科科长", YELLOW, 3, 63),
    ("餐饮油烟净化设施清洗核查", "小店分局", "小店分局局长", YELLOW, 2, 68),
    ("农业面源污染综合治理", "水生态环境科", "水生态环境科科长", GREEN, 38, 57),
    ("重型柴油车路检路查", "机动车排污管理中心", "中心主任", GREEN, 38, 81),
    (
        "重点行业企业超低排放改造全流程评估监测",
        "大气环境科",
        "大气环境科科长",
        GREEN,
        128,
        90,
    ),
]


def actions(*names: str) -> tuple[Action, ...]:
    """Return the named buttons."""
    known = {
        "report": Action(label="填报进展", url="/tasks/1/report/", kind="primary", icon="edit"),
        "extend": Action(label="申请延期", url="/tasks/1/form/", icon="calendar-plus"),
        "close": Action(label="申请销号", url="/tasks/1/form/", icon="circle-check"),
        "verify": Action(
            label="核查", url="/tasks/1/verify/", kind="primary", icon="clipboard-check"
        ),
        "accept": Action(
            label="签收", url="/tasks/1/", kind="primary", method="post", icon="user-check"
        ),
        "unchanged": Action(label="无变化", url="/tasks/1/", method="post", icon="check"),
        "slip": Action(label="发督办单", url="/tasks/1/form/", kind="danger", icon="file-text"),
        "urge": Action(
            label="催办",
            url="/tasks/1/",
            method="post",
            icon="send",
            confirm="向清徐分局发出催办？",
        ),
        "export": Action(label="导出台账", url="/tasks/", icon="download"),
        "read": Action(label="全部标为已读", url="/inbox/", method="post", icon="check"),
    }
    return tuple(known[name] for name in names)


def rows(*names: str) -> list[TaskRow]:
    """Return sample rows of tasks with the named buttons on each."""
    made = []
    for number, (title, unit, person, lamp, left, percent) in enumerate(_TITLES, start=1):
        pending = number == 5
        made.append(
            TaskRow(
                pk=number,
                url=f"/tasks/{number}/",
                code=f"2023-{number:03d}",
                title=title,
                lamp=lamp,
                level=("ordinary", "key", "major")[number % 3],
                level_label=("一般", "重点", "重大")[number % 3],
                state="pending_verification" if pending else "open",
                state_label="待核查" if pending else "办理中",
                unit=unit,
                person=person,
                source="太原市空气质量巩固提升攻坚行动",
                deadline=ON + dt.timedelta(days=left),
                due_note=f"逾期 {-left} 天" if left < 0 else f"剩余 {left} 天",
                due_colour=lamp.colour if lamp is not GREEN else "",
                percent=Decimal(percent),
                planned=Decimal("66.67"),
                actions=actions(*names),
            )
        )
    made.append(
        TaskRow(
            pk=9,
            url="/tasks/9/",
            code="2023-009",
            title="重点排污单位自动监测数据日常核查",
            lamp=None,
            level="ordinary",
            level_label="一般",
            state="suspended",
            state_label="已中止",
            unit="生态环境监测科",
            deadline_text="长期坚持",
        )
    )
    return made


LIGHTS = (
    Tab(label="全部", url="/tasks/", count=236, current=True),
    Tab(label="红灯", url="/tasks/?light=red", count=6, colour="red"),
    Tab(label="黄灯", url="/tasks/?light=yellow", count=16, colour="yellow"),
    Tab(label="绿灯", url="/tasks/?light=green", count=140, colour="green"),
)

KPIS = (
    Kpi(label="牵头任务", value="32", unit="项", note="办理中 18 项"),
    Kpi(label="逾期", value="3", unit="项", note="最长 22 天", colour="red", url="/overdue/"),
    Kpi(label="3 天内到期", value="2", unit="项", colour="yellow"),
    Kpi(label="待核查", value="4", unit="项", note="最久已等 3 天", colour="blue"),
)

NOTICES = (
    Notice(
        kind="warning",
        text="本单位今年已被约谈 1 次；再被约谈 1 次，将建议取消年度评优资格（办法第十二条）。",
    ),
)


def queues() -> tuple[Queue, ...]:
    """Return the queues of a section head's first page."""
    items = tuple(
        WorkItem(
            title=row.title,
            url=row.url,
            lamp=row.lamp,
            code=row.code,
            unit=row.unit,
            note="",
            due=row.deadline,
            due_note=row.due_note,
            due_colour=row.due_colour,
            actions=actions("unchanged", "report"),
        )
        for row in rows()[:4]
    )
    accept = WorkItem(
        title="秋冬季重污染天气应急减排清单修订",
        url="/tasks/12/",
        code="2023-012",
        unit="大气环境科",
        note="牵头，督察办 2023-11-22 交办",
        due=dt.date(2023, 11, 27),
        due_note="签收时限",
        actions=actions("accept"),
    )
    return (
        Queue(title="待签收", items=(accept,), count=1, hint="交办后 3 个工作日内"),
        Queue(
            title="需要填报或处理",
            items=items,
            count=11,
            hint="先红后黄",
            more_url="/reporting/",
        ),
        Queue(title="退回补正", items=(), count=0, empty="没有被退回的填报。"),
    )


UNITS = tuple(
    UnitRow(
        url=f"/units/{number}/",
        name=name,
        kind_label=kind,
        total=32 - number,
        open=18 - number,
        pending=2,
        completed=12,
        overdue=number % 3,
        red=number % 3,
        yellow=2,
        green=16 - number,
    )
    for number, (name, kind) in enumerate(
        [
            ("大气环境科", "科室"),
            ("水生态环境科", "科室"),
            ("固体废物与化学品科", "科室"),
            ("小店分局", "分局"),
            ("清徐分局", "分局"),
            ("市生态环境保护综合行政执法队", "直属单位"),
        ]
    )
)

UNIT = UnitHead(
    name="大气环境科",
    full_name="太原市生态环境局大气环境科",
    kind_label="科室",
    group_label="机关科室",
    parent="太原市生态环境局",
    principal="大气环境科科长",
    liaison="大气环境科联络员",
    notices=NOTICES,
)

UNIT_TABS = (
    Tab(label="任务清单", url="/units/DQ/", count=32, current=True),
    Tab(label="责任清单", url="/units/DQ/?list=duties", count=45),
    Tab(label="措施清单", url="/units/DQ/?list=measures", count=96),
    Tab(label="结果清单", url="/units/DQ/?list=results", count=32),
)

MESSAGES = [
    MessageRow(
        url="/inbox/1/",
        title="任务逾期提醒：九河复流工程协调（第二批）",
        text="已逾期 22 天（时限 2023-11-01），请尽快办理或申请销号。",
        at=dt.datetime(2023, 11, 23, 9, 0, tzinfo=dt.UTC),
        read=False,
        kind_label="逾期",
        tone="red",
    ),
    MessageRow(
        url="/inbox/2/",
        title="填报已核查通过：重型柴油车路检路查",
        text="督察办督办员 2023-11-22 核查通过。",
        at=dt.datetime(2023, 11, 22, 9, 0, tzinfo=dt.UTC),
        read=True,
        tone="green",
    ),
]
