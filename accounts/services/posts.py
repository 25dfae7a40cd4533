"""Appoint people to posts and release them, with dates."""

import datetime as dt

from django.db import transaction
from django.db.models.query import QuerySet
from django.utils.translation import gettext as _

from accounts.choices import PostKind
from accounts.errors import DomainError
from accounts.models import Post, Unit, User
from accounts.services import audit
from accounts.services.managing_people import people_managed_by, refuse_unless_manager
from accounts.services.saving import save_checked


def posts_managed_by(user: User) -> QuerySet[Post]:
    """Return the posts whose holders the person keeps."""
    posts = Post.objects.filter(user__in=people_managed_by(user))
    found: QuerySet[Post] = posts.select_related("user__unit", "unit")
    return found


def posts_of_unit(unit: Unit) -> QuerySet[Post]:
    """Return everybody who held a post in the unit, principals first, newest first."""
    found: QuerySet[Post] = unit.posts.select_related("user").order_by("kind", "-since", "id")
    return found


@transaction.atomic
def appoint(
    user: User, *, unit: Unit, title: str, kind: PostKind, since: dt.date, by: User | None
) -> Post:
    """Give a person a post in a unit from a day on; `by` is None for data that is loaded.

    A post is a fact about a person and gives no right: roles are granted apart. Raises
    `principal_held` when the unit has another principal on one of the days.
    """
    if by is not None:
        refuse_unless_manager(user.unit, by=by)
        refuse_unless_manager(unit, by=by)
    unit = Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    post = Post(user=user, unit=unit, title=title, kind=kind, since=since)
    if kind == PostKind.PRINCIPAL:
        _check_one_principal(post)
    save_checked(post)
    audit.record(
        "post.appoint",
        post,
        by=by,
        summary=_("%(name)s 任 %(unit)s %(title)s")
        % {"name": user.name, "unit": unit.name, "title": title},
        data={"user": user.pk, "unit": unit.code, "since": since.isoformat()},
    )
    return post


@transaction.atomic
def release(post: Post, *, until: dt.date, by: User) -> Post:
    """Let a person's post end with a day, which still counts; what they held stays with them
    until it is handed over. Raises `already_released` and `released_before_appointed`."""
    refuse_unless_manager(post.user.unit, by=by)
    rows = Post.objects.select_for_update(of=("self",)).select_related("user", "unit")
    post = rows.get(pk=post.pk)
    if post.until is not None:
        raise DomainError(
            "already_released",
            _("%(name)s的“%(title)s”已于 %(until)s 免去。")
            % {"name": post.user.name, "title": post.title, "until": post.until},
        )
    if until < post.since:
        sentence = _("免职日期 %(until)s 早于任职日期 %(since)s。") % {
            "until": until,
            "since": post.since,
        }
        raise DomainError("released_before_appointed", sentence, fields={"until": sentence})
    post.until = until
    save_checked(post, only=["until"])
    audit.record(
        "post.release",
        post,
        by=by,
        summary=_("%(name)s 免 %(unit)s %(title)s（任至 %(until)s）")
        % {
            "name": post.user.name,
            "unit": post.unit.name,
            "title": post.title,
            "until": until,
        },
        data={"user": post.user_id, "unit": post.unit.code, "until": until.isoformat()},
    )
    return post


def _check_one_principal(post: Post) -> None:
    held = (
        Post.objects.touching(post.since, post.until)
        .filter(unit=post.unit, kind=PostKind.PRINCIPAL)
        .select_related("user")
        .first()
    )
    if held is None:
        return
    period = (
        _("%(since)s 至 %(until)s") % {"since": held.since, "until": held.until}
        if held.until
        else _("%(since)s 起") % {"since": held.since}
    )
    sentence = _(
        "%(unit)s %(period)s的主要负责人是%(name)s，同一天只能有一位现任主要负责人；"
        "请先填写其免职日期，或改任职日期。"
    ) % {"unit": post.unit, "period": period, "name": held.user.name}
    raise DomainError("principal_held", sentence, fields={"since": sentence})
