"""Settings of the test-suite: the real ones on throw-away data.

The suite runs on SQLite unless `TEST_DATABASE=postgres`, which takes the server named by
`TEST_DATABASE_URL`. No variable of the developer's own set-up reaches it.
"""

# ruff: noqa: E402 - the environment is prepared before the settings read it.

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any, cast

from django.template.base import Origin, Template
from django.template.context import Context

from tracker.env import BASE_DIR, VARIABLES

for _name in VARIABLES & os.environ.keys():
    del os.environ[_name]
_data_dir = tempfile.mkdtemp(prefix="four-lists-tests-")
atexit.register(shutil.rmtree, _data_dir, ignore_errors=True)
os.environ["DATA_DIR"] = _data_dir

POSTGRES = os.environ.get("TEST_DATABASE") == "postgres"
# The database itself need not exist: the suite makes, and removes, `test_` + its name.
TEST_DATABASE_URL = os.environ.get(
    "TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/four_lists"
)
TEST_REDIS_URL = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
if POSTGRES:
    os.environ["DATABASE_URL"] = TEST_DATABASE_URL

from tracker.settings import *  # noqa: F403
from tracker.settings import DATA_DIR, DATABASES, STORAGES, TEMPLATES

if POSTGRES:
    # Nothing of a test outlives its server.
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c synchronous_commit=off"
else:
    # A file, not memory: threads and processes of a test share it as they do in production.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"

# Fast, not safe.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Finds files where they are: tests need no `collectstatic`.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir()
ALLOWED_HOSTS = ["*"]


class RefusedVariable(str):
    """Makes one of this project's templates fail where it names a variable that is not there.

    Django asks a non-empty `string_if_invalid` for "%s" and then formats it with the variable's
    name. Templates of libraries rely on missing variables being empty and keep that.
    """

    __slots__ = ()

    def __contains__(self, part: object) -> bool:
        return part == "%s"

    def __mod__(self, variable: Any) -> str:
        context = cast("Context", sys._getframe(1).f_locals["context"])
        template: Template | None = context.render_context.template or context.template
        origin: Origin | None = template.origin if template else None
        if origin and _ours(Path(origin.name)):
            raise AssertionError(f"{origin.name}: unknown template variable {variable}")
        return ""


def _ours(path: Path) -> bool:
    return path.is_relative_to(BASE_DIR) and "site-packages" not in path.parts


TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = RefusedVariable("%s")  # type: ignore[index]
