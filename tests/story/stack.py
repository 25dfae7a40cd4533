"""The whole running system on data of its own, on any day: web, worker and beat as processes."""

import contextlib
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.tracker.processes import Started, environment, manage, started, wait_for
from tracker.env import BASE_DIR

# One start takes seconds; machines under load take many.
SOON = 90


@dataclass(frozen=True, slots=True)
class Stack:
    """Where the system keeps its data, and the variables that say which services it uses."""

    directory: Path
    variables: dict[str, str]

    def command(self, *arguments: str, on: str) -> Any:
        """Run a management command on a day and return the JSON it prints."""
        done = subprocess.run(
            manage(*arguments, "--format", "json"),
            cwd=BASE_DIR,
            env=self._environment(on),
            capture_output=True,
            text=True,
            timeout=SOON,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def migrate(self, *, on: str) -> None:
        """Make the tables."""
        subprocess.run(
            manage("migrate", "--verbosity", "0"),
            cwd=BASE_DIR,
            env=self._environment(on),
            timeout=SOON,
            check=True,
        )

    @contextlib.contextmanager
    def serving(self, on: str) -> Iterator[Started]:
        """Serve the system on a day until the block ends; it must end clean."""
        # The story is played at any hour, also by night.
        variables = self.variables | {"DEMO_TODAY": on, "REMINDER_HOURS": "0-24"}
        with started(manage("serve"), self.directory, **variables) as run:
            wait_for(lambda: run.get("/readyz")[0] == 200, seconds=SOON, why=run.output)
            yield run
            run.process.terminate()
            assert run.process.wait(20) == 0, run.output()
            assert run.family() == []
            assert "Traceback" not in run.output(), run.output()

    def _environment(self, on: str) -> dict[str, str]:
        data = {"DATA_DIR": str(self.directory / "data"), "DEMO_TODAY": on}
        return environment(**(self.variables | data))
