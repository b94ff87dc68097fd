"""Mail over SMTP: STARTTLS, SMTPS or plain, with or without log-in; or into a folder when there is no server.

Sends one letter to one recipient over one connection. It promises no more than SMTP can: when the server's last
250 is lost, the letter may arrive twice, with the same Message-ID.
"""

from __future__ import annotations

import hashlib
import os
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Literal

from monitor.notifiers import Letter, NotifyError
from monitor.notifiers.reach import deadline, reason

SECRETS = {"password": "SMTP_PASSWORD"}
FROM = "Smoulder <smoulder@localhost>"
PORTS = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How mail leaves. The password comes from SMTP_PASSWORD, never from the file."""

    host: str
    port: int = 0  # 0: 587 with starttls, 465 with tls, 25 with none
    security: Literal["starttls", "tls", "none"] = "starttls"
    from_address: str = FROM
    user: str = ""  # empty: no log-in
    password: str = ""
    ca_file: str = ""  # PEM of a private certificate authority; empty: the system's
    timeout_seconds: float = 12.0  # of a whole letter, from the connection to the last reply


class Email:
    """One SMTP server."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.port = settings.port or PORTS[settings.security]
        self.where = f"{settings.host}:{self.port}"

    def send(self, letter: Letter) -> str:
        """Gives the server's reply to the letter. Raises NotifyError; see there what can be tried again."""
        raw = to_mail(letter, self.settings.from_address).as_bytes(policy=SMTP)
        with self._speaking() as smtp:
            _expect(smtp.mail(parseaddr(self.settings.from_address)[1]), "the sender")
            _expect(smtp.rcpt(parseaddr(letter.to)[1]), letter.to)
            return _expect(self._data(smtp, raw), "the letter")

    def probe(self) -> str:
        """Connect, encrypt and log in without sending; gives a sentence. Raises NotifyError."""
        with self._speaking():
            who = f" as {self.settings.user}" if self.settings.user else ""
            return f"{self.where} answers{who} ({self.settings.security})"

    @contextmanager
    def _speaking(self) -> Iterator[smtplib.SMTP]:
        """A connection that is encrypted and logged in; whatever goes wrong on it becomes a NotifyError."""
        try:
            with self._connected() as smtp:
                self._secure(smtp)
                self._log_in(smtp)
                yield smtp
        except ssl.SSLCertVerificationError as error:
            words = f"The certificate of {self.where} is not trusted ({error.verify_message}); check host or ca_file"
            raise NotifyError(words, permanent=True, is_channel=True) from error
        except ssl.SSLError as error:
            words = f"No TLS with {self.where} ({error.reason or 'handshake failed'}); check port and security"
            raise NotifyError(words, is_channel=True) from error
        except (smtplib.SMTPException, OSError) as error:
            raise NotifyError(f"{self.where} did not take the letter: {reason(error)}", is_channel=True) from error

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """A connection that is torn down when the time is up: a server that drips cannot hold us for ever."""
        limit = self.settings.timeout_seconds
        name = _own_name()
        if self.settings.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(local_hostname=name, timeout=limit, context=self._context())
        else:
            smtp = smtplib.SMTP(local_hostname=name, timeout=limit)
        # smtplib checks the certificate against this name, and sets it only when it connects in the constructor.
        smtp._host = self.settings.host  # type: ignore[attr-defined]
        with deadline(limit, lambda: smtp.sock) as late, closing(smtp):
            try:
                _expect(smtp.connect(self.settings.host, self.port), "the connection")
                yield smtp
                with suppress(smtplib.SMTPException, OSError):
                    smtp.quit()
            except (smtplib.SMTPException, OSError) as error:
                if late.is_set():
                    raise NotifyError(f"{self.where} did not finish within {limit:g} s", is_channel=True) from error
                raise

    def _secure(self, smtp: smtplib.SMTP) -> None:
        smtp.ehlo_or_helo_if_needed()
        if self.settings.security != "starttls":
            return
        if not smtp.has_extn("starttls"):
            words = f"{self.where} offers no STARTTLS; set security to tls or, on your own network, none"
            raise NotifyError(words, permanent=True, is_channel=True)
        code, reply = smtp.starttls(context=self._context())
        if code != 220:
            raise NotifyError(f"{self.where} refused STARTTLS ({code} {_clean(reply)})", is_channel=True)
        smtp.ehlo()

    def _log_in(self, smtp: smtplib.SMTP) -> None:
        if not self.settings.user:
            return
        try:
            smtp.login(self.settings.user, self.settings.password)
        except smtplib.SMTPAuthenticationError as error:
            is_final = error.smtp_code >= 500
            words = (
                f"SMTP refused the password for {self.settings.user} ({error.smtp_code}); check SMTP_PASSWORD"
                if is_final
                else f"SMTP cannot check the log-in of {self.settings.user} now ({error.smtp_code})"
            )
            raise NotifyError(words, permanent=is_final, is_channel=True) from error
        except smtplib.SMTPNotSupportedError as error:
            words = (
                f"{self.where} offers no log-in over {self.settings.security}; check port and security, or remove user"
            )
            raise NotifyError(words, permanent=True, is_channel=True) from error

    @staticmethod
    def _data(smtp: smtplib.SMTP, raw: bytes) -> tuple[int, bytes]:
        try:
            return smtp.data(raw)
        except smtplib.SMTPDataError as error:
            reply = error.smtp_error
            return error.smtp_code, reply if isinstance(reply, bytes) else reply.encode()

    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.settings.ca_file or None)


