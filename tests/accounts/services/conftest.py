"""Fixtures of the tests of accounts' services."""

from tests.making import set_clock

__all__ = ["set_clock"]
