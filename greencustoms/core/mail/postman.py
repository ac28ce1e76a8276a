"""One connection to the mail server, with the two halves of handing over a mail kept apart (security section 2).

Until the server was given the first byte of the text, a failure means that the mail did not leave. From then on
a lost connection means that nobody knows.
"""

import contextlib
import smtplib
from dataclasses import dataclass

from django.core import mail as django_mail
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address

ACCEPTED = (250, 251)


class ServerAway(Exception):
    """No connection could be opened: nobody's mail is at fault."""


class LineLost(Exception):
    """The connection broke before the text was handed over: the mail did not leave."""


class MaybeTaken(Exception):
    """The connection broke while the text was handed over: nobody knows whether the server took it."""


class Refused(Exception):
    """The server said no to this mail, for now (4xx) or for good (5xx)."""

    def __init__(self, code: int, words):
        self.code = code
        text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
        super().__init__(f"{code} {text}")


@dataclass(frozen=True)
class Letter:
    """A mail ready to go. Whatever is wrong with its addresses or headers shows when it is made (ValueError)."""

    message: EmailMultiAlternatives
    sender: str
    recipient: str
    data: bytes

    @classmethod
    def made_of(cls, message: EmailMultiAlternatives) -> "Letter":
        encoding = message.encoding or "utf-8"
        sender = sanitize_address(message.from_email, encoding)
        recipient = sanitize_address(message.to[0], encoding)
        for address in (sender, recipient):
            address.encode("ascii")
        data = message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's own addition
        return cls(message, sender, recipient, data)


class Postman:
    """Opens the connection with the first letter and again after it was lost."""

    def __init__(self):
        self._backend = None

    def open(self) -> None:
        """Raises ServerAway. Does nothing while a connection is open."""
        if self._backend is None:
            backend = django_mail.get_connection()
            try:
                backend.open()
            except OSError as error:  # smtplib's own errors are OSErrors too, a refused password among them
                raise ServerAway(str(error)) from error
            self._backend = backend

    def announce(self, letter: Letter) -> None:
        """Everything up to the recipient. Raises Refused or LineLost: either way the mail did not leave."""
        smtp = self._smtp
        if smtp is None:
            return
        try:
            smtp.ehlo_or_helo_if_needed()
            options = [f"size={len(letter.data)}"] if smtp.has_extn("size") else []
            code, words = smtp.mail(letter.sender, options)
            if code in ACCEPTED:
                code, words = smtp.rcpt(letter.recipient)
        except OSError as error:
            self.close()
            raise LineLost(str(error)) from error
        if code not in ACCEPTED:
            raise self._refusal(code, words)

    def hand_over(self, letter: Letter) -> None:
        """The text itself. Raises Refused if the server said no, MaybeTaken if it said nothing."""
        smtp = self._smtp
        try:
            if smtp is None:
                letter.message.connection = self._backend
                letter.message.send()
                return
            code, words = smtp.data(letter.data)
        except smtplib.SMTPResponseException as error:
            raise self._refusal(error.smtp_code, error.smtp_error) from error
        except OSError as error:
            self.close()
            raise MaybeTaken(str(error)) from error
        if code != 250:
            raise self._refusal(code, words)

    def forget(self) -> None:
        """Take back what was announced, so that the next letter starts clean."""
        if self._smtp is not None:
            try:
                self._smtp.rset()
            except OSError:
                self.close()

    def close(self) -> None:
        backend, self._backend = self._backend, None
        if backend is not None:
            with contextlib.suppress(OSError):
                backend.close()

    @property
    def _smtp(self) -> smtplib.SMTP | None:
        """The connection in smtplib's own words; None for the backends that speak no SMTP."""
        found = getattr(self._backend, "connection", None)
        return found if isinstance(found, smtplib.SMTP) else None

    def _refusal(self, code: int, words) -> Refused:
        if code == 421:  # the server says that it hangs up
            self.close()
        else:
            self.forget()
        return Refused(code, words)
