"""Notices on their way out: JSON by POST to a webhook, a plain e-mail to a mail server."""

from __future__ import annotations

import json
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import asdict
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from http.client import HTTPException
from urllib.error import URLError
from urllib.parse import unquote, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from icma_crawler.config import NoticeRule
from icma_crawler.errors import NoticeError
from icma_crawler.operations.notices.digest import Notice

_TIMEOUT_SECONDS = 10
_SMTP_PORT = 25


def send_notices(rule: NoticeRule, notices: Sequence[Notice]) -> None:
    """Send one digest by every way that *rule* names.

    Raises:
        NoticeError: one of them failed; the others were tried.
    """
    problems = []
    ways = [(way, target) for way, target in ((_post, rule.webhook), (_mail, rule.email)) if target is not None]
    for way, target in ways:
        try:
            way(rule, notices)
        except (OSError, HTTPException, smtplib.SMTPException, ValueError) as error:
            problems.append(f"{target} ({_words(error)})")
    if problems:
        raise NoticeError(", ".join(problems), was_heard=len(problems) < len(ways))


def digest_text(notices: Sequence[Notice]) -> str:
    """A line for each."""
    return "\n".join(notice.sentence for notice in notices)


def _post(rule: NoticeRule, notices: Sequence[Notice]) -> None:
    # "text" is what chat programs (Slack, Mattermost, Google Chat) show of a webhook.
    body = {"text": digest_text(notices), "notices": [asdict(notice) for notice in notices]}
    request = Request(  # noqa: S310 - the operator's own link, checked to be http or https
        str(rule.webhook),
        data=json.dumps(body, ensure_ascii=False, default=str).encode(),
        headers={"Content-Type": "application/json; charset=utf-8", "User-Agent": "icma-crawler"},
        method="POST",
    )
    with build_opener(_NoRedirect).open(request, timeout=_TIMEOUT_SECONDS) as response:
        response.read(1024)


class _NoRedirect(HTTPRedirectHandler):
    """urllib would go on with an empty GET, whose answer says nothing of whether anybody heard."""

    def redirect_request(self, *_: object) -> None:
        """None: a redirect is an error, as any other answer but success."""


def _mail(rule: NoticeRule, notices: Sequence[Notice]) -> None:
    server = urlsplit(f"//{rule.smtp}")
    message = _message(rule, notices)
    with smtplib.SMTP(server.hostname or "localhost", server.port or _SMTP_PORT, timeout=_TIMEOUT_SECONDS) as smtp:
        smtp.ehlo()
        if smtp.has_extn("starttls"):
            smtp.starttls(context=ssl.create_default_context() if server.username else _unverified())
            smtp.ehlo()
        if server.username:
            smtp.login(unquote(server.username), unquote(server.password or ""))
        smtp.send_message(message)


def _message(rule: NoticeRule, notices: Sequence[Notice]) -> EmailMessage:
    message = EmailMessage()
    subject = notices[0].sentence if len(notices) == 1 else f"{len(notices)} portals have news"
    message["Subject"] = f"icma: {' '.join(subject.split())[:150]}"
    message["From"] = rule.sender or rule.email
    message["To"] = rule.email
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid()
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    message.set_content(digest_text(notices) + "\n\nicma status tells more.\n")
    return message


def _unverified() -> ssl.SSLContext:
    """Encryption as mail servers among themselves have it: a local one rarely has a certificate that verifies."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _words(error: Exception) -> str:
    reason = error.reason if isinstance(error, URLError) else error
    return str(reason) or type(error).__name__
