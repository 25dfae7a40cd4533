"""The cast the table's bureau is built from."""

from tests.cast import cast

__all__ = ["cast"]
