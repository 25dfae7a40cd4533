"""The part of the configuration that says which directory of people an office has.

Read by `tracker.env`, the only module that reads the environment.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ

from accounts.rules.directory import (
    PERSON_FIELDS,
    GroupRule,
    LdapConfig,
    OidcConfig,
    RoleMapError,
    read_role_map,
    safe_address,
)

VARIABLES = frozenset(
    {
        "DIRECTORY_CACHE_SECONDS",
        "DIRECTORY_GRACE_MINUTES",
        "DIRECTORY_PERSON_FIELD",
        "DIRECTORY_ROLES_FILE",
        "LDAP_ACTIVE_FILTER",
        "LDAP_BIND_DN",
        "LDAP_BIND_PASSWORD",
        "LDAP_CA_FILE",
        "LDAP_GROUPS_BASE",
        "LDAP_MEMBER_ATTRIBUTE",
        "LDAP_PEOPLE_BASE",
        "LDAP_PERSON_ATTRIBUTE",
        "LDAP_START_TLS",
        "LDAP_URL",
        "OIDC_CLIENT_ID",
        "OIDC_CLIENT_SECRET",
        "OIDC_GROUPS_CLAIM",
        "OIDC_ISSUER",
        "OIDC_PERSON_CLAIM",
        "OIDC_SCOPE",
    }
)

# A disabled person must be out within a minute; more than an hour without an answer is no outage.
LONGEST_CACHE, LONGEST_GRACE = 60, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryConfig:
    """The directories, which groups give which roles, how often to ask, how long to wait."""

    ldap: LdapConfig | None
    oidc: OidcConfig | None
    roles: tuple[GroupRule, ...]
    cache: timedelta
    grace: timedelta


def read_directory(env: environ.Env) -> DirectoryConfig:
    """Read the directory's variables; raises ValueError with a sentence."""
    person_field = env.str("DIRECTORY_PERSON_FIELD", default="username")
    if person_field not in PERSON_FIELDS:
        raise ValueError(
            f"DIRECTORY_PERSON_FIELD：“{person_field}”无效，可用 {'、'.join(PERSON_FIELDS)}。"
            "(Set DIRECTORY_PERSON_FIELD to one of these.)"
        )
    return DirectoryConfig(
        ldap=_ldap(env, person_field),
        oidc=_oidc(env, person_field),
        roles=_roles(env.str("DIRECTORY_ROLES_FILE", default="")),
        cache=timedelta(
            seconds=_within(
                env.str("DIRECTORY_CACHE_SECONDS", default="30"),
                "DIRECTORY_CACHE_SECONDS",
                LONGEST_CACHE,
            )
        ),
        grace=timedelta(
            minutes=_within(
                env.str("DIRECTORY_GRACE_MINUTES", default="15"),
                "DIRECTORY_GRACE_MINUTES",
                LONGEST_GRACE,
            )
        ),
    )


def directory_refusals(config: DirectoryConfig) -> Iterator[str]:
    """Yield a sentence for each unsafe value of production mode."""
    if config.ldap is not None and not config.ldap.encrypted:
        yield (
            "LDAP_START_TLS：关闭后密码将明文传输，请改为 1，或用 ldaps:// 地址。"
            "(Passwords would travel unencrypted: turn it on, or use ldaps://.)"
        )
    if config.ldap is not None and not config.ldap.bind_password:
        yield (
            "LDAP_BIND_PASSWORD：缺失，匿名查询不能可靠区分停用的账号，请设置查询账号和口令。"
            "(Set a service account: LDAP_BIND_DN and LDAP_BIND_PASSWORD.)"
        )
    if config.oidc is not None and urlsplit(config.oidc.issuer).scheme != "https":
        yield (
            f"OIDC_ISSUER：“{config.oidc.issuer}”不是 https 地址，请改用 https。"
            "(Set OIDC_ISSUER to an https address.)"
        )


