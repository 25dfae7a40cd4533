"""Run the whole suite: on SQLite, and what uses a database once more on PostgreSQL.

Both runs are workers of one pytest session, so they share its closing line and exit code.
Arguments are pytest's own.
"""

import sys

import pytest

from tests import machine

if __name__ == "__main__":
    runs = ["--dist=each", "--tx=popen//env:TEST_DATABASE=sqlite"]
    if machine.postgres_answers():
        runs.append("--tx=popen//env:TEST_DATABASE=postgres")
    sys.exit(pytest.main([*runs, *sys.argv[1:]]))
