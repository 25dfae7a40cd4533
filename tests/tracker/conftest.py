"""Fixtures of the tests of the frame and its pages."""

from tests.cast import cast

__all__ = ["cast"]