def _ldap(env: environ.Env, person_field: str) -> LdapConfig | None:
    url = env.str("LDAP_URL", default="")
    if not url:
        return None
    if urlsplit(url).scheme not in ("ldap", "ldaps") or not urlsplit(url).hostname:
        raise ValueError(
            f"LDAP_URL：“{url}”无法识别，请用 ldaps://主机 或 ldap://主机。"
            "(Use ldaps://host or ldap://host.)"
        )
    people_base = env.str("LDAP_PEOPLE_BASE", default="")
    if not people_base:
        raise ValueError(
            "LDAP_PEOPLE_BASE：缺失，请设为人员所在的节点，如 ou=people,dc=example,dc=cn。"
            "(Set LDAP_PEOPLE_BASE to the entry people are below.)"
        )
    ca_file = env.str("LDAP_CA_FILE", default="")
    if ca_file and not Path(ca_file).is_file():
        raise ValueError(
            f"LDAP_CA_FILE：找不到“{ca_file}”，请核对路径。(LDAP_CA_FILE does not exist.)"
        )
    return LdapConfig(
        url=url,
        start_tls=urlsplit(url).scheme == "ldap" and env.bool("LDAP_START_TLS", default=True),
        ca_file=ca_file,
        bind_dn=env.str("LDAP_BIND_DN", default=""),
        bind_password=env.str("LDAP_BIND_PASSWORD", default=""),
        people_base=people_base,
        person_attribute=env.str("LDAP_PERSON_ATTRIBUTE", default="uid"),
        active_filter=env.str("LDAP_ACTIVE_FILTER", default=""),
        groups_base=env.str("LDAP_GROUPS_BASE", default=""),
        member_attribute=env.str("LDAP_MEMBER_ATTRIBUTE", default="member"),
        person_field=person_field,
    )


def _oidc(env: environ.Env, person_field: str) -> OidcConfig | None:
    issuer = env.str("OIDC_ISSUER", default="")
    if not issuer:
        return None
    if not safe_address(issuer, encrypted="https"):
        raise ValueError(
            f"OIDC_ISSUER：“{issuer}”不是 https 地址，http 只能用于本机测试。"
            "(OIDC_ISSUER is an https address.)"
        )
    for name in ("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"):
        if not env.str(name, default=""):
            raise ValueError(
                f"{name}：缺失，请填写身份提供方为本系统登记的值。(Set {name} as registered.)"
            )
    scope = env.str("OIDC_SCOPE", default="openid profile")
    if "openid" not in scope.split():
        raise ValueError(f"OIDC_SCOPE：“{scope}”不含 openid，请补上。(OIDC_SCOPE contains openid.)")
    return OidcConfig(
        issuer=issuer,
        client_id=env.str("OIDC_CLIENT_ID"),
        client_secret=env.str("OIDC_CLIENT_SECRET"),
        scope=scope,
        person_claim=env.str("OIDC_PERSON_CLAIM", default="preferred_username"),
        person_field=person_field,
        groups_claim=env.str("OIDC_GROUPS_CLAIM", default="groups"),
    )


def _roles(path: str) -> tuple[GroupRule, ...]:
    if not path:
        return ()
    try:
        return read_role_map(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(
            f"DIRECTORY_ROLES_FILE：无法读取“{path}”（{type(error).__name__}），请核对路径和编码。"
            "(DIRECTORY_ROLES_FILE cannot be read.)"
        ) from error
    except RoleMapError as error:
        raise ValueError(
            f"DIRECTORY_ROLES_FILE：{error}，请改正。(Correct DIRECTORY_ROLES_FILE.)"
        ) from error


def _within(text: str, name: str, most: int) -> int:
    if not text.isascii() or not text.isdecimal() or int(text) > most:
        raise ValueError(
            f"{name}：“{text}”不是 0 到 {most} 的整数，请改正。"
            f"({name} is a whole number from 0 to {most}.)"
        )
    return int(text)
