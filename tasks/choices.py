"""Closed sets of values of the four lists and their workflow."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TaskState(models.TextChoices):
    """Where a task stands; overdue and colour are derived, never states.

    draft → open ⇄ pending_verification → completed → (relapse) open;
    open → suspended → open; anything but completed → terminated.
    The allowed moves are the transition table of `tasks.rules.history`.
    """

    DRAFT = "draft", _("草稿")
    OPEN = "open", _("办理中")
    PENDING = "pending_verification", _("待核查")
    COMPLETED = "completed", _("已销号")
    SUSPENDED = "suspended", _("已中止")
    TERMINATED = "terminated", _("已终止")


class TaskLevel(models.TextChoices):
    """How much a task weighs (级别)."""

    ORDINARY = "ordinary", _("一般")
    KEY = "key", _("重点")
    MAJOR = "major", _("重大")


class TaskKind(models.TextChoices):
    """Whether a task is planned work or repairs a found problem (整改)."""

    TASK = "task", _("任务")
    RECTIFICATION = "rectification", _("整改")


class TaskType(models.TextChoices):
    """When a task is to end (类型)."""

    IMMEDIATE = "immediate", _("立行立改")
    DATED = "dated", _("限期完成")
    STANDING = "standing", _("长期坚持")


class GapRule(models.TextChoices):
    """What assigning a draft with gaps in its four lists (四清单未闭合) takes."""

    REASON = "reason", _("写明理由可交办")
    REFUSE = "refuse", _("不得交办")


class SourceKind(models.TextChoices):
    """Where a task came from (来源)."""

    DOCUMENT = "document", _("文件")
    MEETING = "meeting", _("会议")
    INSTRUCTION = "instruction", _("领导批示")
    INSPECTION = "inspection", _("督察反馈")
    PETITION = "petition", _("信访")


class DeadlineKind(models.TextChoices):
    """How a deadline was worded; the conventions are those of the ledger reader."""

    DATE = "date", _("具体日期")
    MONTH_END = "month_end", _("月底")
    QUARTER_END = "quarter_end", _("季末")
    HALF_YEAR = "half_year", _("半年")
    RANGE = "range", _("起止期间")
    ONGOING = "ongoing", _("长期坚持")
    IMMEDIATE = "immediate", _("立行立改")
    RECURRING = "recurring", _("周期")
    RELATIVE = "relative", _("以事件起算")
    AMBIGUOUS = "ambiguous", _("待确认")


class ReportCycle(models.TextChoices):
    """How often progress is reported (调度周期)."""

    WEEKLY = "weekly", _("每周")
    TEN_DAY = "ten_day", _("每旬")
    MONTHLY = "monthly", _("每月")
    QUARTERLY = "quarterly", _("每季度")
    HALF_YEARLY = "half_yearly", _("每半年")


class DutyRole(models.TextChoices):
    """What a unit is in a task: joint leads are all leads; supporting means cooperating."""

    LEAD = "lead", _("牵头")
    COOPERATING = "cooperating", _("配合")


class Light(models.TextChoices):
    """A lamp's colour (红黄绿灯)."""

    GREEN = "green", _("绿灯")
    YELLOW = "yellow", _("黄灯")
    RED = "red", _("红灯")


class ColumnKind(models.TextChoices):
    """What a campaign's own column holds (栏目类型)."""

    TEXT = "text", _("文字")
    NUMBER = "number", _("数值")
    DATE = "date", _("日期")
    CHOICE = "choice", _("选项")
    YES_NO = "yes_no", _("是否")


class ExportState(models.TextChoices):
    """How far a ledger export is (导出状态).

    waiting → running → ready → gone; running → failed
    """

    WAITING = "waiting", _("排队中")
    RUNNING = "running", _("生成中")
    READY = "ready", _("可下载")
    FAILED = "failed", _("未完成")
    GONE = "gone", _("已到期删除")


class ColumnPlace(models.TextChoices):
    """Where a campaign's own column is filled in (填写环节)."""

    TASK = "task", _("立项时")
    REPORT = "report", _("填报进展时")


class Direction(models.TextChoices):
    """Which way an indicator is to go (指标方向)."""

    UP = "up", _("不低于目标为好")
    DOWN = "down", _("不高于目标为好")


class PersonalDutyKind(models.TextChoices):
    """What the principal does in person on a major task (四个亲自)."""

    DEPLOY = "deploy", _("重大事项亲自部署")
    REVIEW = "review", _("方案亲自把关")
    COORDINATE = "coordinate", _("环节亲自协调")
    SUPERVISE = "supervise", _("落实亲自督办")


class Cause(models.TextChoices):
    """Why a task is behind, as who reports it says (滞后原因)."""

    FUNDS = "funds", _("资金未到位")
    LAND = "land", _("用地、征拆未落实")
    PERMIT = "permit", _("审批手续未办结")
    COOPERATION = "cooperation", _("配合单位未落实")
    CONTRACTOR = "contractor", _("施工单位原因")
    WEATHER = "weather", _("天气或季节原因")
    STAFF = "staff", _("人员力量不足")
    POLICY = "policy", _("上级政策调整")
    OTHER = "other", _("其他")


class DrawKind(models.TextChoices):
    """What a sample is drawn from (抽取类别)."""

    VERIFICATION = "verification", _("进展抽查")
    LOOK_BACK = "look_back", _("回头看抽取")


class FactType(models.TextChoices):
    """What can happen to a task; each is an insert-only record with its own date."""

    ASSIGNED = "assigned", _("交办")
    PROGRESS = "progress", _("填报进展")
    PROGRESS_RETURNED = "progress_returned", _("退回进展")
    MEASURE_DONE = "measure_done", _("措施完成")
    EXTENSION_GRANTED = "extension_granted", _("批准延期")
    CLOSURE_SUBMITTED = "closure_submitted", _("申请销号")
    CLOSURE_VERIFIED = "closure_verified", _("核查通过")
    CLOSURE_REJECTED = "closure_rejected", _("核查不通过")
    REOPENED = "reopened", _("反弹重启")
    SUSPENDED = "suspended", _("中止")
    RESUMED = "resumed", _("恢复办理")
    HANDOVER = "handover", _("责任人交接")
    TERMINATED = "terminated", _("终止")


class Verdict(models.TextChoices):
    """What became of something that waits for another person's decision."""

    WAITING = "waiting", _("待核查")
    ACCEPTED = "accepted", _("通过")
    RETURNED = "returned", _("退回")


class SlipColour(models.TextChoices):
    """The colour of a supervision slip (督办单): near, behind, overdue."""

    BLUE = "blue", _("蓝色督办单")
    YELLOW = "yellow", _("黄色督办单")
    RED = "red", _("红色督办单")


class SlipCause(models.TextChoices):
    """What a supervision slip is about; the first three are rules that lead to an interview."""

    SERIOUSLY_LAGGING = "seriously_lagging", _("进度严重滞后")
    POOR_IMPLEMENTATION = "poor_implementation", _("落实不力")
    RECTIFICATION_INADEQUATE = "rectification_inadequate", _("整改不到位")
    OVERDUE = "overdue", _("逾期未办结")
    NEAR_DUE = "near_due", _("临近时限")


class DocumentKind(models.TextChoices):
    """Kinds of numbered documents; each has one gapless sequence a year."""

    SLIP = "slip", _("督办单")
    INTERVIEW_NOTICE = "interview_notice", _("约谈通知书")
    EXCELLENCE_DECISION = "excellence_decision", _("取消评优资格决定书")
    VETO_DECISION = "veto_decision", _("评优一票否决决定书")
    REFERRAL = "referral", _("问题线索移送函")


class ReminderKind(models.TextChoices):
    """What a reminder is about (提醒事项)."""

    TASK = "task", _("任务时限")
    MEASURE = "measure", _("措施节点")
    REPORT = "report", _("进展填报")


class Channel(models.TextChoices):
    """The way a reminder reaches a person (渠道)."""

    IN_APP = "in_app", _("站内消息")
    MAIL = "mail", _("邮件")


class ReminderState(models.TextChoices):
    """Where a planned reminder stands.

    pending → sent (in-app, at once); pending → sending → sent | failed | pending (mail);
    pending | sending → suppressed | superseded; superseded → pending when the deadline comes back.
    Every row is in exactly one state, so planned = the sum over the states.
    """

    PENDING = "pending", _("待发送")
    SENDING = "sending", _("发送中")
    SENT = "sent", _("已送达")
    FAILED = "failed", _("发送失败")
    SUPPRESSED = "suppressed", _("未发送")
    SUPERSEDED = "superseded", _("时限已变更")


