"""Turn people and their accounts into what the pages print."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import clock
from accounts.choices import Role
from accounts.models import AttemptCount, PasswordTicket, Post, User
from accounts.scopes import roles_of
from accounts.services import attempts
from accounts.services.passwords import current_profile
from accounts.views.shapes import Action, Mark, PersonHead, PersonRow


def rows(people: list[User], *, at: dt.datetime) -> list[PersonRow]:
    """Return people as rows, with one query for all of them."""
    keys = [attempts.key_of_account(person) for person in people]
    counts = AttemptCount.objects.in_bulk(keys)
    return [
        PersonRow(
            url=reverse("person", args=[person.pk]),
            name=person.name,
            username=person.username,
            staff_number=person.staff_number,
            unit=person.unit.name,
            marks=_marks(person, locked=attempts.is_locked(counts.get(key), at=at)),
        )
        for person, key in zip(people, keys, strict=True)
    ]


def head(person: User, *, at: dt.datetime) -> PersonHead:
    """Return a person as their page prints them."""
    on = clock.date_of(at)
    post = person.posts.on(on).select_related("unit").first()
    held = roles_of(person, on=on)
    locked = attempts.account_locked_until(person, at=at) is not None
    return PersonHead(
        name=person.name,
        username=person.username,
        staff_number=person.staff_number,
        unit=person.unit.name,
        email=person.email,
        post=_post_of(post, person) if post else "",
        roles="、".join(str(role.label) for role in Role if role in held),
        marks=_marks(person, locked=locked),
        password=_password(person),
        ticket=_ticket(person.password_tickets.first(), at=at),
        last_login=person.last_login,
    )


def notices(person: User, *, at: dt.datetime) -> list[str]:
    """Return what the administrator should know before anything else."""
    found = []
    until = attempts.account_locked_until(person, at=at)
    if until is not None:
        found.append(_("连续输错密码，暂停登录至 %(until)s。") % {"until": _moment(until)})
    if person.is_active and not person.email and not person.has_usable_password():
        found.append(_("没有登记邮箱，还不能设置密码；请先登记本人的邮箱。"))
    return found


def actions(person: User, *, by: User, at: dt.datetime) -> list[Action]:
    """Return what may be done with an account as it stands."""
    number = [person.pk]
    acts = []
    if attempts.account_locked_until(person, at=at) is not None:
        acts.append(_post(_("解除锁定"), reverse("person_unlock", args=number), icon="lock"))
    if person.is_active and person.email:
        question = _("向%(name)s本人的邮箱（%(email)s）发送设置密码的邮件？此前发出的邮件将失效。")
        acts.append(
            _post(
                _("发送设置密码邮件"),
                reverse("person_ticket", args=number),
                icon="mail",
                confirm=question % {"name": person.name, "email": person.email},
            )
        )
    acts.append(
        Action(label=_("修改姓名和邮箱"), url=reverse("person_edit", args=number), icon="edit")
    )
    acts.append(
        Action(label=_("调动单位"), url=reverse("person_move", args=number), icon="arrows-exchange")
    )
    if not person.is_active:
        acts.append(_post(_("启用账号"), reverse("person_enable", args=number), icon="player-play"))
    elif person != by:
        question = _("停用%(name)s的账号？其登录将立即全部退出。") % {"name": person.name}
        address = reverse("person_disable", args=number)
        acts.append(
            _post(_("停用账号"), address, icon="player-pause", kind="danger", confirm=question)
        )
    return acts


def _post_of(post: Post, person: User) -> str:
    """Name a post; its unit only where it is not the person's own."""
    return post.title if post.unit_id == person.unit_id else f"{post.unit} {post.title}"


def _post(label: str, url: str, **more: Any) -> Action:
    return Action(label=label, url=url, method="post", **more)


def _marks(person: User, *, locked: bool) -> tuple[Mark, ...]:
    marks = [Mark(word=_("启用"), colour="green") if person.is_active else Mark(word=_("已停用"))]
    if locked:
        marks.append(Mark(word=_("登录锁定"), colour="red"))
    if person.is_active and not person.has_usable_password():
        marks.append(Mark(word=_("未设密码"), colour="yellow"))
    return tuple(marks)


def _password(person: User) -> str:
    if not person.has_usable_password():
        return _("尚未设置")
    if person.password_set_at is None:
        return _("已设置")
    text = _("%(at)s 设置") % {"at": _moment(person.password_set_at)}
    rotation = current_profile().rotation
    if rotation is None:
        return text
    due = _("%(at)s 到期") % {"at": _moment(person.password_set_at + rotation)}
    return f"{text}，{due}"


def _ticket(ticket: PasswordTicket | None, *, at: dt.datetime) -> str:
    """Say what became of the newest mail for setting a password."""
    if ticket is None:
        return _("从未发送")
    if ticket.used:
        state = _("本人已使用")
    elif ticket.closed_at is not None:
        state = _("已作废")
    elif at >= ticket.expires_at:
        state = _("已过期")
    elif ticket.sent_at is None:
        why = _("发送失败（%(error)s），将自动重试") % {"error": ticket.error}
        state = why if ticket.error else _("等待发送")
    else:
        state = _("已发送，%(until)s 前有效") % {"until": _moment(ticket.expires_at)}
    return f"{_moment(ticket.issued_at)} {ticket.get_kind_display()}：{state}"


def _moment(moment: dt.datetime) -> str:
    return f"{moment.astimezone(clock.BEIJING):%Y-%m-%d %H:%M}"
