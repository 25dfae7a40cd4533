"""The environment: what it sets, and what production mode refuses."""

import re
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from accounts.guards import LogServer, Scanner
from tracker import env, env_directory
from tracker import refusals as refusing
from tracker.env import BASE_DIR, load_config

PRODUCTION = {
    "MODE": "production",
    "SECRET_KEY": "a-key-for-this-test-0123456789-abcdefghijklmnopqrst",
    "ALLOWED_HOSTS": "four-lists.example",
    "SITE_URL": "https://four-lists.example",
    "DATABASE_URL": "postgres://four_lists:a-password@db.example/four_lists",
    "REDIS_URL": "redis://redis.example/0",
    "EMAIL_URL": "smtp+tls://mail.example:587",
    "MAIL_FROM": "four-lists@four-lists.example",
}


def refusals(changes: dict[str, str]) -> list[str]:
    """Return the names that a production environment with `changes` is refused for."""
    try:
        load_config(PRODUCTION | changes)
    except ImproperlyConfigured as error:
        return [line.split("：", 1)[0] for line in str(error).splitlines()]
    return []


def test_a_complete_production_environment_is_accepted() -> None:
    config = load_config(PRODUCTION)
    assert (config.mode, config.demo, config.sqlite) == ("production", False, False)
    assert config.broker_url == "redis://redis.example/0"


@pytest.mark.parametrize("name", sorted(PRODUCTION.keys() - {"MODE"}))
def test_production_refuses_to_start_without(name: str) -> None:
    assert refusals({name: ""}) == [name]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "x1y2z" * 9 + "abcd"),  # 49 characters: one too short
        ("SECRET_KEY", "abcd" * 13),  # long, but of four characters
        ("SECRET_KEY", "django-insecure-" + "x1y2z" * 10),
        ("ALLOWED_HOSTS", "four-lists.example,*"),
        ("SITE_URL", "http://four-lists.example"),
        ("DATABASE_URL", "sqlite:////srv/four-lists.sqlite3"),
        ("DATABASE_URL", "postgres://four_lists:four-lists-demo@db/four_lists"),
        ("EMAIL_URL", "filemail:////srv/mail"),
        ("EMAIL_URL", "consolemail://"),
        ("DEMO_TODAY", "2023-07-10"),
        ("METRICS_TOKEN", "x1y2z" * 4 + "a"),  # 21 characters: one too short
        ("SECOND_FACTOR_ROLES", "auditor,hr,secadmin,sysadmin"),  # discipline is lacking
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "."),
        ("SITE_URL", "four-lists.example"),
        ("REDIS_URL", "memory://"),
        ("REDIS_URL", "http://redis.example"),
        ("CELERY_BROKER_URL", "filesystem://"),
        ("EMAIL_URL", "memorymail://"),
        ("EMAIL_URL", "dummymail://"),
        ("TRUSTED_PROXIES", "0.0.0.0/0"),
        ("TRUSTED_PROXIES", "10.0.0.5,::/0"),
        ("LOG_LEVEL", "DEBUG"),
    ],
)
def test_production_refuses_an_unsafe_value(name: str, value: str) -> None:
    assert refusals({name: value}) == [name]


LDAP = {
    "LDAP_URL": "ldap://directory.example",
    "LDAP_PEOPLE_BASE": "ou=people,dc=example",
    "LDAP_BIND_PASSWORD": "a-secret",
}
OIDC = {
    "OIDC_ISSUER": "https://id.example",
    "OIDC_CLIENT_ID": "four-lists",
    "OIDC_CLIENT_SECRET": "a-secret",
}


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        (LDAP | OIDC, []),
        (LDAP | {"LDAP_START_TLS": "0"}, ["LDAP_START_TLS"]),
        (LDAP | {"LDAP_START_TLS": "0", "LDAP_URL": "ldaps://directory.example"}, []),
        (LDAP | {"LDAP_BIND_PASSWORD": ""}, ["LDAP_BIND_PASSWORD"]),
        (LDAP | {"LDAP_PEOPLE_BASE": ""}, ["LDAP_PEOPLE_BASE"]),
        (LDAP | {"LDAP_URL": "http://directory.example"}, ["LDAP_URL"]),
        (LDAP | {"LDAP_CA_FILE": "no-such-file.pem"}, ["LDAP_CA_FILE"]),
        (OIDC | {"OIDC_ISSUER": "http://id.example"}, ["OIDC_ISSUER"]),
        (OIDC | {"OIDC_ISSUER": "http://127.0.0.1:9000"}, ["OIDC_ISSUER"]),
        (OIDC | {"OIDC_CLIENT_SECRET": ""}, ["OIDC_CLIENT_SECRET"]),
        (OIDC | {"OIDC_SCOPE": "profile"}, ["OIDC_SCOPE"]),
        ({"DIRECTORY_CACHE_SECONDS": "60"}, []),
        ({"DIRECTORY_CACHE_SECONDS": "61"}, ["DIRECTORY_CACHE_SECONDS"]),
        ({"DIRECTORY_GRACE_MINUTES": "61"}, ["DIRECTORY_GRACE_MINUTES"]),
        ({"DIRECTORY_PERSON_FIELD": "email"}, ["DIRECTORY_PERSON_FIELD"]),
        ({"DIRECTORY_ROLES_FILE": "no-such-file.yaml"}, ["DIRECTORY_ROLES_FILE"]),
    ],
)
def test_production_refuses_an_unsafe_directory(changes: dict[str, str], names: list[str]) -> None:
    assert refusals(changes) == names


