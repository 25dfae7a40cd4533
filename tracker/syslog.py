"""Forward audit and security events to a log server.

A server that is down costs an event its forwarding, never a request its answer: the entry itself
stands in the database, and its digest in the next anchor.
"""

import contextlib
import socket
import time
from logging import LogRecord
from logging.handlers import SysLogHandler

CONNECT_SECONDS = 2
# A server that did not answer is left alone for so long.
PAUSE_SECONDS = 30


class Forwarder(SysLogHandler):
    """Python's syslog handler, which connects again and is silent while nobody answers."""

    def __init__(self, *, host: str, port: int, path: str, stream: bool) -> None:
        self._silent_until = 0.0
        self._server = (host, port)
        # Python's own attributes, in case its constructor stops at a server that is down.
        self.unixsocket = bool(path)
        kind = socket.SOCK_STREAM if stream else socket.SOCK_DGRAM
        with contextlib.suppress(OSError):
            super().__init__(
                address=path or (host, port), facility=self.LOG_AUTHPRIV, socktype=kind
            )
        # Frames of a stream end with a line feed (RFC 6587); datagrams need no end.
        self.append_nul = False
        self.ident = "four-lists: "
        self._end = "\n" if stream else ""

    def createSocket(self) -> None:  # noqa: N802 - the library's name
        """Connect a stream, but not for longer than a request can wait."""
        if self.socktype == socket.SOCK_STREAM and not self.unixsocket:
            self.socket = socket.create_connection(self._server, timeout=CONNECT_SECONDS)
        else:
            super().createSocket()

    def emit(self, record: LogRecord) -> None:
        """Send the event unless the server was down a moment ago."""
        if time.monotonic() >= self._silent_until:
            super().emit(record)

    def format(self, record: LogRecord) -> str:
        """Return the line with its end."""
        return super().format(record) + self._end

    def handleError(self, record: LogRecord) -> None:  # noqa: N802 - the library's name
        """Drop the event, and connect anew after a while."""
        self._silent_until = time.monotonic() + PAUSE_SECONDS
        if self.socket is not None:
            self.socket.close()
        self.socket = None  # type: ignore[assignment]  # the published type forgets it
