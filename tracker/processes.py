"""The three processes of the running system, as commands."""

import json
import signal
import sys

from tracker.env import Config
from tracker.log_settings import web_server_logging
from tracker.supervisor import Child

WEB, WORKER, BEAT = "web", "worker", "beat"


def processes(config: Config) -> dict[str, Child]:
    """Return web, worker and beat for this configuration, by name."""
    # Celery's advice against root is for production; the demo also runs in a container as root.
    quiet = ["-W", "ignore:You're running the worker with superuser"] if config.demo else []
    celery = [sys.executable, *quiet, "-m", "celery", "--quiet", "--app", "tracker"]
    level = ["--loglevel", config.log_level]
    return {
        WEB: Child(name=WEB, command=_web(config)),
        WORKER: Child(
            name=WORKER,
            # SIGTERM lets the job in hand finish; SIGQUIT returns it to the queue.
            sharper=signal.SIGQUIT,
            # One worker a machine at this size: gossip and mingling have nobody to talk to.
            command=[*celery, "worker", *level, "--without-gossip", "--without-mingle"],
        ),
        BEAT: Child(
            name=BEAT,
            # No pid file: one left by a killed beat would keep the next from starting.
            command=[*celery, "beat", *level, "--pidfile", ""],
        ),
    }


def _web(config: Config) -> list[str]:
    options = {
        # WSGI served these synchronous pages best in trials; ASGI was three times slower.
        "--interface": "wsgi",
        "--host": config.host,
        "--port": str(config.port),
        "--workers": str(config.web_processes),
        "--blocking-threads": str(config.web_threads),
        # A worker that does not stop for a slow client is ended.
        "--workers-kill-timeout": "5",
        "--log-level": config.log_level.lower(),
        "--log-config": _web_logging(config),
    }
    flags = ["--respawn-failed-workers", "--no-ws"]
    pairs = [text for pair in options.items() for text in pair]
    return [sys.executable, "-m", "granian", *pairs, *flags, "tracker.wsgi:application"]


def _web_logging(config: Config) -> str:
    """Write the web server's logging where it can read it; return the path."""
    config.data_dir.mkdir(parents=True, exist_ok=True)
    path = config.data_dir / "web-logging.json"
    path.write_text(json.dumps(web_server_logging(config.log_format)), encoding="utf-8")
    return str(path)
