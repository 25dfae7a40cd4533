"""Fixtures of the tests of the frame and its pages."""

from tests.cast import cast
from tests.making import set_clock

__all__ = ["cast", "set_clock"]
