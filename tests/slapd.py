"""A real LDAP server of the tests' own: slapd on loopback, with data in a temporary folder."""

import datetime as dt
import ipaddress
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from ldap3 import MODIFY_ADD, MODIFY_DELETE, MODIFY_REPLACE, Connection, Server

from accounts.rules.directory import LdapConfig

BASE, ROOT, SECRET = "dc=office,dc=example", "cn=service,dc=office,dc=example", "service-secret"
PEOPLE, GROUPS = f"ou=people,{BASE}", f"ou=groups,{BASE}"
PATIENCE = 30

_CONFIG = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/pid
argsfile {folder}/args
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
database mdb
suffix "{base}"
rootdn "{root}"
rootpw {secret}
directory {folder}/data
"""


def slapd_path() -> Path | None:
    """Return the server's program, None where it is not installed."""
    found = shutil.which("slapd") or shutil.which("/usr/sbin/slapd")
    return Path(found) if found else None


class Slapd:
    """The running server; people are told by their login name."""

    def __init__(self, program: Path, folder: Path) -> None:
        self._program, self._folder = program, folder
        self.port, self.tls_port = _free_port(), _free_port()
        (folder / "data").mkdir()
        _make_certificate(folder)
        settings = _CONFIG.format(folder=folder, base=BASE, root=ROOT, secret=SECRET)
        (folder / "slapd.conf").write_text(settings)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def ca_file(self) -> str:
        """The certificate to trust."""
        return str(self._folder / "server.pem")

    def config(self, **changes: object) -> LdapConfig:
        """Return a configuration of this server: StartTLS and the certificate checked."""
        values: dict[str, object] = {
            "url": f"ldap://localhost:{self.port}",
            "start_tls": True,
            "ca_file": self.ca_file,
            "bind_dn": ROOT,
            "bind_password": SECRET,
            "people_base": PEOPLE,
            "person_attribute": "uid",
            "active_filter": "(!(employeeType=disabled))",
            "groups_base": GROUPS,
            "member_attribute": "member",
            "person_field": "username",
        }
        return LdapConfig(**(values | changes))  # type: ignore[arg-type]

    def start(self) -> None:
        """Start it and wait until it answers."""
        addresses = f"ldap://127.0.0.1:{self.port} ldaps://127.0.0.1:{self.tls_port}"
        command = [str(self._program), "-f", str(self._folder / "slapd.conf"), "-h", addresses]
        self._process = subprocess.Popen(
            [*command, "-d", "0"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            assert self._process.poll() is None, "slapd stopped"
            time.sleep(0.05)
        raise AssertionError("slapd does not answer")

    def stop(self) -> None:
        """Stop it; its data stays."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE)
            self._process = None

    def fill(self, people: dict[str, str]) -> None:
        """Leave nothing in it but these people, by login name, with these passwords."""
        with self._connection() as connection:
            connection.search(BASE, "(objectClass=*)", attributes=[])
            for dn in sorted((row["dn"] for row in connection.response or []), key=len)[::-1]:
                connection.delete(dn)
            connection.add(BASE, ["dcObject", "organization"], {"dc": "office", "o": "office"})
            for dn in (PEOPLE, GROUPS):
                connection.add(dn, "organizationalUnit", {"ou": dn.split(",")[0][3:]})
            for name, password in people.items():
                values = {"uid": name, "cn": name, "sn": name, "userPassword": password}
                assert connection.add(_dn(name), "inetOrgPerson", values), connection.result

    def disable(self, name: str) -> None:
        """Close a person's account."""
        with self._connection() as connection:
            connection.modify(_dn(name), {"employeeType": [(MODIFY_REPLACE, ["disabled"])]})
            assert connection.result["result"] == 0, connection.result

    def enable(self, name: str) -> None:
        """Open a person's account again."""
        with self._connection() as connection:
            connection.modify(_dn(name), {"employeeType": [(MODIFY_REPLACE, [])]})
            assert connection.result["result"] == 0, connection.result

    def remove(self, name: str) -> None:
        """Delete a person."""
        with self._connection() as connection:
            assert connection.delete(_dn(name)), connection.result

    def put_in_group(self, group: str, name: str) -> None:
        """Make a person a member, of a group that is made where it is new."""
        dn = f"cn={group},{GROUPS}"
        with self._connection() as connection:
            # A group has a member always: itself.
            connection.add(dn, "groupOfNames", {"cn": group, "member": dn})
            connection.modify(dn, {"member": [(MODIFY_ADD, [_dn(name)])]})
            assert connection.result["result"] == 0, connection.result

    def take_from_group(self, group: str, name: str) -> None:
        """End a membership."""
        dn = f"cn={group},{GROUPS}"
        with self._connection() as connection:
            connection.modify(dn, {"member": [(MODIFY_DELETE, [_dn(name)])]})
            assert connection.result["result"] == 0, connection.result

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        server = Server("127.0.0.1", port=self.port)
        connection = Connection(server, user=ROOT, password=SECRET)
        assert connection.bind(), connection.result
        try:
            yield connection
        finally:
            connection.unbind()


def _dn(name: str) -> str:
    return f"uid={name},{PEOPLE}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _make_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(tz=dt.UTC)  # noqa: TID251 - the real time, which TLS checks
    names: list[x509.GeneralName] = [
        x509.DNSName("localhost"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
    ]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    (folder / "server.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "server.key").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
