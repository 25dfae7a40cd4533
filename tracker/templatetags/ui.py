"""Template tags and filters of the interface's components; their use is in `docs/pages.md`."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Protocol

from django import template
from django.core.paginator import Page
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.calendar import written

register = template.Library()

SPRITE = "dist/icons.svg"
LAMP_COLOURS = frozenset({"red", "yellow", "green"})


class Lamp(Protocol):
    """What a lamp shows; `sentence` and `next` are printed where there is room for them."""

    @property
    def colour(self) -> str:
        """`red`, `yellow` or `green`; anything else is drawn as a grey ring."""

    @property
    def word(self) -> str:
        """The word beside the shape."""


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon of the sprite (`frontend/icons.json`), hidden from screen readers."""
    return _use(name, "ic")


@register.simple_tag
def lamp(light: Lamp | None, *, big: bool = False) -> SafeString:
    """Draw a lamp: shape, colour and word; a grey ring with a dash where nothing is judged."""
    shade = _known(colour(light))
    return format_html(
        '<span class="lamp lamp-{}{}">{}{}</span>',
        shade,
        " lamp-big" if big else "",
        lamp_shape(shade),
        light.word if light else "—",
    )


@register.simple_tag
def lamp_shape(shade: str) -> SafeString:
    """Draw a lamp's shape alone; the word must stand beside it."""
    return _use(f"lamp-{_known(shade)}", "lamp-shape")


@register.filter
def lit(light: Lamp | None) -> str:
    """Return the class that colours the edge of a row or card by its lamp."""
    return f"lit-{_known(colour(light))}"


@register.filter
def colour(light: Lamp | None) -> str:
    """Return a lamp's colour, or an empty string where nothing is judged."""
    return light.colour if light else ""


@register.simple_tag
def bar(
    value: Decimal | float | None,
    light: str = "",
    *,
    claimed: Decimal | float | None = None,
    planned: Decimal | float | None = None,
) -> SafeString:
    """Draw a progress bar from 0 to 100, hidden from screen readers: print the number beside it.

    `claimed` adds a paler part up to the self-reported percent, `planned` a line at 序时进度.
    """
    parts = [SafeString('<rect width="100" height="6" class="bar-ground"/>')]
    if claimed is not None:
        parts.append(
            format_html('<rect width="{}" height="6" class="bar-claim"/>', _width(claimed))
        )
    parts.append(
        format_html(
            '<rect width="{}" height="6" class="bar-fill {}"/>',
            _width(value or 0),
            light if light in LAMP_COLOURS else "",
        )
    )
    if planned is not None:
        at = min(Decimal(_width(planned)), Decimal("99.5"))
        parts.append(format_html('<line x1="{0}" x2="{0}" y2="6" class="bar-plan"/>', at))
    return format_html(
        '<svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        "{}</svg>",
        SafeString("".join(parts)),
    )


@register.filter
def percent(value: Decimal | float | None) -> str:
    """Return `66.67%`, `40%`, or a dash for none."""
    if value is None:
        return "—"
    text = f"{Decimal(value):.2f}".rstrip("0").rstrip(".")
    return f"{text}%"


@register.filter
def day(value: dt.date | None) -> str:
    """Return a date as `2023-09-30`, or a dash for none."""
    return value.isoformat() if value else "—"


@register.filter
def computed(value: dt.date | None) -> str:
    """As `day`, of a date counted in working days: one in a provisional year says so."""
    return written(value) if value else "—"


@register.filter
def many(count: int) -> str:
    """Return a badge's number: `99+` from 100 on."""
    return "99+" if count > 99 else str(count)


@register.filter
def elided(page: Page[Any]) -> Iterator[str | int]:
    """Return the page numbers a pager shows, with … for what it leaves out."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


def _use(symbol: str, css: str) -> SafeString:
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        css,
        static(SPRITE),
        symbol,
    )


def _known(shade: str) -> str:
    return shade if shade in LAMP_COLOURS else "none"


def _width(value: Decimal | float) -> str:
    return f"{min(max(Decimal(value), Decimal(0)), Decimal(100)):.2f}"
