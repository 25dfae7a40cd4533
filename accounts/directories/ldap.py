"""Ask an LDAP directory: who has this name, is the password theirs, which groups hold them."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from ldap3 import BASE, NONE, SUBTREE, Connection, Server, Tls
from ldap3.core.exceptions import LDAPException
from ldap3.utils.conv import escape_filter_chars

from accounts.directories.answers import AccountState, DirectoryDownError, Identity
from accounts.rules.directory import LdapConfig

# Seconds to connect and to wait for one answer: a page waits for them at most once a cache time.
PATIENCE = 3
SUCCESS, NO_SUCH_OBJECT, INVALID_CREDENTIALS = 0, 32, 49
# The server says of itself that it cannot answer at present.
_BUSY = frozenset({51, 52, 80})
_Scope = Literal["BASE", "SUBTREE"]


class _StandardTls(Tls):
    """TLS with the standard library's own check of certificate and name.

    ldap3 compares the name with code that Python has since removed.
    """

    def wrap_socket(self, connection: Connection, do_handshake: bool = False) -> None:
        """Put TLS around a connection's socket; the handshake follows connecting at the latest."""
        context = ssl.create_default_context(cafile=self.ca_certs_file)
        connection.socket = context.wrap_socket(
            connection.socket, server_hostname=connection.server.host
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    dn: str
    active: bool


class LdapDirectory:
    """The directory of one configuration; each question is a connection of its own."""

    def __init__(self, config: LdapConfig) -> None:
        self._config = config

    def identify(self, name: str, password: str) -> Identity | None:
        """Return the enabled person whose name and password these are, with their groups.

        A name nobody has costs the same questions, so the time does not tell it.
        """
        with self._service() as service:
            entry = self._find(service, name)
            dn = entry.dn if entry else self._nobody
            if not self._binds(dn, password) or entry is None or not entry.active:
                return None
            return Identity(name=name, groups=tuple(self._groups(service, entry.dn)))

    def state_of(self, name: str) -> AccountState:
        """Say whether a person is there and enabled."""
        with self._service() as service:
            entry = self._find(service, name)
        return AccountState.OPEN if entry is not None and entry.active else AccountState.CLOSED

    def _find(self, service: Connection, name: str) -> _Entry | None:
        config = self._config
        sought = f"({config.person_attribute}={escape_filter_chars(name)})"
        found = self._search(service, config.people_base, sought)
        dn = found[0][0] if len(found) == 1 else self._nobody
        active = not config.active_filter or bool(
            self._search(service, dn, config.active_filter, scope=BASE)
        )
        return _Entry(dn=dn, active=active) if len(found) == 1 else None

    @property
    def _nobody(self) -> str:
        """Return a name that no entry has."""
        return f"cn=nobody,{self._config.people_base}"

    def _groups(self, service: Connection, dn: str) -> Iterator[str]:
        """Yield the groups that name the person, each by its common name and by its whole name."""
        config = self._config
        if not config.groups_base:
            return
        sought = f"({config.member_attribute}={escape_filter_chars(dn)})"
        for group, names in self._search(service, config.groups_base, sought):
            yield group
            yield from names

    def _search(
        self,
        service: Connection,
        base: str,
        sought: str,
        *,
        scope: _Scope = SUBTREE,
    ) -> list[tuple[str, list[str]]]:
        service.search(base, sought, search_scope=scope, attributes=["cn"])
        if service.result["result"] not in (SUCCESS, NO_SUCH_OBJECT):
            raise DirectoryDownError(service.result["description"])
        return [
            (str(row["dn"]), [str(name) for name in row["attributes"].get("cn", [])])
            for row in service.response or []
            if row["type"] == "searchResEntry"
        ]

    def _binds(self, dn: str, password: str) -> bool:
        # An empty password would be an anonymous bind, which succeeds for every name.
        if not password:
            return False
        with self._connection(dn, password) as connection:
            connection.bind()
            result = connection.result["result"]
        if result in _BUSY:
            raise DirectoryDownError(connection.result["description"])
        return bool(result == SUCCESS)

    @contextmanager
    def _service(self) -> Iterator[Connection]:
        with self._connection(self._config.bind_dn, self._config.bind_password) as service:
            if not service.bind():
                raise DirectoryDownError(service.result["description"])
            yield service

    @contextmanager
    def _connection(self, dn: str, password: str) -> Iterator[Connection]:
        config = self._config
        parts = urlsplit(config.url)
        tls = _StandardTls(validate=ssl.CERT_REQUIRED, ca_certs_file=config.ca_file or None)
        connection = None
        try:
            server = Server(
                parts.hostname or "",
                port=parts.port or (636 if parts.scheme == "ldaps" else 389),
                use_ssl=parts.scheme == "ldaps",
                tls=tls,
                get_info=NONE,
                connect_timeout=PATIENCE,
            )
            connection = Connection(
                server,
                user=dn or None,
                password=password or None,
                read_only=True,
                auto_referrals=False,
                check_names=False,
                receive_timeout=PATIENCE,
            )
            connection.open()
            if config.start_tls and not connection.start_tls():
                raise DirectoryDownError("StartTLS refused")
            yield connection
        except (LDAPException, OSError) as error:
            raise DirectoryDownError(type(error).__name__) from error
        finally:
            if connection is not None:
                _hang_up(connection)


def _hang_up(connection: Connection) -> None:
    """Say goodbye where somebody listens, and close the socket in any case."""
    channel = connection.socket
    with suppress(LDAPException, OSError):
        if not connection.closed:
            connection.unbind()
    if channel is not None:
        channel.close()
