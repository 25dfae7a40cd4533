"""The roadmap (路线图) of a campaign: its stages, and what falls due in each."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from tasks.choices import Light, TaskState
from tasks.lights import lit
from tasks.models import Campaign, Measure, Stage, Task

# Stopped and unissued tasks are no milestones of a stage.
_COUNTED = (TaskState.OPEN, TaskState.PENDING, TaskState.COMPLETED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """A measure with its node: `mark` is `done`, `late` (node past, not done) or `open`."""

    measure: Measure
    on: dt.date
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StageStand:
    """A stage and what falls due in it, as far as the person sees it.

    `phase` is `past`, `now` or `next`. Tasks are those whose deadline lies in the stage.
    """

    stage: Stage
    phase: str
    tasks: int
    completed: int
    red: int
    yellow: int
    milestones: tuple[Milestone, ...]

    @property
    def done(self) -> int:
        """How many milestones are done."""
        return sum(one.mark == "done" for one in self.milestones)

    @property
    def late(self) -> int:
        """How many milestones are past their node and not done."""
        return sum(one.mark == "late" for one in self.milestones)


def campaign_tasks(campaign: Campaign, *, on: dt.date, by: User) -> QuerySet[Task]:
    """Return the issued tasks of a campaign the person sees, with their lamps."""
    seen = Task.objects.visible_to(by, on=on).filter(campaign=campaign)
    return lit(seen.exclude(state=TaskState.DRAFT), on=on)


def stages_of(campaign: Campaign, *, on: dt.date, by: User) -> list[StageStand]:
    """Return the stages in use in the order of their days, each with what falls due in it."""
    stages = list(campaign.stages.active(on=on).order_by("starts_on", "ends_on", "seq"))
    if not stages:
        return []
    tasks = campaign_tasks(campaign, on=on, by=by).filter(state__in=_COUNTED)
    measures = list(
        Measure.objects.filter(
            task__in=tasks.order_by().values("pk"),
            deadline__gte=min(stage.starts_on for stage in stages),
            deadline__lte=max(stage.ends_on for stage in stages),
        )
        .select_related("task", "owner")
        .order_by("deadline", "task__code", "seq")
    )
    return [
        _stand(
            stage,
            tasks.filter(effective_deadline__range=(stage.starts_on, stage.ends_on)),
            measures,
            on=on,
        )
        for stage in stages
    ]


def _stand(
    stage: Stage, tasks: QuerySet[Task], measures: Sequence[Measure], *, on: dt.date
) -> StageStand:
    counted = tasks.order_by().aggregate(
        tasks=Count("pk"),
        completed=Count("pk", filter=Q(state=TaskState.COMPLETED)),
        red=Count("pk", filter=Q(light=Light.RED)),
        yellow=Count("pk", filter=Q(light=Light.YELLOW)),
    )
    phase = "past" if stage.ends_on < on else "next" if stage.starts_on > on else "now"
    return StageStand(
        stage=stage,
        phase=phase,
        milestones=tuple(
            Milestone(measure=measure, on=measure.deadline, mark=_mark(measure, on=on))
            for measure in measures
            if measure.deadline is not None and stage.starts_on <= measure.deadline <= stage.ends_on
        ),
        **counted,
    )


def _mark(measure: Measure, *, on: dt.date) -> str:
    """Say how a milestone stands; one of a task that has ended counts as done with it."""
    if measure.done_on is not None or measure.task.state == TaskState.COMPLETED:
        return "done"
    return "late" if measure.deadline is not None and measure.deadline < on else "open"
