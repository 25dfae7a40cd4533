"""Fixtures of the tests of accounts' pages."""

from tests.cast import cast

__all__ = ["cast"]
