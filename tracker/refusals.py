"""What production mode refuses to start with: a sentence for each missing or unsafe value.

In Chinese and English, because no language is active yet.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from accounts.choices import GUARDED_ROLES

if TYPE_CHECKING:
    from tracker.env import Config

# Stands in docker-compose.yml and .env.example so that the demo starts by itself.
DEMO_DATABASE_PASSWORD = "four-lists-demo"  # noqa: S105 - published on purpose, refused in production
# Django's own limits for a key that resists guessing (security.W009).
KEY_LENGTH, KEY_VARIETY = 50, 5
# As long as 128 random bits in base 64.
TOKEN_LENGTH = 22
# Mail that stays on this machine.
LOCAL_MAIL = frozenset({"filemail", "consolemail", "memorymail", "dummymail"})
# Brokers that hold messages outside this process and its disk.
BROKERS = frozenset({"redis", "rediss", "sentinel", "amqp", "amqps", "pyamqp"})


def refusals(config: "Config", given: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for each value of production mode; `given` is what the environment says."""
    yield from _identity(config, given)
    yield from _services(config, given)
    yield from _watching(config)


def _identity(config: "Config", given: Mapping[str, str]) -> Iterator[str]:
    """Who may come in, and by which name and key."""
    if config.demo_today is not None:
        yield (
            f"DEMO_TODAY：生产模式不能改变今天的日期（{config.demo_today}），请去掉此项。"
            "(Production keeps the real date: unset DEMO_TODAY.)"
        )
    key = config.secret_key
    if len(key) < KEY_LENGTH or len(set(key)) < KEY_VARIETY or key.startswith("django-insecure-"):
        yield (
            f"SECRET_KEY：缺失或过弱（{len(key)} 位），请设为至少 {KEY_LENGTH} 位的随机字符串。"
            f"(Set SECRET_KEY to at least {KEY_LENGTH} random characters.)"
        )
    if not given.get("ALLOWED_HOSTS") or any(host in ("*", ".") for host in config.allowed_hosts):
        yield (
            "ALLOWED_HOSTS：缺失或为“*”，请列出本系统的域名，用逗号分隔。"
            "(Set ALLOWED_HOSTS to this system's host names.)"
        )
    if urlsplit(config.site_url).scheme != "https":
        yield (
            f"SITE_URL：“{config.site_url}”不是 https 地址，请设为用户访问本系统的 https 地址。"
            "(Set SITE_URL to the https address people use.)"
        )
    if any(network.prefixlen == 0 for network in config.trusted_proxies):
        yield (
            "TRUSTED_PROXIES：包含全部地址，等于任何人都可伪造来源，请只列出代理服务器的地址。"
            "(List the proxies' own addresses only.)"
        )
    lacking = sorted(GUARDED_ROLES - config.second_factor_roles)
    if lacking:
        yield (
            f"SECOND_FACTOR_ROLES：缺少 {'、'.join(lacking)}，请补上或去掉此项。"
            "(These roles need a second factor: add them or unset SECOND_FACTOR_ROLES.)"
        )


def _services(config: "Config", given: Mapping[str, str]) -> Iterator[str]:
    """The servers the system works with."""
    if config.sqlite:
        yield (
            "DATABASE_URL：缺失或为 SQLite，请设为 PostgreSQL 地址，如 postgres://user:password@host/name。"
            "(Set DATABASE_URL to a PostgreSQL database.)"
        )
    elif config.database.get("PASSWORD") == DEMO_DATABASE_PASSWORD:
        yield (
            "DATABASE_URL：使用了演示用的公开口令，请更换数据库口令。"
            "(Change the database password: the demo's is public.)"
        )
    if not config.broker_url:
        yield (
            "REDIS_URL：缺失，请设为 Redis 地址，如 redis://host:6379/0（或设 CELERY_BROKER_URL）。"
            "(Set REDIS_URL or CELERY_BROKER_URL.)"
        )
    elif (scheme := urlsplit(config.broker_url).scheme) not in BROKERS:
        name = "CELERY_BROKER_URL" if given.get("CELERY_BROKER_URL") else "REDIS_URL"
        yield (
            f"{name}：以“{scheme}”开头，不是消息服务器地址，请用 redis://…、rediss://… 或 amqp://…。"
            "(Name a message server.)"
        )
    mail = urlsplit(given.get("EMAIL_URL", "")).scheme
    if not mail or mail in LOCAL_MAIL:
        yield (
            "EMAIL_URL：缺失或不发往邮件服务器，请设为如 smtp+tls://user:password@host:587。"
            "(Set EMAIL_URL to a mail server.)"
        )
    if not given.get("MAIL_FROM"):
        yield "MAIL_FROM：缺失，请设为发件人地址。(Set MAIL_FROM to the sender's address.)"


def _watching(config: "Config") -> Iterator[str]:
    """What is told to whoever watches the system."""
    if 0 < len(config.metrics_token) < TOKEN_LENGTH:
        yield (
            f"METRICS_TOKEN：过短（{len(config.metrics_token)} 位），请设为至少 {TOKEN_LENGTH} 位的"
            "随机字符串，或去掉此项。"
            f"(Set METRICS_TOKEN to at least {TOKEN_LENGTH} random characters, or unset it.)"
        )
    if config.log_level == "DEBUG":
        yield (
            "LOG_LEVEL：生产模式不能用 DEBUG，程序库的调试信息会带出个人信息，请用 INFO。"
            "(Libraries' debug lines hold personal data: set LOG_LEVEL to INFO.)"
        )
