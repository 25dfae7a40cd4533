"""Start the running system as a plain process, and see what it leaves behind."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from tracker.env import BASE_DIR, VARIABLES

# Marks everything one start brought to life, orphans included.
MARK = "FOUR_LISTS_TEST_RUN"


@dataclass(frozen=True, slots=True)
class Started:
    """A started system: its first process, its port, its log and its mark."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path
    mark: str

    def family(self) -> list[psutil.Process]:
        """Return every process that carries this run's mark."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.environ().get(MARK) == self.mark and process.status() != "zombie":
                    found.append(process)
        return found

    def named(self, word: str) -> list[psutil.Process]:
        """Return this run's processes whose command line has `word`, oldest first."""
        found = [p for p in self.family() if word in " ".join(_command_line(p))]
        return sorted(found, key=psutil.Process.create_time)

    def get(self, path: str, **headers: str) -> tuple[int, Any]:
        """Return status and JSON of an answer; status 0 where nothing answers."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)
        except OSError:
            return 0, None

    def output(self) -> str:
        """Return everything printed so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")


def wait_for(what: Callable[[], Any], *, seconds: float, why: Callable[[], str] = str) -> Any:
    """Return the first true value of `what`, or fail with `why` after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := what():
            return value
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s\n{why()}")


def free_port() -> int:
    """Return a port nobody listens on."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(**changes: str) -> dict[str, str]:
    """Return this machine's environment without settings of developer and tests, plus `changes`.

    A browser test of the same run allows database calls beside Playwright's event loop; no process
    of ours may take that over.
    """
    kept = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    for own in ("DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE"):
        kept.pop(own, None)
    return kept | changes


@contextlib.contextmanager
def started(command: Sequence[str], directory: Path, **changes: str) -> Iterator[Started]:
    """Run `command` in the project with its data below `directory`; end all of it afterwards."""
    port, log = free_port(), directory / "output.log"
    mark = f"{os.getpid()}-{directory}"
    variables = {"DATA_DIR": str(directory / "data"), "HOST": "127.0.0.1", "PORT": str(port)}
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=BASE_DIR,
            env=environment(**(variables | changes | {MARK: mark})),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    run = Started(process, port, log, mark)
    try:
        yield run
    finally:
        for member in run.family():
            with contextlib.suppress(psutil.Error):
                member.kill()
        process.wait(10)


def manage(*arguments: str) -> list[str]:
    """Return the command line of a management command."""
    return [sys.executable, "manage.py", *arguments]


def send(run: Started, number: signal.Signals) -> None:
    """Send a signal to the first process alone."""
    run.process.send_signal(number)


def _command_line(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []
