"""A real mail server on the loopback address, whose answers a test can choose."""

import email
import logging
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default as modern
from typing import Any

import pytest
from aiosmtpd.controller import Controller


class _AnyPort(Controller):
    """Listens on a port the system picks."""

    def _trigger_server(self) -> None:
        server: Any = self.server
        self.port = server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


class MailServer:
    """Keeps every mail it accepts; `refusals` maps an address to the reply that refuses it."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refusals: dict[str, str] = {}
        self.controller = _AnyPort(self, hostname="127.0.0.1", port=0)

    @property
    def subjects(self) -> list[str]:
        """The subject of every mail accepted, unfolded."""
        return [mail["Subject"].strip() for mail in self.mails]

    @property
    def message_ids(self) -> list[str]:
        """The Message-ID of every mail accepted, in order."""
        return [mail["Message-ID"] for mail in self.mails]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Take the recipient, or answer as the test said."""
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep the mail."""
        self.mails.append(email.message_from_bytes(envelope.content, policy=modern))
        return "250 kept"


@pytest.fixture
def mail_server(settings: Any) -> Iterator[MailServer]:
    """A running server that the application's mail goes to."""
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    server = MailServer()
    server.controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.controller.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield server
    server.controller.stop()
