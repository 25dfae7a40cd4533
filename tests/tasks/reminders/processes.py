"""Processes of their own on the database of the running test."""

import os

from django.db import connection


def environment() -> dict[str, str]:
    """Return the environment in which `manage.py` works on the test database."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database['NAME']}"
    else:
        account = f"{database['USER']}:{database['PASSWORD']}"
        place = f"{database['HOST']}:{database['PORT'] or 5432}"
        url = f"postgres://{account}@{place}/{database['NAME']}"
    return os.environ | {"DJANGO_SETTINGS_MODULE": "tracker.settings", "DATABASE_URL": url}
