"""Fixtures of the tests of judgements and what they lead to."""

from tests.cast import cast

__all__ = ["cast"]
