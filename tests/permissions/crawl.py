"""Every address of the URL configuration, by its name."""

from collections.abc import Iterator

from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def addresses() -> list[str]:
    """Return the names of all addresses, namespaces included, each once, in the map's order."""
    return list(dict.fromkeys(_names(get_resolver(), "")))


def _names(resolver: URLResolver, namespace: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            below = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _names(pattern, below)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name or pattern.pattern}"
