"""Fixtures of the tests of the frame and its pages."""

from tests.browser import browser
from tests.cast import cast

__all__ = ["browser", "cast"]
