"""The migrated SQLite database of the tests, kept between runs: migrating takes many tests' time.

The file is named by a digest of all migrations, so any change of one makes a new one. PostgreSQL's
test database is always migrated from nothing.
"""

import hashlib
import shutil
from pathlib import Path

import django
import pytest
from django.conf import settings
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from tracker.settings_test import POSTGRES

_FOLDER = Path(settings.BASE_DIR) / "build" / "test-databases"


def _kept() -> Path:
    """Return where the database of these migrations is kept."""
    digest = hashlib.sha256(django.__version__.encode())
    for path in sorted(Path(settings.BASE_DIR).glob("*/migrations/*.py")):
        digest.update(path.read_bytes())
    # The triggers' text lies outside the migrations that install them.
    digest.update((Path(settings.BASE_DIR) / "accounts" / "append_only.py").read_bytes())
    return _FOLDER / f"{digest.hexdigest()[:20]}.sqlite3"


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Put the kept database in its place; pytest-django then only looks whether it is current."""
    if POSTGRES or not _kept().exists():
        return False
    shutil.copyfile(_kept(), settings.DATABASES["default"]["TEST"]["NAME"])
    return True


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Keep a freshly migrated database for the next run."""
    if POSTGRES or _kept().exists():
        return
    with django_db_blocker.unblock():
        # Closing the last connection brings everything into the one file.
        connection.close()
        _FOLDER.mkdir(parents=True, exist_ok=True)
        draft = _kept().with_suffix(".draft")
        shutil.copyfile(settings.DATABASES["default"]["TEST"]["NAME"], draft)
        draft.rename(_kept())
