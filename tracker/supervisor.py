"""One process that keeps others running: restarts a dead one, and leaves none behind.

Each child leads a session of its own, so whatever it starts can be ended with it, and a Ctrl-C in
the terminal reaches the supervisor alone. On Linux a child is told by the kernel when the
supervisor is killed outright; elsewhere only an orderly stop reaches it.
"""

import contextlib
import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

# Seconds from the first signal until a child is told more sharply, and until it is ended.
SHARPER_AFTER, KILL_AFTER = 6.0, 8.0
# Seconds before the first restart, at most between restarts, and of life that count as recovered.
FIRST_PAUSE, LONGEST_PAUSE, RECOVERED_AFTER = 1.0, 30.0, 60.0
POLL = 0.1
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """What to run: `sharper` is sent when the child has not stopped `SHARPER_AFTER` seconds after
    SIGTERM, and at once when the supervisor itself was killed.
    """

    name: str
    command: Sequence[str]
    sharper: signal.Signals = signal.SIGTERM


@dataclass(slots=True)
class _Running:
    child: Child
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE
    restart_at: float | None = None


@dataclass(slots=True, kw_only=True)
class Supervisor:
    """Runs children until a signal asks it to stop; `say` prints a line for people."""

    children: Sequence[Child]
    say: Callable[[str], None]
    environment: Mapping[str, str] | None = None
    _running: list[_Running] = field(default_factory=list)
    _asked_to_stop: bool = False

    def run(self, *, meanwhile: Callable[[], bool] | None = None) -> None:
        """Start the children and return when all of them were stopped on request.

        `meanwhile` is called at each turn until it returns True: what to wait for and then say.
        """
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        self._running = [_Running(child) for child in self.children]
        try:
            for running in self._running:
                self._start(running)
            while not self._asked_to_stop:
                for running in self._running:
                    self._keep(running)
                if meanwhile is not None and meanwhile():
                    meanwhile = None
                time.sleep(POLL)
        finally:
            self._stop()

    def _ask_to_stop(self, _number: int, _frame: object) -> None:
        # Once is enough: a signal to a process group reaches us twice, by way of make.
        self._asked_to_stop = True

    def _start(self, running: _Running) -> None:
        running.restart_at = None
        running.started = time.monotonic()
        running.process = subprocess.Popen(  # noqa: S603 - our own commands
            running.child.command,
            env=self.environment,
            start_new_session=True,
            preexec_fn=_dies_with_parent(running.child.sharper),
        )

    def _keep(self, running: _Running) -> None:
        now = time.monotonic()
        if running.process is None:
            if running.restart_at is not None and now >= running.restart_at:
                self._start(running)
            return
        code = running.process.poll()
        if code is None:
            return
        # What it started may still hold the port or a job.
        _signal_group(running.process.pid, signal.SIGKILL)
        if now - running.started >= RECOVERED_AFTER:
            running.pause = FIRST_PAUSE
        self.say(
            _("%(name)s 意外退出（%(reason)s），%(seconds)g 秒后重新启动。")
            % {
                "name": running.child.name,
                "reason": _reason(code),
                "seconds": running.pause,
            }
        )
        running.process = None
        running.restart_at = now + running.pause
        running.pause = min(running.pause * 2, LONGEST_PAUSE)

    def _stop(self) -> None:
        """End every child and whatever it started: TERM, then the sharper signal, then KILL."""
        asked = time.monotonic()
        left = [r.process for r in self._running if r.process is not None]
        sharper = {r.process.pid: r.child.sharper for r in self._running if r.process is not None}
        for process in left:
            _signal_one(process, signal.SIGTERM)
        while left and time.monotonic() - asked < KILL_AFTER:
            if sharper and time.monotonic() - asked >= SHARPER_AFTER:
                for process in left:
                    _signal_one(process, sharper[process.pid])
                sharper = {}
            time.sleep(POLL / 2)
            left = [process for process in left if process.poll() is None]
        for process in left:
            self.say(_("进程 %(pid)d 未按时停止，强制结束。") % {"pid": process.pid})
        for running in self._running:
            if running.process is not None:
                _signal_group(running.process.pid, signal.SIGKILL)
                running.process.wait()


def _signal_one(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(number)


def _signal_group(leader: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)


def _dies_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """Return what a child runs first so that it gets `number` when its parent dies."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def ask_the_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:  # it died in between
            os.kill(os.getpid(), number)

    return ask_the_kernel


def _reason(code: int) -> str:
    if code < 0:
        return _("信号 %(name)s") % {"name": signal.Signals(-code).name}
    return _("退出码 %(code)d") % {"code": code}


class DataDirBusyError(Exception):
    """Another supervisor works on this data directory."""


def hold(path: Path) -> int:
    """Lock `path` for as long as this process lives; return the descriptor that holds it.

    Raises DataDirBusyError where another process holds it.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise DataDirBusyError(str(path)) from error
    return descriptor