class DigestState(models.TextChoices):
    """Where a person's digest of a day stands.

    sending → sent | failed | waiting | dropped; waiting → sending. A digest that is sending with
    its lease run out belongs to a sender that died, and is taken over.
    """

    WAITING = "waiting", _("待重发")
    SENDING = "sending", _("发送中")
    SENT = "sent", _("已发送")
    FAILED = "failed", _("发送失败")
    DROPPED = "dropped", _("无需发送")


class NotSent(models.TextChoices):
    """Why a planned reminder was not sent (未发送原因)."""

    NOT_OPEN = "not_open", _("任务已不在办理中")
    DONE = "done", _("措施已完成")
    REPORTED = "reported", _("当期已填报")
    MOVED = "moved", _("时限已变更")
    OVERTAKEN = "overtaken", _("已有更新的提醒")
    REASSIGNED = "reassigned", _("收件人已变更")
    NO_ADDRESS = "no_address", _("收件人没有邮箱")
    REFUSED = "refused", _("对方拒收")
    GAVE_UP = "gave_up", _("多次发送未成功")


class ColumnMeaning(models.TextChoices):
    """What a column of a ledger tells (栏目含义); `extra` keeps it as written and reads nothing."""

    CODE = "code", _("序号/编号")
    CATEGORY = "category", _("攻坚行动/类别")
    TITLE = "title", _("任务名称")
    REQUIREMENT = "requirement", _("任务要求")
    TARGET = "target", _("量化目标")
    MEASURES = "measures", _("工作措施")
    MEASURE_CODE = "measure_code", _("措施序号")
    MEASURE_DEADLINE = "measure_deadline", _("措施时限")
    LEAD = "lead", _("牵头单位")
    COOPERATING = "cooperating", _("配合单位")
    IMPLEMENTING = "implementing", _("责任单位")
    SUPERVISING = "supervising", _("督导/验收单位")
    OWNER_OF_PROBLEM = "owner_unit_of_problem", _("问题归属单位")
    DEADLINE = "deadline", _("完成时限")
    START = "start", _("开始时间")
    ACTUAL_FINISH = "actual_finish", _("实际完成时间")
    LEADER = "leader", _("责任领导")
    PERSON = "person", _("责任人")
    FREQUENCY = "frequency", _("调度频次")
    MATERIALS = "materials", _("佐证材料")
    PROGRESS = "progress", _("进展情况")
    PERCENT = "percent", _("完成率")
    STATUS = "status", _("是否完成")
    RESULT = "result", _("工作成效")
    PROBLEMS = "problems", _("存在问题")
    NEXT = "next", _("下一步计划")
    FUNDS = "funds", _("资金")
    RECTIFICATION = "rect_type", _("整改类型")
    REMARK = "remark", _("备注")
    EXTRA = "extra", _("其他（原样保留）")


class ImportState(models.TextChoices):
    """Where the web import of a ledger stands.

    reading → ready ⇄ reading → landing → landed → undone; aside: refused, discarded, expired.
    """

    READING = "reading", _("正在读取")
    READY = "ready", _("待确认")
    LANDING = "landing", _("正在导入")
    LANDED = "landed", _("已导入")
    UNDONE = "undone", _("已撤销")
    REFUSED = "refused", _("读不了")
    DISCARDED = "discarded", _("已放弃")
    EXPIRED = "expired", _("已过期")


class DifferenceFate(models.TextChoices):
    """What becomes of a field that a ledger states otherwise than the system."""

    FILE = "file", _("按台账更新")
    SYSTEM = "system", _("台账没有改，保留系统")
    KEPT = "kept", _("已选定保留系统")
    CONFLICT = "conflict", _("两边都改过，请选择")
    ISSUED = "issued", _("已交办，不能用台账改")


class RowFate(models.TextChoices):
    """What an import did with a task."""

    CREATED = "created", _("新增")
    UPDATED = "updated", _("更新")
    KEPT = "kept", _("保留系统")


class FixKind(models.TextChoices):
    """What a person corrects in the preview of an import; the file itself stays as it is."""

    UNIT = "unit", _("单位")
    DEADLINE = "deadline", _("时限")
    COLUMN = "column", _("栏目")
    CELL = "cell", _("单元格")
    LEAVE_OUT = "leave_out", _("不导入")
    CONFLICT = "conflict", _("取舍")
