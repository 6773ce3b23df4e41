"""Reads one portal file (TOML) into a `Portal`; what cannot be meant is an error that names file and key.

Keys are named the way TOML itself would: `crawl.delay_seconds`; a table of a list with its number, counted from
one: `sources[2].url`.
"""

from __future__ import annotations

import math
import re
import zoneinfo
from datetime import date
from pathlib import Path
from typing import get_args

import cssselect
import lxml.html
from lxml.cssselect import CSSSelector
from lxml.etree import LxmlError

from icma_crawler.errors import UrlError
from icma_crawler.models import CrawlPolicy, Portal, Reuse, Rule, Source, SourceKind
from icma_crawler.portals.toml_tables import Table, read_toml
from icma_crawler.urls import canonical_url, domain_of

_IDENTITY = ("name", "home", "language", "timezone", "reuse", "enabled", "hosts")
_SECTIONS = ("sources", "article", "rules", "crawl")
_SOURCE = ("kind", "url")
_ARTICLE = ("url_pattern",)
_SELECTORS = ("title", "body", "date", "author", "section", "remove")
_CRAWL = ("delay_seconds", "concurrency", "max_pages", "user_agent", "verify_tls")

_DEFAULT_POLICY = CrawlPolicy()
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?")
_HOST = re.compile(r"([a-z0-9_]([a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\])(:\d+)?")
_EMPTY_PAGE = lxml.html.document_fromstring("<p></p>")


def load_portal(path: Path) -> Portal:
    """Read one portal file; its stem is the portal's id.

    Raises:
        PortalFileError: the file cannot be read, is not TOML, or a key is missing, unknown or has an unusable value.
    """
    table = read_toml(path, (*_IDENTITY, *_SECTIONS))
    return Portal(
        id=path.stem,
        name=table.required_text("name"),
        home=_url(table, "home"),
        language=_language(table),
        timezone=_timezone(table),
        reuse=_reuse(table),
        enabled=table.get("enabled", bool, default=True),
        hosts=_hosts(table),
        sources=tuple(_source(each) for each in table.tables("sources", _SOURCE)),
        article_url_pattern=_url_pattern(table.table("article", _ARTICLE)),
        rules=_rules(table.tables("rules", ("valid_from", *_SELECTORS))),
        crawl=_crawl_policy(table.table("crawl", _CRAWL)),
    )


def _url(table: Table, key: str) -> str:
    try:
        url = canonical_url(table.required_text(key))
    except UrlError as error:
        raise table.error(key, f"{error}; write it whole, such as https://sherg.az/") from error
    if not _HOST.fullmatch(domain_of(url)):
        raise table.error(key, f"not a host name: {domain_of(url)!r}")
    return url


def _language(table: Table) -> str:
    tag = table.required_text("language")
    if not _LANGUAGE.fullmatch(tag):
        raise table.error("language", f"not a language tag such as az, ru or az-Cyrl: {tag!r}")
    return tag


def _timezone(table: Table) -> str:
    name = table.required_text("timezone")
    try:
        return zoneinfo.ZoneInfo(name).key
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: "Asia" is a folder
        raise table.error("timezone", f"no such time zone: {name!r}; write it like Asia/Baku") from error


def _reuse(table: Table) -> Reuse:
    value = table.text("reuse") or Portal.reuse
    return table.choice("reuse", value, get_args(Reuse))  # type: ignore[return-value]  # one of the literals


def _hosts(table: Table) -> tuple[str, ...]:
    """Further hosts as `Portal.domains` compares them: lower case, ASCII, without www."""
    hosts = table.get("hosts", list, default=[])
    return tuple(dict.fromkeys(_host(table, host) for host in hosts))


def _host(table: Table, host: object) -> str:
    try:
        domain = domain_of(canonical_url(f"https://{host}/"))
    except UrlError:
        domain = ""
    if not isinstance(host, str) or re.search(r"[/?#]", host) or not _HOST.fullmatch(domain):
        raise table.error("hosts", f"must be bare names such as ru.oxu.az, not {host!r}")
    return domain


def _source(table: Table) -> Source:
    kind = table.choice("kind", table.required_text("kind"), get_args(SourceKind))
    return Source(kind=kind, url=_url(table, "url"))  # type: ignore[arg-type]  # one of the literals


def _url_pattern(table: Table) -> str | None:
    pattern = table.text("url_pattern")
    if pattern is None:
        return None
    try:
        re.compile(pattern)
    except (re.error, OverflowError) as error:
        raise table.error("url_pattern", f"not a regular expression: {error}: {pattern!r}") from error
    return pattern


def _rules(tables: list[Table]) -> tuple[Rule, ...]:
    """In the order in which they came into force; the one that always held is first."""
    return tuple(sorted(map(_rule, tables), key=lambda rule: rule.valid_from or date.min))


def _rule(table: Table) -> Rule:
    return Rule(
        valid_from=table.get("valid_from", date, default=None), **{key: _selector(table, key) for key in _SELECTORS}
    )


def _selector(table: Table, key: str) -> str | None:
    selector = table.text(key)
    if selector is None:
        return None
    try:
        CSSSelector(selector, translator="html")(_EMPTY_PAGE)  # some mistakes show only when it is applied
    except (cssselect.SelectorError, LxmlError) as error:
        raise table.error(key, f"not a CSS selector: {error}: {selector!r}") from error
    return selector


def _crawl_policy(table: Table) -> CrawlPolicy:
    default = _DEFAULT_POLICY
    return CrawlPolicy(
        delay_seconds=_delay(table),
        concurrency=_count(table, "concurrency", default.concurrency),
        max_pages=_count(table, "max_pages", default.max_pages),
        user_agent=table.text("user_agent"),
        verify_tls=table.get("verify_tls", bool, default=default.verify_tls),
    )


def _delay(table: Table) -> float:
    delay = float(table.get("delay_seconds", float, default=_DEFAULT_POLICY.delay_seconds))
    if not (math.isfinite(delay) and delay >= 0):
        raise table.error("delay_seconds", f"must be 0 or more seconds, not {delay}")
    return delay


def _count(table: Table, key: str, default: int) -> int:
    count = table.get(key, int, default=default)
    if count < 1:
        raise table.error(key, f"must be 1 or more, not {count}")
    return count
