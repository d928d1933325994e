"""Mail: what a message is, and the ways to send one."""

import asyncio
import smtplib
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from ticketapp.core.errors import UpstreamRejected, UpstreamUnavailable

SMTP_TIMEOUT_S = 30


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Mail:
    """One message. Its `key` becomes the Message-ID, so that a message sent twice is recognised as one."""

    key: str
    to: str
    subject: str
    text: str
    attachments: tuple[Attachment, ...] = ()


class MailGateway(Protocol):
    """Somebody who delivers mail."""

    async def send(self, mail: Mail) -> None:
        """Hand a message over.

        Raises:
            UpstreamUnavailable: try again later.
            UpstreamRejected: trying again will not help.
        """
        ...


@dataclass(frozen=True, slots=True)
class Post:
    """Mail as the app uses it: a gateway, and where links in a message lead."""

    gateway: MailGateway
    public_url: str

    def link(self, path: str) -> str:
        """Give the full address of a page."""
        return self.public_url.rstrip("/") + path


@dataclass(slots=True)
class KeptMail:
    """Keep messages in memory: for tests."""

    sent: list[Mail] = field(default_factory=list)

    async def send(self, mail: Mail) -> None:
        self.sent.append(mail)


@dataclass(frozen=True, slots=True)
class FolderMail:
    """Put each message into a folder, where a person can open it: the default without a mail server."""

    folder: Path
    sender: str

    async def send(self, mail: Mail) -> None:
        await asyncio.to_thread(self._write, mail)

    def _write(self, mail: Mail) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        name = "".join(letter if letter.isalnum() or letter in "-." else "-" for letter in mail.key)
        part = self.folder / f".{name}.part"
        part.write_bytes(written(mail, self.sender).as_bytes(policy=SMTP))
        part.replace(self.folder / f"{name}.eml")


@dataclass(frozen=True, slots=True)
class SmtpMail:
    """Send by SMTP: `smtps://user:password@host` is encrypted from the start, `smtp://` by STARTTLS where offered."""

    url: str
    sender: str

    async def send(self, mail: Mail) -> None:
        await asyncio.to_thread(self._send, mail)

    def _send(self, mail: Mail) -> None:
        try:
            with self._connect() as server:
                server.send_message(written(mail, self.sender))
        except smtplib.SMTPRecipientsRefused as error:
            raise UpstreamRejected("The mail server refused this address.") from error
        except smtplib.SMTPResponseException as error:
            if 500 <= error.smtp_code < 600:
                raise UpstreamRejected("The mail server refused this message.") from error
            raise UpstreamUnavailable("The mail server is busy.") from error
        except (smtplib.SMTPException, OSError) as error:
            raise UpstreamUnavailable("The mail server does not answer.") from error

    def _connect(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host = parts.hostname or "localhost"
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=SMTP_TIMEOUT_S)
        else:
            server = smtplib.SMTP(host, parts.port or 587, timeout=SMTP_TIMEOUT_S)
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        return server


def written(mail: Mail, sender: str) -> EmailMessage:
    """Write a message down as it travels."""
    message = EmailMessage()
    message["Message-ID"] = f"<{mail.key}@{sender.rpartition('@')[2].rstrip('>')}>"
    message["From"] = sender
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message.set_content(mail.text)
    for attachment in mail.attachments:
        kind, _, subtype = attachment.media_type.partition("/")
        message.add_attachment(attachment.content, maintype=kind, subtype=subtype, filename=attachment.name)
    return message
