"""Mail through the server of `EMAIL_URL`, or into files in demo mode."""

import smtplib
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from django.core.mail import EmailMessage, get_connection

from tasks.reminders.channels import ChannelDownError, PermanentError, TransientError

# From here on an SMTP reply code is final.
_FINAL = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail to one person; `message_id` is the same in every attempt."""

    to: str
    subject: str
    text: str
    message_id: str


class MailChannel:
    """A connection that is kept open for the mails of a run."""

    def __init__(self) -> None:
        self._connection = get_connection()

    def __enter__(self) -> Self:
        """Connect; ChannelDownError where the server does not answer or knows no such account."""
        try:
            self._connection.open()
        except (OSError, smtplib.SMTPException) as error:
            raise ChannelDownError(str(error)) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Disconnect."""
        self._connection.close()

    def send(self, mail: Mail) -> None:
        """Hand the mail over; raise PermanentError, TransientError or ChannelDownError.

        A connection lost on the way leaves open whether the server took the mail.
        """
        message = EmailMessage(
            subject=mail.subject,
            body=mail.text,
            to=[mail.to],
            headers={"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"},
            connection=self._connection,
        )
        try:
            message.send()
        except smtplib.SMTPRecipientsRefused as error:
            code, _reply = error.recipients[next(iter(error.recipients))]
            raise _by_code(code, error) from error
        except smtplib.SMTPSenderRefused as error:
            # Our own address is refused: no mail of this run will pass.
            raise ChannelDownError(str(error)) from error
        except smtplib.SMTPResponseException as error:
            raise _by_code(error.smtp_code, error) from error
        except (smtplib.SMTPNotSupportedError, ValueError) as error:
            # An address or subject that cannot be put into a mail at all.
            raise PermanentError(str(error)) from error
        except (OSError, smtplib.SMTPException) as error:
            raise ChannelDownError(str(error) or type(error).__name__) from error


def _by_code(code: int, error: Exception) -> Exception:
    return PermanentError(str(error)) if code >= _FINAL else TransientError(str(error))
