"""The nouns: what flows from a portal into the archive and out of it. Values only, no behaviour beyond derivation.

None means "the source did not say". All datetimes are aware and in UTC.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Literal, get_args
from urllib.parse import urlsplit

from icma_crawler.urls import domain_of, site_address

Reuse = Literal["full", "excerpt", "link"]
SourceKind = Literal["feed", "news_sitemap", "sitemap", "section"]
Precision = Literal["minute", "hour", "day"]
Access = Literal["full", "teaser", "partial"]
Status = Literal["live", "gone", "withdrawn"]
ChangeKind = Literal["new", "revised", "gone", "withdrawn", "restored"]
Cause = Literal["source", "extraction", "operator"]
FrontierState = Literal["pending", "archived", "unchanged", "rejected", "refused", "failed", "gone", "withdrawn"]
Outcome = Literal[
    "archived", "revised", "restored", "unchanged", "gone", "withdrawn", "rejected", "refused", "failed", "pending"
]
"""What became of a url in a crawl."""
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
ReuseSignalKind = Literal["robots-meta", "robots-header", "tdm-meta", "tdm-header", "tdm-file", "notice"]
"""Where a portal or a page says what may be done with its text; "notice", a value that archives hold, is a sentence on
the page, as below an article: elsewhere a notice is what an operator is told."""
Memory = frozenset[str]
"""The fingerprints of the lines that a portal's pages repeat; see `icma_crawler.extraction.memory`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One place where a portal announces articles; a home page is a "section", a sitemap index a "sitemap"."""

    kind: SourceKind
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What the operator knows of a portal's markup; each value is a CSS selector, None where unknown."""

    valid_from: date | None = None
    title: str | None = None
    body: str | None = None
    date: str | None = None
    author: str | None = None
    section: str | None = None
    remove: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlPolicy:
    """How a portal is asked: by default one request a second and host."""

    delay_seconds: float = 1.0
    concurrency: int = 1
    max_pages: int = 20_000
    user_agent: str | None = None
    verify_tls: bool = True


@dataclass(frozen=True, kw_only=True)
class Portal:
    """A news portal as its file describes it; ``id`` is the file's stem ("sherg.az")."""

    id: str
    name: str
    home: str
    language: str
    timezone: str
    reuse: Reuse = "excerpt"
    enabled: bool = True
    hosts: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    article_url_pattern: str | None = None
    rules: tuple[Rule, ...] = ()
    crawl: CrawlPolicy = field(default_factory=CrawlPolicy)

    @property
    def source_url(self) -> str:
        """What is printed as the source: "https://sherg.az"."""
        return site_address(self.home)

    @cached_property
    def domains(self) -> frozenset[str]:
        """The hosts whose pages are this portal's (with port, without www)."""
        urls = [self.home, *(source.url for source in self.sources)]
        return frozenset({*map(domain_of, urls), *(host.lower() for host in self.hosts)})

    def owns(self, url: str) -> bool:
        """Whether *url* is on one of the portal's hosts."""
        return domain_of(url) in self.domains

    def is_home(self, url: str) -> bool:
        """Whether *url* is the portal's front page."""
        parts = urlsplit(url)
        return self.owns(url) and parts.path in ("", "/", urlsplit(self.home).path) and not parts.query

    def matches_article(self, url: str) -> bool | None:
        """Whether *url* has the shape of an article; None where the portal file names no shape."""
        if self.article_url_pattern is None:
            return None
        return compiled(self.article_url_pattern).search(url) is not None


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str]:
    """A portal's url pattern, compiled once a process."""
    return re.compile(pattern)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A url that a source announced, with the hints it gave."""

    url: str
    source_url: str
    title: str | None = None
    published_at: datetime | None = None
    modified_at: datetime | None = None
    guid: str | None = None


@dataclass(frozen=True, kw_only=True)
class Capture:
    """One fetched response, its body decompressed; ``headers`` as (lower-case name, value) pairs."""

    url: str
    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: datetime
    is_partial: bool = False

    @cached_property
    def payload_sha256(self) -> str:
        """Hex digest of the body bytes."""
        return hashlib.sha256(self.body).hexdigest()

    def header(self, name: str) -> str | None:
        """The first value of a header."""
        return next((value for key, value in self.headers if key == name.lower()), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReuseSignal:
    """What a portal itself says of reuse, and the most that this leaves allowed; ``value`` is in its own words.

    ``path`` is what part of a host a TDM file speaks of ("/news/*").
    """

    kind: ReuseSignalKind
    value: str
    reuse: Reuse
    path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What a page says.

    ``title`` is without kicker ("FOTO", "ÖZƏL"), ``title_shown`` as the page has it. ``body`` is plain text in NFC,
    paragraphs separated by one blank line. ``origin_*`` is whom the article itself cites. ``url`` is the page's
    canonical link where it names one on its own portal, else the link that was fetched.
    """

    url: str
    title: str
    title_shown: str
    kicker: str | None = None
    lead: str | None = None
    body: str
    authors: tuple[str, ...] = ()
    section: str | None = None
    tags: tuple[str, ...] = ()
    image_url: str | None = None
    image_caption: str | None = None
    image_credit: str | None = None
    language: str | None = None
    published_at: datetime | None = None
    published_precision: Precision | None = None
    modified_at: datetime | None = None
    access: Access = "full"
    origin_name: str | None = None
    origin_url: str | None = None
    word_count: int = 0
    charset: str | None = None
    extractor: str = ""
    reuse_signals: tuple[ReuseSignal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """Why a page is not an article; ``reason`` is a code of `icma_crawler.reasons`."""

    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring:
    """A line that is no article's: it stands on ``pages`` otherwise different pages, or is another's headline."""

    fingerprint: str
    kind: Literal["recurring", "headline"]
    sample: str
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One row of the archive's ordered change log; ``seq`` is the cursor."""

    seq: int
    article_id: int
    change: ChangeKind
    cause: Cause
    at: datetime
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedArticle:
    """An article as the archive holds it: its current revision, its portal, and when it was archived.

    ``archived_at`` is when this archive first recorded it; it never changes. ``article`` is None once withdrawn.
    """

    id: int
    urn: str
    portal: str
    url: str
    source_name: str
    source_url: str
    archived_at: datetime
    revision: int
    status: Status
    reuse: Reuse
    content_sha256: str
    article: Article | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """The three sentences under an archived article, in one language; ``statement`` needs a publisher's name."""

    language: str
    statement: str | None
    source: str
    archived: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlRun:
    """One crawl of one portal: when, why it ended, and the counts by outcome.

    due = archived + revised + restored + unchanged + gone + withdrawn + rejected + refused + failed + pending.
    """

    portal: str
    started_at: datetime
    finished_at: datetime | None
    reason: str
    announced: int = 0
    due: int = 0
    archived: int = 0
    revised: int = 0
    restored: int = 0
    unchanged: int = 0
    gone: int = 0
    withdrawn: int = 0
    rejected: int = 0
    refused: int = 0
    failed: int = 0
    pending: int = 0
    source_answers: int = 0
    source_failures: int = 0
    requests: int = 0
    bytes: int = 0
