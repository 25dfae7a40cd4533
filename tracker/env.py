"""Configuration from environment variables, read once; the only module that reads them.

`.env.example` explains each variable. A value that cannot be read, and in production mode a
missing or unsafe one, raises `ImproperlyConfigured` with one sentence each, in Chinese and English
because no language is active yet: nothing can start with them, whichever way it is started.
"""

import datetime as dt
import hashlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

from accounts.choices import GUARDED_ROLES, Role
from accounts.guards import LogServer, Scanner
from accounts.rules.passwords import PROFILES
from tracker import env_directory
from tracker.env_directory import DirectoryConfig, directory_refusals, read_directory
from tracker.refusals import refusals
from tracker.watching import log_format, log_server, networks, scanner, when_scanner_is_down

BASE_DIR = Path(__file__).resolve().parent.parent

DEMO = "demo"
PRODUCTION = "production"

# Every variable this module reads; `.env.example` says what each is for.
VARIABLES = frozenset(
    {
        "ALLOWED_HOSTS",
        "ANTIVIRUS_COMMAND",
        "ANTIVIRUS_DOWN",
        "AUDIT_DIGEST",
        "CELERY_BROKER_URL",
        "DATABASE_URL",
        "DATA_DIR",
        "DEMO_TODAY",
        "EMAIL_URL",
        "FRESH_MINUTES",
        "HOST",
        "LOG_FORMAT",
        "LOG_LEVEL",
        "MAIL_FROM",
        "METRICS_TOKEN",
        "MODE",
        "OFFICER_ADDRESSES",
        "PASSWORD_PROFILE",
        "PORT",
        "REDIS_URL",
        "REMINDER_HOURS",
        "SECOND_FACTOR_ROLES",
        "SECRET_KEY",
        "SESSIONS_AT_ONCE",
        "SITE_URL",
        "SYSLOG_URL",
        "TRUSTED_PROXIES",
        "WEB_PROCESSES",
        "WEB_THREADS",
        "WORKER_PROCESSES",
    }
    | env_directory.VARIABLES
)

# Digests of the audit chain, each of 64 hexadecimal digits.
DIGESTS = ("sha256", "sm3")
SQLITE = "django.db.backends.sqlite3"
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything the environment may set; see `.env.example` for the meaning of each."""

    mode: str
    data_dir: Path
    secret_key: str
    allowed_hosts: tuple[str, ...]
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...]
    host: str
    port: int
    site_url: str
    database: dict[str, Any]
    broker_url: str
    email: dict[str, Any]
    mail_from: str
    metrics_token: str
    web_processes: int
    web_threads: int
    worker_processes: int
    log_level: str
    demo_today: dt.date | None
    reminder_hours: tuple[int, int]
    password_profile: str
    sessions_at_once: int
    fresh_minutes: int
    second_factor_roles: frozenset[str]
    directory: DirectoryConfig
    audit_digest: str
    officer_addresses: tuple[IPv4Network | IPv6Network, ...]
    log_format: str
    log_server: LogServer | None
    scanner: Scanner | None
    scanner_down: str

    @property
    def demo(self) -> bool:
        """Whether this is the demonstration, with its known accounts."""
        return self.mode == DEMO

    @property
    def sqlite(self) -> bool:
        """Whether the embedded database is used."""
        return bool(self.database["ENGINE"] == SQLITE)


def load_config(variables: Mapping[str, str] | None = None) -> Config:
    """Read `variables` (default: the process's environment).

    Raises ImproperlyConfigured with every sentence at once. In demo mode a missing secret key is
    made once and kept in the data directory, so sessions survive a restart.
    """
    env = environ.Env()
    # An empty value, as compose writes for an unset one, is a missing one.
    env.ENVIRON = {k: v for k, v in (os.environ if variables is None else variables).items() if v}
    try:
        config = _read(env)
    except (ValueError, ImproperlyConfigured) as error:
        raise ImproperlyConfigured(str(error)) from error
    if config.mode == PRODUCTION:
        sentences = [*refusals(config, env.ENVIRON), *directory_refusals(config.directory)]
        if sentences:
            raise ImproperlyConfigured("\n".join(sentences))
    return config


def pass_on(name: str, value: str) -> None:
    """Set a library's own variable for every process started from now on."""
    os.environ[name] = value


def _read(env: environ.Env) -> Config:
    mode = env.str("MODE", default=DEMO)
    if mode not in (DEMO, PRODUCTION):
        raise ValueError(
            f"MODE：“{mode}”不是运行模式，请设为 demo 或 production。(MODE is demo or production.)"
        )
    data_dir = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).expanduser().resolve()
    host, port = (
        env.str("HOST", default="127.0.0.1"),
        _number(env.str("PORT", default="8000"), "PORT", 65535),
    )
    redis_url = env.str("REDIS_URL", default="")
    return Config(
        mode=mode,
        data_dir=data_dir,
        secret_key=env.str("SECRET_KEY", default="")
        or (_demo_key(data_dir) if mode == DEMO else ""),
        allowed_hosts=tuple(env.list("ALLOWED_HOSTS", default=[*LOOPBACK, host])),
        trusted_proxies=networks(env.list("TRUSTED_PROXIES", default=[]), "TRUSTED_PROXIES"),
        host=host,
        port=port,
        site_url=env.str("SITE_URL", default=f"http://{host}:{port}").rstrip("/"),
        database=_database(
            env.str("DATABASE_URL", default=f"sqlite:///{data_dir / 'four-lists.sqlite3'}")
        ),
        broker_url=env.str("CELERY_BROKER_URL", default=redis_url),
        email=_email(env.str("EMAIL_URL", default=f"filemail:///{data_dir / 'mail'}")),
        mail_from=env.str("MAIL_FROM", default="四清单 <four-lists@localhost>"),
        metrics_token=env.str("METRICS_TOKEN", default=""),
        web_processes=_number(env.str("WEB_PROCESSES", default="1"), "WEB_PROCESSES", 64),
        web_threads=_number(env.str("WEB_THREADS", default="4"), "WEB_THREADS", 256),
        worker_processes=_number(env.str("WORKER_PROCESSES", default="2"), "WORKER_PROCESSES", 256),
        log_level=_level(env.str("LOG_LEVEL", default="INFO").upper()),
        demo_today=_day(env.str("DEMO_TODAY", default="")),
        reminder_hours=_hours(env.str("REMINDER_HOURS", default="9-21")),
        password_profile=_profile(env.str("PASSWORD_PROFILE", default="dengbao")),
        sessions_at_once=_number(env.str("SESSIONS_AT_ONCE", default="3"), "SESSIONS_AT_ONCE", 20),
        fresh_minutes=_number(env.str("FRESH_MINUTES", default="10"), "FRESH_MINUTES", 30),
        second_factor_roles=_roles(
            env.list("SECOND_FACTOR_ROLES", default=[] if mode == DEMO else sorted(GUARDED_ROLES))
        ),
        directory=read_directory(env),
        audit_digest=_digest(env.str("AUDIT_DIGEST", default="sha256")),
        officer_addresses=networks(env.list("OFFICER_ADDRESSES", default=[]), "OFFICER_ADDRESSES"),
        log_format=log_format(env.str("LOG_FORMAT", default="text" if mode == DEMO else "json")),
        log_server=log_server(env.str("SYSLOG_URL", default="")),
        scanner=scanner(env.str("ANTIVIRUS_COMMAND", default="")),
        scanner_down=when_scanner_is_down(env.str("ANTIVIRUS_DOWN", default="refuse")),
    )


