"""Talking JSON to a WordPress REST interface: one request at a time, patient where it asks for patience.

Source: WordPress REST API Handbook (global parameters, authentication by application passwords). The password travels
in a header only, never to another host, never unencrypted across a network, and into no message.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import urllib3
from urllib3.util import Retry, Timeout, make_headers

from icma_crawler.errors import SiteError, UsageError
from icma_crawler.urls import is_loopback

_TIMEOUT = Timeout(connect=10, read=60)
_BUSY = frozenset({429, 503})
_TROUBLED = frozenset({500, 502, 504, *_BUSY})
_LONGEST_PAUSE = 600
_MAX_ANSWER = 16_000_000
_NOT_FOUND = 404


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A user and an application password of theirs; never shown."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the site said; ``body`` is None where it is no JSON."""

    status: int
    body: Any
    location: str | None = None

    @property
    def is_ok(self) -> bool:
        return self.status in (200, 201)

    @property
    def code(self) -> str:
        """WordPress' own word for an error, "rest_post_invalid_id"; empty where there is none."""
        return str(self.body.get("code", "")) if isinstance(self.body, dict) else ""

    @property
    def problem(self) -> str:
        """One line for people."""
        said = self.body.get("message", "") if isinstance(self.body, dict) else ""
        return f"HTTP {self.status}" + (f": {' '.join(str(said).split())[:200]}" if said else "")


class LostAnswerError(Exception):
    """The connection broke after a request was sent: it may have been carried out or not."""


class RestApi:
    """The REST interface of one site; found by `open`."""

    def __init__(self, site: str, credentials: Credentials, *, patience: float = 1.0, allow_http: bool = False) -> None:
        """*site* is the address of its front page; *patience* scales the pauses between attempts, in seconds.

        Raises:
            UsageError: no address, or one that would send the password in the clear.
        """
        self.site = _checked(site, allow_http=allow_http)
        self._root = f"{self.site}/wp-json"
        self._is_pretty = True
        retries = Retry(
            total=5,
            redirect=0,
            status_forcelist=_TROUBLED,
            allowed_methods=None,
            backoff_factor=patience,
            backoff_max=60,
            raise_on_redirect=False,
            raise_on_status=False,
            retry_after_max=_LONGEST_PAUSE,
        )
        self._safely = retries
        # What is not safe to send twice is sent again only where the site says that it did nothing.
        self._once = retries.new(read=0, other=0, status_forcelist=_BUSY)
        self._http = urllib3.PoolManager(
            num_pools=1,
            timeout=_TIMEOUT,
            headers={
                **make_headers(basic_auth=f"{credentials.user}:{credentials.password}"),
                "User-Agent": "icma-crawler",
                "Accept": "application/json",
            },
        )

    def open(self) -> Any:
        """The site's own description of its interface.

        Raises:
            SiteError: there is none, or it does not answer.
        """
        answer = self.get("/")
        if not self._is_interface(answer):
            # Without pretty permalinks the interface is at ?rest_route=.
            self._is_pretty = False
            answer = self.get("/")
        if answer.location:
            raise SiteError(self.site, f"it redirects to {answer.location}; name that address instead")
        if not self._is_interface(answer):
            raise SiteError(
                self.site, f"no WordPress REST interface there ({answer.problem}); is this its front page's address?"
            )
        return answer.body

    @staticmethod
    def _is_interface(answer: Answer) -> bool:
        return answer.is_ok and isinstance(answer.body, dict) and "namespaces" in answer.body

    def get(self, path: str, **query: object) -> Answer:
        return self._ask("GET", path, query, None, self._safely)

    def delete(self, path: str, **query: object) -> Answer:
        return self._ask("DELETE", path, query, None, self._safely)

    def update(self, path: str, values: Mapping[str, Any]) -> Answer:
        """Change what is there; sending the same again does no harm."""
        return self._ask("POST", path, {}, values, self._safely)

    def create(self, path: str, values: Mapping[str, Any]) -> Answer:
        """Make something new.

        Raises:
            LostAnswerError: it may have been made.
        """
        return self._ask("POST", path, {}, values, self._once)

    def _ask(
        self, method: str, path: str, query: Mapping[str, object], values: Mapping[str, Any] | None, retries: Retry
    ) -> Answer:
        url = self._root + path if self._is_pretty else f"{self.site}/"
        asked = {**({} if self._is_pretty else {"rest_route": path}), **query}
        try:
            response = self._http.request(
                method,
                f"{url}?{urlencode(asked)}" if asked else url,
                body=None if values is None else json.dumps(values).encode(),
                headers={**self._http.headers, "Content-Type": "application/json"},
                retries=retries,
                redirect=False,
                preload_content=False,
            )
            body = response.read(_MAX_ANSWER, decode_content=True)
            response.release_conn()
        except urllib3.exceptions.MaxRetryError as error:
            if retries is self._once and isinstance(error.reason, urllib3.exceptions.ProtocolError | _ReadTimeout):
                raise LostAnswerError from error
            raise SiteError(
                self.site, f"it does not answer ({_words(error.reason or error)}); run again later"
            ) from error
        except urllib3.exceptions.HTTPError as error:
            if retries is self._once:
                raise LostAnswerError from error
            raise SiteError(self.site, f"it does not answer ({_words(error)}); run again later") from error
        answer = Answer(status=response.status, body=_json(body), location=response.headers.get("Location"))
        self._refuse(answer, retries)
        return answer

    def _refuse(self, answer: Answer, retries: Retry) -> None:
        if answer.status == 401 or answer.code in ("rest_cannot_create", "rest_cannot_edit", "rest_cannot_delete"):
            raise SiteError(
                self.site,
                f"the application password was refused, or its user may not write posts ({answer.problem}); "
                "make one under Users → Profile and set ICMA_WORDPRESS_USER and ICMA_WORDPRESS_PASSWORD",
            )
        if answer.status in retries.status_forcelist:
            raise SiteError(self.site, f"it keeps answering {answer.problem}; run again later")
        if answer.status in _TROUBLED:
            raise LostAnswerError


_ReadTimeout = urllib3.exceptions.ReadTimeoutError


def _checked(site: str, *, allow_http: bool) -> str:
    parts = urlsplit(site)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise UsageError(f"{site}: name the address of the site's front page, https://news.example")
    if parts.scheme == "http" and not allow_http and not is_loopback(site):
        raise UsageError(f"{site}: over plain http the password could be read on the way; use https")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _words(error: BaseException) -> str:
    """What an error of the transport says, without the object it names first."""
    return str(error).rpartition("): ")[2].split("(Caused by")[0].strip() or type(error).__name__
