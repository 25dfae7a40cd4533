"""Stands for a container engine: services of docker-compose.yml as plain processes.

Commands, environments and health checks are taken from the file. Only what an engine provides is
replaced: service names by addresses here, `/data` by a folder, programs by this machine's.
"""

import getpass
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests import machine
from tests.tracker.compose import services
from tests.tracker.processes import environment, free_port, wait_for
from tracker.env import BASE_DIR

APPLICATION = ("web", "worker", "beat")
_UNITS = {"h": 3600, "m": 60, "s": 1}


@dataclass(slots=True)
class Engine:
    """Starts services in a folder that PostgreSQL's user may enter, and asks their health."""

    folder: Path
    postgres_port: int = field(default_factory=free_port)
    redis_port: int = field(default_factory=free_port)
    web_port: int = field(default_factory=free_port)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        """Start a service by its own command, and wait until it is healthy by its own check."""
        if name == "db":
            self._make_cluster()
        with self._log(name).open("wb") as log:
            self.running[name] = subprocess.Popen(
                self._command(services()[name]["command"]),
                cwd=self._directory(name),
                env=self._variables(name),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                user=_postgres_user() if name == "db" else None,
                start_new_session=True,
            )
        seconds = patience(services()[name]["healthcheck"])
        wait_for(lambda: self.healthy(name), seconds=seconds, why=lambda: self.printed(name))
        if name == "db":
            self._make_database()

    def healthy(self, name: str) -> bool:
        """Ask a service by its own health check."""
        kind, *words = services()[name]["healthcheck"]["test"]
        assert kind == "CMD"
        asked = subprocess.run(
            self._command(words),
            cwd=self._directory(name),
            env=self._variables(name),
            capture_output=True,
            timeout=60,
            check=False,
        )
        return asked.returncode == 0

    def printed(self, name: str) -> str:
        """Return what a service printed."""
        return self._log(name).read_text(encoding="utf-8", errors="replace")

    def stop(self) -> None:
        """Stop every service, the last started first."""
        for process in reversed(self.running.values()):
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def _directory(self, name: str) -> Path:
        return BASE_DIR if name in APPLICATION else self.folder

    def _outside(self, text: str) -> str:
        """Return what a text of the file means outside a container."""
        replaced = {
            "@db:5432/": f"@127.0.0.1:{self.postgres_port}/",
            "//redis:6379/": f"//127.0.0.1:{self.redis_port}/",
            "/data": str(self.folder / "data"),
            "0.0.0.0": "127.0.0.1",  # noqa: S104 - replaced, not used
        }
        for inside, here in replaced.items():
            text = text.replace(inside, here)
        return text

    def _variables(self, name: str) -> dict[str, str]:
        given = services()[name].get("environment", {})
        given = {key: self._outside(value) for key, value in given.items()}
        if name in APPLICATION:
            given["PORT"] = str(self.web_port)
        return environment(**given, PGPORT=str(self.postgres_port), PGHOST="127.0.0.1")

    def _command(self, words: list[str]) -> list[str]:
        """Return a command of the file with this machine's programs, places and ports."""
        first, *rest = words
        if first == "python":
            return [sys.executable, *rest]
        if first == "postgres":
            folder = str(self.folder / "postgres")
            port = str(self.postgres_port)
            rest += ["-D", folder, "-p", port, "-k", folder, "-h", "127.0.0.1"]
        elif first == "redis-server":
            rest += ["--port", str(self.redis_port), "--bind", "127.0.0.1"]
        elif first == "redis-cli":
            rest = ["-p", str(self.redis_port), *rest]
        return [program(first), *rest]

    def _make_cluster(self) -> None:
        """Do what PostgreSQL's image does before its first start."""
        folder = self.folder / "postgres"
        folder.mkdir()
        owner = _postgres_user()
        if owner:
            shutil.chown(folder, owner, owner)
        name = services()["db"]["environment"]["POSTGRES_USER"]
        options = ["-D", str(folder), "-U", name, "--auth=trust", "--encoding=UTF8", "--no-sync"]
        subprocess.run(
            [program("initdb"), *options],
            cwd=self.folder,
            user=owner,
            check=True,
            capture_output=True,
        )

    def _make_database(self) -> None:
        given = services()["db"]["environment"]
        server = f"postgres://{given['POSTGRES_USER']}@127.0.0.1:{self.postgres_port}/postgres"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{given["POSTGRES_DB"]}"'.encode())


def patience(check: Mapping[str, Any]) -> float:
    """Return after how many seconds an engine would call a service unhealthy."""
    tries = int(check["retries"]) * (_seconds(check["interval"]) + _seconds(check["timeout"]))
    return _seconds(check.get("start_period") or "0s") + tries


def _seconds(duration: str) -> float:
    """Return a duration of the file (`1m30s`) in seconds."""
    parts = re.findall(r"(\d+)(h|m|s)", duration)
    assert "".join(f"{number}{unit}" for number, unit in parts) == duration, duration
    return sum(int(number) * _UNITS[unit] for number, unit in parts)


def program(name: str) -> str:
    """Return a program of this machine; PostgreSQL's may lie outside the path."""
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    found = str(places[0]) if places else shutil.which(name)
    if found is None:
        machine.leave_out(f"{name} is not installed: the services of docker-compose.yml")
    return found


def _postgres_user() -> str | None:
    """Return whom PostgreSQL runs as: it refuses root."""
    return "postgres" if getpass.getuser() == "root" else None