def _roles(names: list[str]) -> frozenset[str]:
    unknown = sorted(set(names) - set(Role.values))
    if unknown:
        raise ValueError(
            f"SECOND_FACTOR_ROLES：“{'、'.join(unknown)}”不是角色，可用 {'、'.join(Role.values)}。"
            "(List roles of this system.)"
        )
    return frozenset(names)


def _profile(name: str) -> str:
    if name not in PROFILES:
        raise ValueError(
            f"PASSWORD_PROFILE：“{name}”不是口令规则，可用 {'、'.join(PROFILES)}。"
            "(Set PASSWORD_PROFILE to one of these.)"
        )
    return name


def _digest(name: str) -> str:
    """Return the name of a digest that this machine's OpenSSL has too."""
    if name not in DIGESTS or name not in hashlib.algorithms_available:
        usable = "、".join(one for one in DIGESTS if one in hashlib.algorithms_available)
        raise ValueError(
            f"AUDIT_DIGEST：“{name}”不可用，本机可用 {usable}。(Set AUDIT_DIGEST to one of these.)"
        )
    return name


def _day(value: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value) if value else None
    except ValueError as error:
        raise ValueError(
            f"DEMO_TODAY：“{value}”不是日期，请写成 2023-07-10。(Write DEMO_TODAY as 2023-07-10.)"
        ) from error


def _hours(text: str) -> tuple[int, int]:
    """Return the hours from (included) and until (excluded)."""
    begin, _dash, end = text.partition("-")
    if not all(one.isascii() and one.isdecimal() for one in (begin, end)) or not (
        0 <= int(begin) < int(end) <= 24
    ):
        raise ValueError(
            f"REMINDER_HOURS：“{text}”不是时段，请写成 9-21（9 点起、21 点前），0-24 为全天。"
            "(Write REMINDER_HOURS as 9-21.)"
        )
    return int(begin), int(end)


def _number(text: str, name: str, most: int) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= most:
        raise ValueError(
            f"{name}：“{text}”不是 1 到 {most} 的整数，请改正。"
            f"({name} is a whole number from 1 to {most}.)"
        )
    return int(text)


def _level(text: str) -> str:
    levels = ("DEBUG", "INFO", "WARNING", "ERROR")
    if text not in levels:
        raise ValueError(
            f"LOG_LEVEL：“{text}”无效，可用 {'、'.join(levels)}。(Set LOG_LEVEL to one of these.)"
        )
    return text


def _database(url: str) -> dict[str, Any]:
    scheme = url.split(":", 1)[0]
    if scheme not in ("postgres", "postgresql", "sqlite"):
        # The scheme only: the rest may hold a password.
        raise ValueError(
            f"DATABASE_URL：无法识别（以“{scheme}”开头），请用 postgres://… 或 sqlite:///…。"
            "(Use postgres://… or sqlite:///….)"
        )
    database: dict[str, Any] = environ.Env.db_url_config(url)
    if scheme == "sqlite":
        database["OPTIONS"] = {
            # Readers never wait for the writer; a writer takes its lock at once, waits its turn.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
        }
    else:
        # Kept between requests; a broken one is noticed before use, not by the user.
        database |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
        database.setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
    return database


def _email(url: str) -> dict[str, Any]:
    try:
        email: dict[str, Any] = environ.Env.email_url_config(url)
    except (ValueError, ImproperlyConfigured) as error:
        raise ValueError(
            f"EMAIL_URL：无法识别（以“{url.split(':', 1)[0]}”开头），请用 smtp+tls://user:password@host:587、"
            "smtp+ssl://…、smtp://… 或 filemail:///目录。(Use one of these forms.)"
        ) from error
    return email


def _demo_key(data_dir: Path) -> str:
    path = data_dir / "demo-secret-key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        # Linked into place whole: web, worker and beat may start at the same moment.
        draft = data_dir / f"demo-secret-key.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()
