"""The outside guards an installation may name: a log server and a scanner of uploads."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LogServer:
    """A syslog server: a host and port, by TCP where `stream`, or the path of a local socket."""

    host: str = ""
    port: int = 0
    path: str = ""
    stream: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanner:
    """A scanner for malicious content: a command, or clamd at a host and port or a socket."""

    command: tuple[str, ...] = ()
    host: str = ""
    port: int = 0
    path: str = ""
