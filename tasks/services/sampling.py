"""Draw a sample of what waits, record that it was opened, and verify the rest."""

import datetime as dt
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import clock
from accounts.errors import DomainError, NotAllowedError
from accounts.models import Unit, User
from accounts.scopes import standing_of
from accounts.services import audit
from accounts.services.saving import save_checked
from tasks.choices import DrawKind
from tasks.models import ProgressReport, SampledItem, SampleDraw
from tasks.rules.sampling import VERIFICATION, SampleRule, draw_sample
from tasks.services.verification import (
    Cleared,
    Sorted,
    Waiting,
    must_sentence,
    require_verifier,
    sort_waiting,
    verify_many,
)


def record_draw(
    kind: DrawKind,
    candidates: Iterable[int],
    rule: SampleRule,
    *,
    summary: str,
    on: dt.date,
    by: User,
    more: Mapping[str, Any] | None = None,
) -> tuple[SampleDraw, tuple[int, ...]]:
    """Draw and record how, so that anybody can draw again; return the draw and the ids drawn.

    `more` are further terms of the draw. Call it in the transaction of the act.
    """
    known = sorted(set(candidates))
    seed = secrets.token_hex(16)
    drawn = draw_sample(known, seed, rule)
    terms = {"percent": rule.percent, "least": rule.least, "most": rule.most, **(more or {})}
    entry = audit.record(
        f"sample.{kind}",
        by,
        by=by,
        summary=summary,
        data={
            "on": on.isoformat(),
            "seed": seed,
            "rule": terms,
            "candidates": known,
            "drawn": list(drawn),
        },
    )
    draw = SampleDraw(kind=kind, seed=seed, on=on, candidates=known, rule=terms, entry=entry, by=by)
    # Nothing to draw from is an answer too: everything is taken in any case.
    draw.full_clean(exclude={"candidates"})
    draw.save()
    return draw, drawn


@transaction.atomic
def draw_reports(
    *, on: dt.date, by: User, unit: Unit | None = None, rule: SampleRule = VERIFICATION
) -> SampleDraw:
    """Draw from the reports that need not be opened one by one; return the draw.

    Raises DomainError `draw_open` while an earlier draw is not cleared, so that nobody draws until
    the sample is an easy one, and `nothing_to_draw`.
    """
    standing = standing_of(by, on=on)
    require_verifier(standing)
    waiting = sort_waiting(standing, unit=unit)
    open_draw = draw_in_hand(by, sort_waiting(standing) if unit else waiting)
    if open_draw is not None:
        raise DomainError(
            "draw_open",
            _("%(on)s 抽取的样本还没有办完，请先核查抽中的填报并通过其余，再抽取下一批。")
            % {"on": open_draw.on},
        )
    if not waiting.rest:
        raise DomainError("nothing_to_draw", _("没有可以抽取的填报，需逐件核查的请直接打开。"))
    rows = {one.report.pk: one.report for one in waiting.rest}
    draw, drawn = record_draw(
        DrawKind.VERIFICATION,
        rows,
        rule,
        summary=_("从 %(count)s 件待核查填报中抽取 %(drawn)s 件")
        % {"count": len(rows), "drawn": rule.size(len(rows))},
        on=on,
        by=by,
    )
    SampledItem.objects.bulk_create(
        SampledItem(draw=draw, report=rows[pk], task_id=rows[pk].task_id, why=_("随机抽中"))
        for pk in drawn
    )
    return draw


def draw_in_hand(by: User, waiting: Waiting) -> SampleDraw | None:
    """Return the person's newest draw while something of it still waits to be cleared."""
    draw = SampleDraw.objects.filter(kind=DrawKind.VERIFICATION, by=by).order_by("-id").first()
    return draw if draw is not None and remaining_of(draw, waiting) else None


def remaining_of(draw: SampleDraw, waiting: Waiting) -> tuple[Sorted, ...]:
    """Return what of a draw's candidates waits and need not be opened one by one."""
    candidates = set(draw.candidates)
    return tuple(one for one in waiting.rest if one.report.pk in candidates)


def open_sampled(report: ProgressReport, *, by: User) -> SampledItem | None:
    """Record that who drew the report opened it, the first time; return its place in the draw."""
    items = SampledItem.objects.filter(
        report=report, draw__by=by, draw__kind=DrawKind.VERIFICATION
    ).order_by("-draw_id")
    newest = items.first()
    if newest is not None and newest.opened_at is None:
        newest.opened_at = clock.now()
        save_checked(newest, only=["opened_at"])
    return newest


def next_unopened(draw: SampleDraw) -> SampledItem | None:
    """Return the first report of a draw that its checker has not opened."""
    return draw.items.filter(opened_at=None).order_by("id").first()


def verify_rest(draw: SampleDraw, *, on: dt.date, by: User) -> Cleared:
    """Verify what a draw stands for, once every report of its sample was opened.

    Left out, and named: what must be opened one by one by now, and the person's own matter. Raises
    NotAllowedError `not_own_draw`, DomainError `sample_not_opened`.
    """
    standing = standing_of(by, on=on)
    require_verifier(standing)
    if draw.by_id != by.pk or draw.kind != DrawKind.VERIFICATION:
        raise NotAllowedError(
            "not_own_draw",
            _("只有抽取样本的核查人可以批量通过其余填报；本次由%(name)s抽取。")
            % {"name": draw.by.name},
        )
    unopened = draw.items.filter(opened_at=None).count()
    if unopened:
        raise DomainError(
            "sample_not_opened",
            _("抽中的填报还有 %(count)s 件没有打开，全部打开后才能通过其余。")
            % {"count": unopened},
        )
    waiting = sort_waiting(standing)
    candidates = set(draw.candidates)
    left = tuple(
        (one.report, must_sentence()) for one in waiting.must if one.report.pk in candidates
    )
    done = verify_many(
        [one.report.pk for one in remaining_of(draw, waiting)],
        on=on,
        by=by,
        comment=_("抽查后批量核查"),
        data={"draw": draw.pk},
    )
    return Cleared(verified=done.verified, left=(*left, *done.left))
