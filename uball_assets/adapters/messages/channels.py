"""Ways to send a message: the log, a webhook, Slack's format, e-mail over SMTP.

A channel sends one message or raises; an address may hold a key, so no error names one.

Belongs here: one try. Not here: trying again, and what waits (`outbox`), which are set up (`settings`).
"""

from __future__ import annotations

import json
import logging
import smtplib
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any, Literal, Protocol

from uball_assets.domain.errors import Transient
from uball_assets.domain.operating.messages import Message

_log = logging.getLogger("uball_assets.alerts")
_SLACK_LETTERS = 2900
"""Of a block of text; Slack takes 3,000."""


class ChannelDown(Transient):
    """The message was not taken: it is tried again."""


class Channel(Protocol):
    def send(self, message: Message) -> None:
        """Raises ChannelDown, without the address."""
        ...


@dataclass(frozen=True)
class LogChannel:
    """A line for each line of the text, where the process logs."""

    def send(self, message: Message) -> None:
        _log.warning("%s\n%s", message.subject, message.text.rstrip())


@dataclass(frozen=True)
class Webhook:
    """JSON by POST: subject, text, findings."""

    url: str
    timeout_s: float

    def send(self, message: Message) -> None:
        told = {name: value for name, value in message.to_dict().items() if name != "html"}
        _post(self.url, told, self.timeout_s)


@dataclass(frozen=True)
class Slack:
    """Slack's incoming webhooks, and what speaks their format (Mattermost, Discord's /slack)."""

    url: str
    timeout_s: float

    def send(self, message: Message) -> None:
        _post(self.url, slack_form(message), self.timeout_s)


def slack_form(message: Message) -> Mapping[str, Any]:
    text = message.text.rstrip()
    shown = text if len(text) <= _SLACK_LETTERS else f"{text[:_SLACK_LETTERS]}\n… the rest: `uball status`"
    return {
        "text": message.subject,
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": message.subject[:150]}},
            {"type": "section", "text": {"type": "mrkdwn", "text": f"```{shown}```"}},
        ],
    }


@dataclass(frozen=True)
class Email:
    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    user: str
    password: str
    sender: str
    to: Sequence[str]
    timeout_s: float

    def send(self, message: Message) -> None:
        try:
            with self._connected() as server:
                if self.security == "starttls":
                    server.starttls(context=ssl.create_default_context())
                if self.user and self.security != "none":
                    server.login(self.user, self.password)
                server.send_message(self.letter(message), self.sender, list(self.to))
        except (OSError, smtplib.SMTPException) as error:
            raise ChannelDown(f"the mail server {self.host} did not take it: {_said(error)}") from error

    def _connected(self) -> smtplib.SMTP:
        if self.security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout_s, context=context)
        return smtplib.SMTP(self.host, self.port, timeout=self.timeout_s)

    def letter(self, message: Message) -> EmailMessage:
        """A message that comes twice has one id: mail programs show it once."""
        letter = EmailMessage()
        letter["Subject"] = " ".join(message.subject.split())[:200]
        letter["From"], letter["To"] = self.sender, ", ".join(self.to)
        letter["Message-ID"] = f"<{message.id}@uball>"
        letter.set_content(message.text)
        if message.html:
            letter.add_alternative(message.html, subtype="html")
        return letter


def _said(error: OSError | smtplib.SMTPException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code}"
    return type(error).__name__


def _post(url: str, body: Mapping[str, Any], timeout_s: float) -> None:
    from urllib3 import PoolManager, Timeout
    from urllib3.exceptions import HTTPError

    try:
        with PoolManager() as pool:
            answer = pool.request(
                "POST",
                url,
                body=json.dumps(body).encode(),
                headers={"Content-Type": "application/json"},
                timeout=Timeout(total=timeout_s),
                retries=False,
                redirect=False,
            )
    except (HTTPError, ValueError) as error:
        raise ChannelDown(f"it did not answer ({type(error).__name__})") from error
    if not 200 <= answer.status < 300:
        raise ChannelDown(f"it answered {answer.status}")
