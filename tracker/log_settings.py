"""Django's LOGGING, and the same for the web server's own lines."""

from typing import Any

from accounts.guards import LogServer

FORMATTERS = {"text": "tracker.logs.TextLine", "json": "tracker.logs.JsonLine"}


def logging_config(
    *, level: str, log_format: str, each_request: bool, server: LogServer | None
) -> dict[str, Any]:
    """Return LOGGING: one line an event on standard output; audit events to the log server too.

    `each_request` adds a line for every answer. Without a log server audit events are not logged:
    they stand in the database.
    """
    forwarding: dict[str, Any] = {"class": "logging.NullHandler"}
    if server is not None:
        forwarding = {
            "()": "tracker.syslog.Forwarder",
            "host": server.host,
            "port": server.port,
            "path": server.path,
            "stream": server.stream,
            "formatter": "json",
        }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {name: {"()": formatter} for name, formatter in FORMATTERS.items()},
        "handlers": {
            "stdout": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "formatter": log_format,
            },
            "forward": forwarding,
        },
        "root": {"handlers": ["stdout"], "level": level},
        "loggers": {
            # Django's own handlers would print twice, or mail tracebacks with personal data.
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            # Every 404 and 403 is an ordinary answer here.
            "django.request": {"level": "ERROR"},
            "django.security": {"handlers": ["forward"], "propagate": True},
            "tracker.requests": {"level": "INFO" if each_request else "WARNING"},
            "accounts.audit": {
                "handlers": ["forward"],
                "level": "INFO" if server else "CRITICAL",
                "propagate": False,
            },
            # A line for every wake of every minute says nothing; failures are errors.
            "celery": {"level": "WARNING"},
            # Below this they print what they carry.
            "kombu": {"level": "INFO"},
            "amqp": {"level": "INFO"},
            # The web server's own handler has another format.
            "_granian": {"handlers": [], "propagate": True},
        },
    }


def web_server_logging(log_format: str) -> dict[str, Any]:
    """Return what replaces parts of the web server's configuration in its first process."""
    formatter = {"()": FORMATTERS[log_format]}
    return {"formatters": {"generic": formatter, "access": formatter}}
