"""The first page of HR (this year's and last year's exclusions) and of discipline (referrals)."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.scopes import Standing
from reports.choices import FindingKind
from reports.models import Exclusion, Proposal
from reports.services.exclusions import list_exclusions
from reports.views.presenting import proposal_row
from tasks.views.pieces import Action, Queue, WorkItem
from tracker.home.desk import Desk, counted, joined, queue, tile

_SEALED = FindingKind.DISCIPLINE_REFERRAL


def fill_hr(desk: Desk, standing: Standing) -> None:
    """Add the exclusions of this year and of the year before."""
    on = standing.on
    address = reverse("reports:exclusions")
    desk.actions.append(Action(label=_("评优资格名单"), url=address, kind="primary", icon="award"))
    for year, name in ((on.year, _("本年度")), (on.year - 1, _("上年度"))):
        rows = list_exclusions(year, on=on).visible_to(standing.user, on=on)
        url = f"{address}?{urlencode({'year': year})}"
        label = _("%(name)s（%(year)s）") % {"name": name, "year": year}
        desk.kpis.append(tile(label, counted(rows), url=url, note=_("取消资格")))
        desk.queues.append(
            queue(
                _("%(year)s 年度评优资格排除") % {"year": year},
                rows.order_by("-effective_on", "-id"),
                _excluded,
                hint=_("新生效的在前"),
                more_url=url,
                empty=_("%(year)s 年度没有生效的排除决定。") % {"year": year},
            )
        )


def _excluded(exclusion: Exclusion) -> WorkItem:
    return WorkItem(
        title=f"{exclusion.subject}：{exclusion.conclusion}",
        url=f"{reverse('reports:exclusions')}?{urlencode({'year': exclusion.year})}",
        code=exclusion.number,
        unit=exclusion.subject_unit.name,
        note=exclusion.clause,
        due=exclusion.effective_on,
        due_note=_("生效"),
    )


def fill_discipline(desk: Desk, standing: Standing) -> None:
    """Add the referrals to decide and those confirmed, and nothing else."""
    user, on = standing.user, standing.on
    address = reverse("reports:referrals")
    waiting = Proposal.objects.visible_to(user, on=on).waiting().filter(kind=_SEALED)
    confirmed = Exclusion.objects.visible_to(user, on=on).filter(kind=_SEALED)
    desk.kpis += [
        tile(_("移送待确认"), counted(waiting), colour="yellow", url=address),
        tile(_("已确认移送"), counted(confirmed), url=address),
    ]
    desk.queues += [_waiting(waiting, address), _confirmed(confirmed, address)]


def _waiting(rows: Any, address: str) -> Queue:
    def line(proposal: Proposal) -> WorkItem:
        row = proposal_row(proposal)
        return WorkItem(
            title=row.subject,
            url=address,
            unit=proposal.subject_unit.name,
            note=joined([row.rule_label, *row.sentences[:1]]),
            due=proposal.proposed_on,
            due_note=_("提出"),
        )

    return queue(
        _("移送待局领导确认"),
        rows.for_list().order_by("proposed_on", "id"),
        line,
        more_url=address,
        empty=_("没有待确认的移送。"),
    )


def _confirmed(rows: Any, address: str) -> Queue:
    def line(exclusion: Exclusion) -> WorkItem:
        return WorkItem(
            title=str(exclusion.subject),
            url=address,
            code=exclusion.number,
            unit=exclusion.subject_unit.name,
            note=exclusion.clause,
            due=exclusion.effective_on,
            due_note=_("确认"),
        )

    return queue(
        _("已确认移送"),
        rows.for_list().order_by("-effective_on", "-id"),
        line,
        hint=_("卷宗可在“线索移送”中调取"),
        more_url=address,
        empty=_("没有已确认的移送。"),
    )