class Files:
    """Mail without a server: each letter becomes one .eml file that any mail program opens."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, letter: Letter) -> str:
        """Gives the path of the file. A repeat writes the same file again. Raises NotifyError."""
        name = f"{letter.created_at:%Y%m%dT%H%M%S}-{hashlib.sha256(letter.message_id.encode()).hexdigest()[:10]}.eml"
        path = self.folder / name
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            _write_whole(path, to_mail(letter, FROM).as_bytes(policy=SMTP))
        except OSError as error:
            words = f"{path} cannot be written ({error.strerror}); check the disk and who may write there"
            raise NotifyError(words, is_channel=True) from error
        return str(path)


def to_mail(letter: Letter, sender: str) -> EmailMessage:
    """Text, HTML and the picture inside the HTML, with the headers of a thread."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = letter.to
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(letter.created_at)
    mail["Message-ID"] = letter.message_id
    if letter.thread_id is not None:
        mail["In-Reply-To"] = letter.thread_id
        mail["References"] = letter.thread_id
    # Out-of-office replies to a machine help nobody (RFC 3834).
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text, cte="quoted-printable")
    mail.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    if letter.picture is not None:
        html = mail.get_payload()[1]  # type: ignore[index]
        html.add_related(  # type: ignore[union-attr]
            letter.picture, "image", "png", cid="<chart>", disposition="inline", filename="chart.png"
        )
    return mail


def _expect(answer: tuple[int, bytes], what: str) -> str:
    """The reply as text when it is a 2xx. Raises NotifyError: 4xx may pass later, 5xx will not."""
    code, reply = answer
    if 200 <= code < 300:
        return f"{code} {_clean(reply)}"
    if code == 421 or what == "the connection":
        raise NotifyError(f"The mail server is not available ({code} {_clean(reply)})", is_channel=True)
    words = f"The mail server refused {what} ({code} {_clean(reply)})"
    raise NotifyError(words, permanent=code >= 500, is_channel=what == "the sender", is_content=what == "the letter")


def _clean(reply: bytes) -> str:
    return " ".join(reply.decode("utf-8", "replace").split())[:200]


def _own_name() -> str:
    """What to say in EHLO. socket.getfqdn() would ask the name service, which may hang."""
    name = socket.gethostname()
    return name if "." in name else "[127.0.0.1]"


def _write_whole(path: Path, content: bytes) -> None:
    """All of it or nothing, also when the power fails."""
    half = path.with_suffix(".part")
    with half.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    half.replace(path)
