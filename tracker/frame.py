"""What the frame round every page prints: the person, their menu, and what waits for them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts import clock
from accounts.choices import Role
from accounts.models import User
from accounts.scopes import roles_of
from tracker.env import DEMO
from tracker.navigation import Link, address_of, links_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The signed-in person as the top bar names them."""

    name: str
    initial: str
    place: str
    roles: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The menu, the phone's bottom bar and the top bar of one page."""

    links: list[Link]
    bar: list[Link]
    person: Person | None
    search_url: str
    inbox_url: str
    unread: int
    demo: bool


def frame(request: HttpRequest) -> dict[str, Any]:
    """Add `frame` to every template's context; nothing is asked until a page prints it."""
    return {"frame": SimpleLazyObject(lambda: _frame_of(request))}


def _frame_of(request: HttpRequest) -> Frame:
    demo = settings.MODE == DEMO
    # Error pages may be rendered before the session was looked at.
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return Frame(
            links=[], bar=[], person=None, search_url="", inbox_url="", unread=0, demo=demo
        )
    on = clock.today()
    roles = roles_of(user, on=on)
    menu, bar = links_for(user, roles, on=on, path=request.path)
    offered = {link.url: link for link in menu}
    inbox_url = address_of("tasks:inbox")
    search_url = address_of("tasks:list")
    return Frame(
        links=menu,
        bar=bar,
        person=_person(user, roles, on=on),
        search_url=search_url if search_url in offered else "",
        inbox_url=inbox_url,
        unread=offered[inbox_url].count if inbox_url in offered else 0,
        demo=demo,
    )


def _person(user: User, roles: frozenset[str], *, on: dt.date) -> Person:
    post = user.posts.on(on).select_related("unit").first()
    unit = post.unit if post else user.unit
    titles = [str(Role(role).label) for role in Role if role in roles]
    return Person(
        name=user.name,
        initial=user.name[:1],
        place=f"{unit} · {post.title}" if post else str(unit),
        roles="、".join(titles),
    )
