"""What an office says of its directory of people, and which roles its groups give here."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import yaml

from accounts.choices import OFFICER_ROLES, Role

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
# By what of a person here the directory's name for them is compared.
PERSON_FIELDS = ("username", "staff_number")


@dataclass(frozen=True, slots=True, kw_only=True)
class LdapConfig:
    """Where the directory is and how people, enabled ones and their groups are found in it."""

    url: str
    start_tls: bool
    ca_file: str
    bind_dn: str
    bind_password: str = field(repr=False)
    people_base: str
    person_attribute: str
    active_filter: str
    groups_base: str
    member_attribute: str
    person_field: str

    @property
    def encrypted(self) -> bool:
        """Whether passwords travel encrypted."""
        return self.start_tls or urlsplit(self.url).scheme == "ldaps"


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcConfig:
    """The provider, this system's account with it, and the claims that say who and what."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str
    person_claim: str
    person_field: str
    groups_claim: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRule:
    """A group of the directory gives a role on a unit and everything below it."""

    group: str
    role: Role
    unit: str


class RoleMapError(ValueError):
    """A map that cannot be used; one sentence a line."""


def read_role_map(text: str) -> tuple[GroupRule, ...]:
    """Read a map of groups to roles from YAML; raises RoleMapError naming every wrong line.

    An officer's role needs `officer: true` beside it: whoever fills groups in the directory would
    otherwise make officers here without anybody having said so.
    """
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise RoleMapError(f"不是 YAML：{str(error).splitlines()[0]}") from error
    if not isinstance(document, list):
        raise RoleMapError("应为一个列表，每项写明 group、role、unit")
    rules: list[GroupRule] = []
    flaws: list[str] = []
    for number, item in enumerate(document, start=1):
        flaw = _flaw_of(item)
        if flaw:
            flaws.append(f"第 {number} 项{flaw}")
        else:
            rules.append(GroupRule(group=item["group"], role=Role(item["role"]), unit=item["unit"]))
    if flaws:
        raise RoleMapError("；".join(flaws))
    return tuple(rules)


def roles_given(rules: Iterable[GroupRule], groups: Collection[str]) -> set[tuple[Role, str]]:
    """Return the (role, unit code) pairs the groups give; case does not matter, as in LDAP."""
    held = {group.casefold() for group in groups}
    return {(rule.role, rule.unit) for rule in rules if rule.group.casefold() in held}


def safe_address(url: str, *, encrypted: str) -> bool:
    """Whether an address is of the encrypted scheme, or does not leave this machine."""
    parts = urlsplit(url)
    return parts.scheme == encrypted or parts.hostname in LOOPBACK


def _flaw_of(item: Any) -> str:
    if not isinstance(item, dict):
        return "应写明 group、role、unit"
    unknown = set(item) - {"group", "role", "unit", "officer"}
    if unknown:
        return f"有不认识的键 {'、'.join(sorted(map(str, unknown)))}"
    for key in ("group", "role", "unit"):
        if not isinstance(item.get(key), str) or not item[key].strip():
            return f"缺少 {key}，或不是文字"
    if item["role"] not in Role.values:
        return f"的 role “{item['role']}”不是角色，可用 {'、'.join(Role.values)}"
    if item["role"] in OFFICER_ROLES and item.get("officer") is not True:
        return f"给出三员角色 {item['role']}；确需由目录授予时请写明 officer: true"
    return ""
