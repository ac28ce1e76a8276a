"""One connection to the mail server, with the two halves of handing over a mail kept apart (security section 2).

Until the server was given the first byte of the text, a failure means that the mail did not leave. From then on
a lost connection means that nobody knows.
"""

import contextlib
import re
import smtplib

from django.core import mail as django_mail

from .letters import Letter
from .refusals import DATA, MAIL, RCPT, Blame, blame

ACCEPTED = (250, 251)
START_OF_TEXT = 354
HANGS_UP = 421


class ServerAway(Exception):
    """The server cannot be reached or does not want us: nobody's mail is at fault."""


class LineLost(Exception):
    """The connection broke before the text was handed over: the mail did not leave."""


class MaybeTaken(Exception):
    """The connection broke while the text was handed over: nobody knows whether the server took it."""


class Refused(Exception):
    """The server said no to this mail, for now (4xx) or for good (5xx)."""

    def __init__(self, step: str, code: int, words: str):
        self.is_for_now = 400 <= code < 500
        self.hangs_up = code == HANGS_UP
        self.is_about_address = not self.is_for_now and blame(step, code, words) == Blame.ADDRESS
        super().__init__(f"{code} {words}")


class Postman:
    """Opens the connection with the first letter and again after it was lost."""

    def __init__(self):
        self._backend = None

    def open(self) -> bool:
        """Whether a new connection was opened. Raises ServerAway, also when our sign-in is refused."""
        if self._backend is not None:
            return False
        backend = django_mail.get_connection()
        try:
            backend.open()
            self._backend = backend
            if self._smtp is not None:
                self._smtp.ehlo_or_helo_if_needed()
        except OSError as error:  # smtplib's own errors are OSErrors too, a refused password among them
            self._backend = backend
            self.close()
            raise ServerAway(_words(error)) from error
        return True

    def announce(self, letter: Letter) -> None:
        """Everything up to the recipient. Raises Refused, LineLost or ServerAway: the mail did not leave."""
        smtp = self._smtp
        if smtp is None:
            return
        step = MAIL
        try:
            options = [f"size={len(letter.data)}"] if smtp.has_extn("size") else []
            code, words = smtp.mail(letter.sender, options)
            if code in ACCEPTED:
                step = RCPT
                code, words = smtp.rcpt(letter.recipient)
        except OSError as error:
            self.close()
            raise LineLost(_words(error)) from error
        if code not in ACCEPTED:
            raise self._refusal(step, code, words)

    def hand_over(self, letter: Letter) -> None:
        """The text itself. Raises MaybeTaken if the server said nothing to it, else as `announce`."""
        smtp = self._smtp
        if smtp is None:
            letter.message.connection = self._backend
            letter.message.send()
            return
        try:
            code, words = smtp.docmd("data")
        except OSError as error:
            self.close()
            raise LineLost(_words(error)) from error
        if code != START_OF_TEXT:
            raise self._refusal(DATA, code, words)
        try:
            smtp.send(_as_sent(letter.data))
            code, words = smtp.getreply()
        except OSError as error:
            self.close()
            raise MaybeTaken(_words(error)) from error
        if 400 <= code < 600:
            raise self._refusal(DATA, code, words)
        if code not in ACCEPTED:
            self.close()
            raise MaybeTaken(f"{code} {words.decode('utf-8', 'replace')}")

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

    def _refusal(self, step: str, code: int, words: bytes) -> Exception:
        text = words.decode("utf-8", "replace")
        if not 400 <= code < 600:  # what was expected is something else: the two do not understand each other
            self.close()
            return LineLost(f"{code} {text}")
        if code >= 500 and blame(step, code, text) == Blame.US:
            self.close()
            return ServerAway(f"{code} {text}")
        if code == HANGS_UP:
            self.close()
        else:
            self.forget()
        return Refused(step, code, text)


def _as_sent(data: bytes) -> bytes:
    """The text as it goes over the line: a dot that begins a line is doubled, a lone one ends (RFC 5321, 4.5.2)."""
    if not data.endswith(b"\r\n"):
        data += b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", data) + b".\r\n"


def _words(error: OSError) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error
        text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
        return f"{error.smtp_code} {text}"
    return str(error) or type(error).__name__