def test_a_provider_on_loopback_may_do_without_tls_in_the_demo(tmp_path: Path) -> None:
    changes = OIDC | {"OIDC_ISSUER": "http://127.0.0.1:9000", "DATA_DIR": str(tmp_path)}
    assert load_config(changes).directory.oidc is not None


def test_secrets_of_the_directory_are_not_printed() -> None:
    assert "a-secret" not in repr(load_config(PRODUCTION | LDAP | OIDC).directory)


# What production may leave to its default, and why no value of it is unsafe.
HARMLESS = {
    "ANTIVIRUS_COMMAND": "none is an office that scans elsewhere; an unreadable one is refused",
    "ANTIVIRUS_DOWN": "either is a decision; the default refuses",
    "AUDIT_DIGEST": "both digests are sound",
    "DATA_DIR": "a place on this machine",
    "FRESH_MINUTES": "1 to 30",
    "HOST": "a container listens on every address, behind its proxy",
    "LOG_FORMAT": "how lines look",
    "MODE": "it is what is asked about",
    "OFFICER_ADDRESSES": "none is an office without fixed desks",
    "PASSWORD_PROFILE": "both profiles are accepted by assessors",
    "PORT": "a number",
    "REMINDER_HOURS": "hours of the day",
    "SESSIONS_AT_ONCE": "1 to 20",
    "SYSLOG_URL": "none is an office without a log server",
    "WEB_PROCESSES": "a number",
    "WEB_THREADS": "a number",
    "WORKER_PROCESSES": "a number",
}


def test_every_variable_is_refused_somewhere_or_is_said_to_be_harmless() -> None:
    source = Path(refusing.__file__).read_text(encoding="utf-8")
    refused = set(re.findall(r"\"([A-Z_]+)：|\"([A-Z_]+)\" if given", source))
    names = {name for pair in refused for name in pair if name}
    # Those of an office's directory are refused and tested by themselves.
    own = env.VARIABLES - env_directory.VARIABLES
    assert names | {"REDIS_URL"} == own - HARMLESS.keys()


def test_every_refusal_says_what_to_set_in_both_languages() -> None:
    unsafe = {
        "MODE": "production",
        "DEMO_TODAY": "2023-07-10",
        "TRUSTED_PROXIES": "0.0.0.0/0",
        "SECOND_FACTOR_ROLES": "hr",
        "METRICS_TOKEN": "short",
        "LOG_LEVEL": "DEBUG",
        "CELERY_BROKER_URL": "memory://",
    }
    with pytest.raises(ImproperlyConfigured) as refused:
        load_config(unsafe)
    lines = str(refused.value).splitlines()
    assert len(lines) == 12
    for line in lines:
        assert re.match(r"[A-Z_]+：.+请.+\(.+\)$", line), line


def test_a_secret_key_of_fifty_characters_is_enough() -> None:
    assert refusals({"SECRET_KEY": "x1y2z" * 10}) == []


def test_all_refusals_are_told_at_once() -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        load_config({"MODE": "production"})
    names = {line.split("：", 1)[0] for line in str(refused.value).splitlines()}
    assert names == PRODUCTION.keys() - {"MODE"}


def test_another_broker_than_redis_will_do() -> None:
    assert refusals({"REDIS_URL": "", "CELERY_BROKER_URL": "amqp://queue.example"}) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MODE", "prod"),
        ("PORT", "80a"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("WEB_THREADS", "0"),
        ("LOG_LEVEL", "LOUD"),
        ("TRUSTED_PROXIES", "10.0.0.1,proxy"),
        ("OFFICER_ADDRESSES", "10.0.0.1/24"),
        ("LOG_FORMAT", "xml"),
        ("SYSLOG_URL", "http://logs.example"),
        ("SYSLOG_URL", "syslog://"),
        ("SYSLOG_URL", "syslog+tcp:///dev/log"),
        ("SYSLOG_URL", "syslog://logs.example:99999"),
        ("ANTIVIRUS_COMMAND", "clamd://"),
        ("ANTIVIRUS_COMMAND", "scan 'unclosed"),
        ("ANTIVIRUS_DOWN", "maybe"),
        ("DATABASE_URL", "oracle://db/x"),
        ("DATABASE_URL", "four-lists.sqlite3"),
        ("EMAIL_URL", "pigeon://roof"),
        ("DEMO_TODAY", "2023-02-30"),
        ("REMINDER_HOURS", "9"),
        ("REMINDER_HOURS", "9-25"),
        ("REMINDER_HOURS", "9-9"),
        ("REMINDER_HOURS", "21-9"),
        ("REMINDER_HOURS", "九-21"),
        ("SECOND_FACTOR_ROLES", "hr,boss"),
        ("SESSIONS_AT_ONCE", "0"),
        ("SESSIONS_AT_ONCE", "21"),
        ("FRESH_MINUTES", "0"),
        ("FRESH_MINUTES", "31"),
    ],
)
def test_an_unreadable_value_is_refused_in_every_mode(
    name: str, value: str, tmp_path: Path
) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"^{name}："):
        load_config({"DATA_DIR": str(tmp_path), name: value})


