"""Run the whole suite: what uses a database on SQLite and on PostgreSQL, the rest once.

Two workers of one pytest session, a database to each, so that one closing line and exit code speak
for both; `tests.division` hands them their tests. Arguments are pytest's own.
"""

import sys

import pytest

from tests import machine

if __name__ == "__main__":
    runs = ["-p", "tests.division", "--dist=load", "--tx=popen//env:TEST_DATABASE=sqlite"]
    if machine.postgres_answers():
        runs.append("--tx=popen//env:TEST_DATABASE=postgres")
    sys.exit(pytest.main([*runs, *sys.argv[1:]]))
