"""The embedded broker: messages as files in the data directory; and whether any broker answers."""

import contextlib
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from celery import current_app
from kombu.exceptions import OperationalError
from kombu.transport import filesystem
from kombu.utils.json import dumps, loads

# A broker that has not answered a probe by then is down.
PROBE_SECONDS = 2


def folders(broker_dir: Path) -> dict[str, str]:
    """Return the transport's options for messages kept below `broker_dir`."""
    messages, exchanges, taken = (broker_dir / n for n in ("messages", "exchanges", "taken"))
    return {
        "data_folder_in": str(messages),
        "data_folder_out": str(messages),
        "control_folder": str(exchanges),
        "processed_folder": str(taken),
    }


class Channel(filesystem.Channel):
    """Kombu's file channel with atomic moves.

    Kombu writes a message in place, where a reader can meet it half written, and takes it by way
    of the system's temporary directory. Here one rename publishes a message and another takes it,
    so exactly one worker gets it, whole.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for folder in (self.data_folder_in, self.control_folder, self.processed_folder):
            Path(folder).mkdir(parents=True, exist_ok=True)

    # The published types of Kombu's own classes disagree about these signatures.
    def _put(  # type: ignore[override]
        self, queue: str, payload: dict[str, Any], **kwargs: Any
    ) -> None:
        # Sorts by time; the rest makes it unique.
        name = f"{time.time_ns():020d}_{uuid.uuid4().hex}.{queue}.msg"
        draft = Path(self.processed_folder) / name
        draft.write_text(dumps(payload), encoding="utf-8")
        draft.rename(Path(self.data_folder_out) / name)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        for path in sorted(Path(self.data_folder_in).iterdir()):
            if path.name.partition(".")[2] != f"{queue}.msg":
                continue
            mine = Path(self.processed_folder) / path.name
            # Suppressed: another worker was faster.
            with contextlib.suppress(FileNotFoundError):
                path.rename(mine)
                payload = loads(mine.read_text(encoding="utf-8"))
                mine.unlink()
                return payload
        raise Empty


class Transport(filesystem.Transport):
    """Kombu's file transport over `Channel`; named in `tracker.celery_config`."""

    Channel = Channel
    # Seconds between looks at the folder.
    polling_interval = 0.25

    def drain_events(  # type: ignore[override]
        self, connection: Any, **kwargs: Any
    ) -> None:
        """Wait for messages, but return soon enough for the worker to notice a shutdown."""
        longest = 2 * self.polling_interval
        kwargs["timeout"] = min(kwargs.get("timeout") or longest, longest)
        super().drain_events(connection, **kwargs)


def broker_answers() -> bool:
    """Whether the broker lets a message be published, found out within seconds."""
    try:
        with current_app.connection_for_write(connect_timeout=PROBE_SECONDS) as connection:
            connection.ensure_connection(max_retries=1, timeout=PROBE_SECONDS)
            channel: Any = connection.default_channel
            channel.queue_declare(queue="celery")
    except (OperationalError, OSError):
        return False
    return True
