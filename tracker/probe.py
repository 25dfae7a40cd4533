"""Whether a running process answers, asked from outside it."""

import socket
import urllib.error
import urllib.request

from accounts import clock
from tracker.celery import app
from tracker.env import Config
from tracker.heartbeat import heart_beats

ANSWER_SECONDS = 3


def web_answers(config: Config) -> bool:
    """Whether the web process of this configuration serves /healthz."""
    # Listening on every address includes the loopback.
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(config.host, config.host)  # noqa: S104
    # The application answers to its own names only.
    name = config.allowed_hosts[0].lstrip(".")
    request = urllib.request.Request(f"http://{host}:{config.port}/healthz", headers={"Host": name})
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as response:  # noqa: S310
            return bool(response.status == 200)
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


def worker_answers() -> bool:
    """Whether this machine's worker answers a broadcast; needs a broker other than files."""
    name = f"celery@{socket.gethostname()}"
    return bool(app.control.ping(destination=[name], timeout=ANSWER_SECONDS))


def beat_answers() -> bool:
    """Whether a wake of beat was carried out lately."""
    return heart_beats(now=clock.now())
