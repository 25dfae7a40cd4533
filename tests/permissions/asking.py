"""Ask an address of the table as one person, and take back whatever the request wrote."""

import json
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.test import Client

from tests.permissions.table import ANONYMOUS, Row
from tests.permissions.world import World


class UndoneError(Exception):
    """Takes a request's writes back, so that the rows do not meet one another."""


class Asker:
    """One person, signed in or not, in one world."""

    def __init__(self, world: World, person: str) -> None:
        self.world = world
        self.session = ""
        if person != ANONYMOUS:
            client = Client()
            client.force_login(world.people[person])
            self.session = client.cookies["sessionid"].value

    def ask(self, row: Row, *, seen: Callable[[Any], None] = lambda response: None) -> Any:
        """Return the answer to a row's request; `seen` is called with it before it is undone."""
        things = self.world.things[row.side]
        address = row.at.format(**things)
        client = Client()
        if self.session:
            client.cookies["sessionid"] = self.session
        # The limit on requests a minute is not what is asked about.
        cache.clear()
        try:
            with transaction.atomic():
                body = _body(row, address, things)
                response = getattr(client, row.method.lower())(address, **body)
                seen(response)
                raise UndoneError
        except UndoneError:
            return response


def _body(row: Row, address: str, things: Any) -> dict[str, Any]:
    """Return what is sent along, as JSON to the API and as a form to a page."""
    if row.method == "GET":
        return {}
    values = {key: _filled(value, things) for key, value in row.send.items()}
    if address.startswith("/api/"):
        return {"data": json.dumps(values), "content_type": "application/json"}
    return {"data": values} if row.method == "POST" else {}


def _filled(value: Any, things: Any) -> Any:
    """Put the world's ids into a value; a text that is nothing but an id becomes the id itself."""
    if not isinstance(value, str):
        return value
    name = value.removeprefix("{").removesuffix("}")
    return things[name] if value == f"{{{name}}}" else value.format(**things)
