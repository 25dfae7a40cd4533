"""An evaluation as lines for a person at a terminal."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from reports.choices import FindingKind
from reports.evaluation.engine.results import Evaluation, Finding
from reports.wording import reason_sentence, rule_name
from tasks.choices import TaskState
from tasks.rules.lights import Light
from tasks.wording import lag_sentence, lamp_sentence

_WORST_FIRST = {Light.RED: 0, Light.YELLOW: 1, Light.GREEN: 2}


def lines_of(evaluation: Evaluation) -> list[str]:
    """Return the evaluation as text: findings first, then rankings, units and tasks."""
    return [
        _("判定日期 %(as_of)s，考核年度 %(year)s，办法 %(policy)s（%(digest)s）")
        % {
            "as_of": evaluation.as_of,
            "year": evaluation.year,
            "policy": evaluation.policy,
            "digest": evaluation.policy_digest,
        },
        *_findings(evaluation),
        *_rankings(evaluation),
        *_units(evaluation),
        *_tasks(evaluation),
    ]


def _findings(evaluation: Evaluation) -> Iterator[str]:
    yield ""
    yield _("判定结果（%(count)s 项）") % {"count": len(evaluation.findings)}
    for finding in evaluation.findings:
        yield f"  {_finding(finding)}"
        for reason in finding.reasons:
            yield f"    {reason_sentence(reason)}"


def _finding(finding: Finding) -> str:
    kind = finding.kind
    if kind in FindingKind.values:
        kind = str(FindingKind(kind).label)
    subject = _("单位") if finding.subject.kind == "unit" else _("个人")
    met = finding.first_met_on
    since = _("（%(date)s 起成立）") % {"date": met} if met else ""
    return f"{kind}：{subject} {finding.subject.id}，{rule_name(finding.rule)}{since}"


def _rankings(evaluation: Evaluation) -> Iterator[str]:
    yield ""
    yield _("月度排名")
    for ranking in evaluation.rankings:
        places = "  ".join(
            f"{row.rank}. {row.unit} {row.score}" + (_("（靠后）") if row.bottom else "")
            for row in ranking.rows
        )
        yield f"  {ranking.month} {ranking.group}：{places}"


def _units(evaluation: Evaluation) -> Iterator[str]:
    yield ""
    yield _("单位")
    for unit in evaluation.units:
        yield "  " + _(
            "%(code)s：牵头 %(tasks)s，办理中 %(open)s，待核查 %(pending)s，已销号 %(completed)s，"
            "逾期 %(overdue)s，严重滞后 %(lagging)s"
        ) % {
            "code": unit.code,
            "tasks": unit.tasks,
            "open": unit.open,
            "pending": unit.pending,
            "completed": unit.completed,
            "overdue": unit.overdue,
            "lagging": unit.seriously_lagging,
        }


def _tasks(evaluation: Evaluation) -> Iterator[str]:
    yield ""
    yield _("任务")
    for task in sorted(evaluation.tasks, key=lambda t: (_WORST_FIRST[t.reading.light], t.key)):
        reading = task.reading
        yield f"  {task.key} {TaskState(reading.state.value).label}"
        yield f"    {lamp_sentence(reading.deadline_lamp)}"
        yield f"    {lamp_sentence(reading.progress_lamp)}"
        for reason in reading.lag:
            yield f"    {lag_sentence(reason)}"
