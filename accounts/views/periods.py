"""Turn grants, posts and delegations into rows that say whether they hold."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Delegation, Post, RoleGrant, User
from accounts.permissions import may_end_delegation, may_end_grant, may_manage_person_of
from accounts.scopes import Standing
from accounts.views.shapes import Action, GrantRow, Mark, PeriodRow


def grant_rows(grants: list[RoleGrant], standing: Standing) -> list[GrantRow]:
    """Return grants as rows; who may end one gets the button."""
    return [
        GrantRow(
            person_url=reverse("person_grants", args=[grant.user_id]),
            person=grant.user.name,
            staff_number=grant.user.staff_number,
            place=grant.user.unit.name,
            role=grant.get_role_display(),
            unit=grant.unit.name,
            since=grant.since,
            until=grant.until,
            mark=_mark(grant.since, grant.until, grant.withdrawn, on=standing.on),
            by=grant.granted_by.name if grant.granted_by else _("系统初始化"),
            actions=_end_grant(grant, standing),
        )
        for grant in grants
    ]


def post_rows(posts: list[Post], standing: Standing) -> list[PeriodRow]:
    """Return posts as rows; the system administrator gets the button that ends one."""
    return [
        PeriodRow(
            name=post.title,
            note=f"{post.unit} · {post.get_kind_display()}",
            since=post.since,
            until=post.until,
            mark=_mark(post.since, post.until, withdrawn=False, on=standing.on),
            actions=_release(post, standing),
        )
        for post in posts
    ]


def delegation_rows(delegations: list[Delegation], user: User, *, on: dt.date) -> list[PeriodRow]:
    """Return delegations as rows, as the person sees them from either side."""
    return [
        PeriodRow(
            name=_("%(substitute)s代%(person)s")
            % {"substitute": one.substitute.name, "person": one.person.name},
            note=one.reason,
            since=one.since,
            until=one.until,
            mark=_mark(one.since, one.until, one.withdrawn, on=on),
            actions=_end_delegation(one, user, on=on),
        )
        for one in delegations
    ]


def _mark(since: dt.date, until: dt.date | None, withdrawn: bool, *, on: dt.date) -> Mark:
    if withdrawn:
        return Mark(word=_("已撤回"))
    if until is not None and until < on:
        return Mark(word=_("已结束"))
    if since > on:
        return Mark(word=_("未开始"), colour="blue")
    return Mark(word=_("有效"), colour="green")


def _end_grant(grant: RoleGrant, standing: Standing) -> tuple[Action, ...]:
    if not may_end_grant(standing, grant):
        return ()
    url = reverse("grant_end", args=[grant.pk])
    return (Action(label=_("收回"), url=url, kind="danger"),)


def _release(post: Post, standing: Standing) -> tuple[Action, ...]:
    if post.until is not None or not may_manage_person_of(standing, post.user.unit):
        return ()
    return (Action(label=_("免职"), url=reverse("post_release", args=[post.pk])),)


def _end_delegation(one: Delegation, user: User, *, on: dt.date) -> tuple[Action, ...]:
    if not may_end_delegation(user, one, on=on):
        return ()
    question = _("立即结束由%(name)s代理？其代理权限马上收回。") % {"name": one.substitute.name}
    url = reverse("delegation_end", args=[one.pk])
    return (Action(label=_("结束代理"), url=url, method="post", kind="danger", confirm=question),)