def test_a_refused_database_address_does_not_repeat_its_password(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        load_config({"DATA_DIR": str(tmp_path), "DATABASE_URL": "oracle://me:hunter2@db/x"})
    assert "hunter2" not in str(refused.value)


def test_ports_at_both_ends_are_accepted(tmp_path: Path) -> None:
    for port in ("1", "65535"):
        assert load_config({"DATA_DIR": str(tmp_path), "PORT": port}).port == int(port)


@pytest.mark.parametrize(
    ("text", "hours"), [("", (9, 21)), ("0-24", (0, 24)), ("8-9", (8, 9)), ("23-24", (23, 24))]
)
def test_reminders_are_sent_by_day_or_in_the_hours_named(
    text: str, hours: tuple[int, int], tmp_path: Path
) -> None:
    config = load_config({"DATA_DIR": str(tmp_path), "REMINDER_HOURS": text})
    assert config.reminder_hours == hours


def test_guards_are_named_by_their_addresses(tmp_path: Path) -> None:
    config = load_config(
        {
            "DATA_DIR": str(tmp_path),
            "SYSLOG_URL": "syslog+tcp://logs.example:601",
            "ANTIVIRUS_COMMAND": "clamdscan --fdpass -",
            "OFFICER_ADDRESSES": "10.1.2.0/24,fd00::/64",
        }
    )
    assert config.log_server == LogServer(host="logs.example", port=601, stream=True)
    assert config.scanner == Scanner(command=("clamdscan", "--fdpass", "-"))
    assert [str(one) for one in config.officer_addresses] == ["10.1.2.0/24", "fd00::/64"]
    other = {"SYSLOG_URL": "syslog:///dev/log", "ANTIVIRUS_COMMAND": "clamd://scan.example"}
    config = load_config({"DATA_DIR": str(tmp_path), **other})
    assert config.log_server == LogServer(port=514, path="/dev/log")
    assert config.scanner == Scanner(host="scan.example", port=3310)


def test_log_lines_are_for_reading_in_the_demo_and_for_machines_in_production(
    tmp_path: Path,
) -> None:
    assert load_config({"DATA_DIR": str(tmp_path)}).log_format == "text"
    assert load_config(PRODUCTION).log_format == "json"


def test_the_demo_needs_no_variable_and_keeps_its_key(tmp_path: Path) -> None:
    first = load_config({"DATA_DIR": str(tmp_path)})
    assert first.demo and first.sqlite and not first.broker_url
    assert first.email["EMAIL_FILE_PATH"] == str(tmp_path / "mail")
    assert load_config({"DATA_DIR": str(tmp_path)}).secret_key == first.secret_key
    assert (tmp_path / "demo-secret-key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example:25", (None, None, 25)),
        ("smtp+tls://user:p%40ss@mail.example:587", (True, None, 587)),
        ("smtps://mail.example:587", (True, None, 587)),
        ("smtp+ssl://mail.example:465", (None, True, 465)),
    ],
)
def test_a_mail_server_is_named_by_its_address(
    url: str, expected: tuple[bool | None, bool | None, int], tmp_path: Path
) -> None:
    email = load_config({"DATA_DIR": str(tmp_path), "EMAIL_URL": url}).email
    assert email["EMAIL_HOST"] == "mail.example"
    assert (email.get("EMAIL_USE_TLS"), email.get("EMAIL_USE_SSL"), email["EMAIL_PORT"]) == expected


def test_every_variable_is_read_and_explained_in_one_comment() -> None:
    """`.env.example`, `env.VARIABLES` and what the code and compose read are one list."""
    modules = (env.__file__, env_directory.__file__)
    source = "".join(Path(module).read_text(encoding="utf-8") for module in modules)
    read = set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", source))
    assert read == env.VARIABLES
    lines = (BASE_DIR / ".env.example").read_text(encoding="utf-8").splitlines()
    named = [line[1:].split("=")[0] for line in lines if re.match(r"#[A-Z_]+=", line)]
    assert len(named) == len(set(named))
    assert set(named) == env.VARIABLES | {"POSTGRES_PASSWORD"}


def test_no_other_module_reads_the_environment() -> None:
    apps = [BASE_DIR / app for app in ("tracker", "reports", "tasks", "accounts")]
    readers = {
        path.relative_to(BASE_DIR).as_posix()
        for app in apps
        for path in app.rglob("*.py")
        if re.search(r"os\.environ\b(?!\.setdefault\(\"DJANGO)|os\.getenv", path.read_text("utf-8"))
    }
    assert readers <= {"tracker/env.py", "tracker/settings_test.py", "tracker/supervisor.py"}
