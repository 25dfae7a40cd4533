#!/usr/bin/env python
"""Run Django's management commands."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Point Django at the settings and hand over the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
