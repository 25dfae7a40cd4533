"""Fixtures of the tests of the four lists."""

from tests.cast import cast

__all__ = ["cast"]
