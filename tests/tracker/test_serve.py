"""`manage.py serve`: everything starts, a dead part comes back, and nothing is left behind."""

import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.tracker.processes import Started, environment, free_port, manage, started, wait_for
from tracker.demo.people import PASSWORD, demo_accounts
from tracker.env import BASE_DIR

# One start takes seconds; machines under load take many.
SOON = 60


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty, migrated database to start from."""
    path = tmp_path_factory.mktemp("migrated")
    subprocess.run(
        manage("migrate", "--verbosity", "0"),
        cwd=BASE_DIR,
        env=environment(DATA_DIR=str(path)),
        check=True,
    )
    return path


@pytest.fixture
def served(migrated: Path, tmp_path: Path) -> Iterator[Started]:
    """The whole system at work on a copy of that database."""
    data = tmp_path / "data"
    data.mkdir()
    for file in migrated.glob("*.sqlite3*"):
        (data / file.name).write_bytes(file.read_bytes())
    with started(manage("serve"), tmp_path) as run:
        wait_for(lambda: "按 Ctrl-C 停止" in run.output(), seconds=SOON, why=run.output)
        wait_for(lambda: run.get("/readyz")[0] == 200, seconds=SOON, why=run.output)
        yield run


def test_a_start_prints_the_address_and_the_demo_accounts_and_is_ready(served: Started) -> None:
    printed = served.output()
    assert f"http://127.0.0.1:{served.port}/" in printed
    assert PASSWORD in printed
    for account in demo_accounts():
        assert account.login in printed and account.title in printed
    assert served.get("/healthz") == (200, {"alive": True})
    ready = {"database": True, "broker": True, "heartbeat": True}
    assert served.get("/readyz") == (200, {"ready": True, "checks": ready})


def test_requests_are_counted_over_the_web_processes(served: Started) -> None:
    for _turn in range(3):
        served.get("/healthz")
    with urllib.request.urlopen(f"http://127.0.0.1:{served.port}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    counted = 'four_lists_http_requests_total{method="GET",route="healthz",status="200"} '
    (line,) = (line for line in lines if line.startswith(counted))
    assert float(line.removeprefix(counted)) >= 3
    assert list((served.log.parent / "data" / "metrics").glob("*.db"))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_everything_within_ten_seconds(
    served: Started, number: signal.Signals
) -> None:
    before, printed = time.monotonic(), len(served.output())
    served.process.send_signal(number)
    assert served.process.wait(10) == 0
    assert time.monotonic() - before < 10
    assert served.family() == []
    assert "Traceback" not in served.output()[printed:]


def test_a_signal_to_the_whole_group_ends_everything_too(served: Started) -> None:
    os.killpg(served.process.pid, signal.SIGTERM)
    assert served.process.wait(10) == 0
    assert served.family() == []


@pytest.mark.parametrize("part", ["granian", "celery --quiet --app tracker worker", "tracker beat"])
def test_a_killed_part_is_started_again(served: Started, part: str) -> None:
    before = served.named(part)
    before[0].kill()
    sentence = "意外退出（信号 SIGKILL），1 秒后重新启动"
    wait_for(lambda: sentence in served.output(), seconds=SOON, why=served.output)

    def is_back() -> bool:
        after = served.named(part)
        return len(after) == len(before) and set(after).isdisjoint(before)

    wait_for(is_back, seconds=SOON, why=served.output)
    wait_for(lambda: served.get("/readyz")[0] == 200, seconds=SOON, why=served.output)
    served.process.terminate()
    assert served.process.wait(10) == 0
    assert served.family() == []


def test_nothing_survives_a_killed_supervisor(served: Started) -> None:
    served.process.kill()
    wait_for(
        lambda: not served.family(),
        seconds=10,
        why=lambda: "\n".join(" ".join(p.cmdline()) for p in served.family()) + served.output(),
    )


def test_a_second_system_on_the_same_data_is_refused(served: Started, tmp_path: Path) -> None:
    second = subprocess.run(
        manage("serve"),
        cwd=BASE_DIR,
        env=environment(DATA_DIR=str(tmp_path / "data"), PORT=str(free_port())),
        capture_output=True,
        text=True,
        timeout=SOON,
        check=False,
    )
    assert second.returncode == 1
    assert "正由另一个四清单使用" in second.stderr
    assert "Traceback" not in second.stderr
    assert psutil.pid_exists(served.process.pid)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"HOST": "203.0.113.7"}, "无法在 203.0.113.7:"),
        ({"PORT": "eighty"}, "PORT：“eighty”不是 1 到 65535 的整数"),
        ({"MODE": "production"}, "SECRET_KEY：缺失或过弱"),
    ],
)
def test_a_start_that_cannot_work_says_why_in_a_sentence(
    changes: dict[str, str], sentence: str, tmp_path: Path
) -> None:
    done = subprocess.run(
        manage("serve"),
        cwd=BASE_DIR,
        env=environment(DATA_DIR=str(tmp_path), PORT=str(free_port())) | changes,
        capture_output=True,
        text=True,
        timeout=SOON,
        check=False,
    )
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_taken_port_is_refused_with_another_one_to_try(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            manage("serve"),
            cwd=BASE_DIR,
            env=environment(DATA_DIR=str(tmp_path), PORT=str(port)),
            capture_output=True,
            text=True,
            timeout=SOON,
            check=False,
        )
    assert done.returncode == 1
    assert f"无法在 127.0.0.1:{port} 上提供服务" in done.stderr
    assert f"PORT={port + 1}" in done.stderr
