"""The health of every portal of an archive: asks for the facts, judges them, and adds what a table shows."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from operator import itemgetter
from zoneinfo import ZoneInfo

from icma_crawler.archive import Archive, PortalFacts
from icma_crawler.archive.transactions.observe import observe, page_of
from icma_crawler.operations.health.baseline import Baseline, baseline_of
from icma_crawler.operations.health.judgement import Judgement, Verdict, VerdictEvidence
from icma_crawler.operations.health.judging import judge, rhythm_of
from icma_crawler.operations.health.layout import Fingerprint, fingerprint
from icma_crawler.operations.health.losses import Fact, LayoutOf

DAYS_SHOWN = 14
_GROWTH_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalHealth:
    """How a portal does. ``days`` are the articles that came out on each of the last 14 days, today last."""

    portal: str
    verdict: Verdict
    reason: str
    since: datetime | None
    last_archived_at: datetime | None
    archived_7d: int
    next_due_at: datetime | None
    articles: int
    days: tuple[int, ...]
    last_crawl_at: datetime | None
    is_broken: bool
    evidence: tuple[VerdictEvidence, ...]
    baseline: Baseline


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """How large the archive's file is, and what the pages of the last week added to it a day."""

    size_bytes: int
    bytes_a_day: int


def portal_health(archive: Archive, *, now: datetime, portal_id: str | None = None) -> list[PortalHealth]:
    """The health of every portal that was ever crawled (or of one), by id."""
    with archive.read():
        portals = [each for each in archive.portals.crawled() if portal_id in (None, each)]
        return [_health_of(archive, observe(archive, each, now), now) for each in portals]


def growth_of(archive: Archive, *, now: datetime) -> Growth:
    """The archive's size on disk, its write-ahead log included."""
    parts = (archive.path, archive.path.with_name(archive.path.name + "-wal"))
    kept = archive.captures.bytes_since(now - timedelta(days=_GROWTH_DAYS))
    return Growth(
        size_bytes=sum(part.stat().st_size for part in parts if part.exists()), bytes_a_day=kept // _GROWTH_DAYS
    )


def _health_of(archive: Archive, facts: PortalFacts, now: datetime) -> PortalHealth:
    rhythm = rhythm_of(facts)
    judgement = _with_address(archive, judge(facts, rhythm, now=now, layout_of=_layouts(archive, facts.portal)))
    return PortalHealth(
        portal=facts.portal,
        verdict=judgement.verdict,
        reason=judgement.reason,
        since=judgement.since,
        last_archived_at=facts.last_archived_at,
        archived_7d=facts.archived_7d,
        next_due_at=min((source.next_due_at for source in facts.sources if source.next_due_at), default=None),
        articles=facts.archived_total,
        days=_by_day(facts, now),
        last_crawl_at=facts.runs[-1].started_at if facts.runs else None,
        is_broken=judgement.is_broken,
        evidence=judgement.evidence,
        baseline=baseline_of(facts, rhythm),
    )


def _layouts(archive: Archive, portal_id: str) -> LayoutOf:
    """Each page is read once: what is lost at a redesign is seldom one field alone."""

    @cache
    def layout_of(fact: Fact) -> Fingerprint:
        return fingerprint(page_of(archive, portal_id, fact) or b"")

    return layout_of


def _with_address(archive: Archive, judgement: Judgement) -> Judgement:
    """The judgement with the address of the article it speaks of."""
    evidence = tuple(
        replace(each, article_url=archive.articles.url_of(each.article_id)) if each.article_id else each
        for each in judgement.evidence
    )
    if evidence == judgement.evidence:
        return judgement
    lead, _, rest = judgement.reason.partition("; ")
    return replace(judgement, reason=f"{lead}, since {evidence[0].article_url}; {rest}", evidence=evidence)


def _by_day(facts: PortalFacts, now: datetime) -> tuple[int, ...]:
    zone = ZoneInfo(facts.timezone)
    today = now.astimezone(zone).date()
    since = now - timedelta(days=DAYS_SHOWN + 1)
    counts: Counter[int] = Counter()
    for hour, count in facts.hours[bisect_left(facts.hours, since, key=itemgetter(0)) :]:
        counts[(today - hour.astimezone(zone).date()).days] += count
    return tuple(counts[days_ago] for days_ago in reversed(range(DAYS_SHOWN)))
