"""Run the benchmarks, print their ratios and write var/bench.json.

    python -m benchmarks [NAME…] [--output FILE] [--strict]

NAME is the end of a module's name (`audit_write`); without one, all run. They work in a database
made for the run: on the server of TEST_DATABASE_URL where it answers, else SQLite.
"""

import argparse
import importlib
import json
import os
import pkgutil
import sys
from pathlib import Path
from typing import Any

import django

import benchmarks
from tests import machine as services

PREFIX = "bench_"


def main() -> int:
    """Run what was asked for; exit 1 with --strict when a ratio is not what it must be."""
    names = [
        found.name.removeprefix(PREFIX)
        for found in pkgutil.iter_modules(benchmarks.__path__)
        if found.name.startswith(PREFIX)
    ]
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names))
    parser.add_argument("--output", type=Path, default=Path("var/bench.json"))
    parser.add_argument("--strict", action="store_true")
    given = parser.parse_args()
    unknown = set(given.names) - set(names)
    if unknown:
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(names)}")

    os.environ["TEST_DATABASE"] = "postgres" if services.postgres_answers() else "sqlite"
    os.environ["DJANGO_SETTINGS_MODULE"] = "tracker.settings_test"
    django.setup()
    short = run(given.names or names, given.output)
    return 1 if short and given.strict else 0


def run(names: list[str], output: Path) -> list[str]:
    """Run the named benchmarks in a new database; return the ratios that fall short."""
    from django.db import connection
    from django.test.utils import setup_test_environment

    from benchmarks import harness

    setup_test_environment()
    old = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    report: dict[str, Any] = {"machine": {}, "sizes": {}, "ratios": {}, "detail": {}}
    short = []
    try:
        report["machine"] = harness.machine()
        for name in names:
            module = importlib.import_module(f"benchmarks.{PREFIX}{name}")
            result = module.run()
            report["sizes"] |= result.sizes
            report["ratios"] |= result.ratios
            report["detail"][name] = dict(result.detail)
            for key, ratio in result.ratios.items():
                must = module.MUST[key]
                verdict = "ok" if must.holds(ratio) else "SHORT"
                print(f"{key:<28}{ratio:>10.2f}   must be {must!s:<8}{verdict}")
                if verdict != "ok":
                    short.append(key)
    finally:
        connection.creation.destroy_test_db(old, verbosity=0)
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(f"written to {output}")
    return short


if __name__ == "__main__":
    sys.exit(main())
