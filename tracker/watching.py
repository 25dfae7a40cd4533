"""How the environment names what guards and watches the system: networks, log server, scanner."""

import shlex
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from urllib.parse import urlsplit

from accounts.guards import LogServer, Scanner

SYSLOG_PORT = 514
CLAMD_PORT = 3310
LOG_FORMATS = ("text", "json")


def networks(texts: Sequence[str], name: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Read addresses and networks; ValueError with a sentence about the variable `name`."""
    try:
        return tuple(ip_network(text.strip()) for text in texts)
    except ValueError as error:
        raise ValueError(
            f"{name}：{error}，请用逗号分隔的地址或网段，如 10.0.0.5,172.18.0.0/16。"
            "(List addresses or networks.)"
        ) from error


def log_format(text: str) -> str:
    """Read how log lines look."""
    if text not in LOG_FORMATS:
        raise ValueError(
            f"LOG_FORMAT：“{text}”无效，可用 {'、'.join(LOG_FORMATS)}。"
            "(Set LOG_FORMAT to one of these.)"
        )
    return text


def log_server(url: str) -> LogServer | None:
    """Read `syslog://host:514` (UDP), `syslog+tcp://host:514`, `syslog:///dev/log`; "" is none."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
        host, port, path = parts.hostname or "", parts.port or SYSLOG_PORT, parts.path.rstrip("/")
    except ValueError:
        host, port, path, parts = "", 0, "", urlsplit("")
    right = bool(host) != bool(path) and (parts.scheme == "syslog" or bool(host))
    if parts.scheme not in ("syslog", "syslog+tcp") or not right:
        raise ValueError(
            "SYSLOG_URL：无法识别，请用 syslog://日志服务器:514、syslog+tcp://… 或 syslog:///dev/log。"
            "(Use one of these forms.)"
        )
    return LogServer(host=host, port=port, path=path, stream=parts.scheme == "syslog+tcp")


def scanner(text: str) -> Scanner | None:
    """Read a command that takes a file on its input, or `clamd://host:3310`, `clamd:///socket`."""
    if not text:
        return None
    try:
        parts = urlsplit(text)
        if parts.scheme != "clamd":
            return Scanner(command=tuple(shlex.split(text)))
        host, port, path = parts.hostname or "", parts.port or CLAMD_PORT, parts.path.rstrip("/")
    except ValueError:
        host = path = ""
        port = 0
    if bool(host) == bool(path):
        raise ValueError(
            "ANTIVIRUS_COMMAND：无法识别，请写查毒命令，或 clamd://主机:3310、clamd:///套接字路径。"
            "(Name a command that reads a file on its input, or clamd's address.)"
        )
    return Scanner(host=host, port=port, path=path)


def when_scanner_is_down(text: str) -> str:
    """Read what happens to files while the scanner does not answer."""
    if text not in ("refuse", "accept"):
        raise ValueError(
            f"ANTIVIRUS_DOWN：“{text}”无效，可用 refuse（拒收）或 accept（照收）。"
            "(Set ANTIVIRUS_DOWN to refuse or accept.)"
        )
    return text
