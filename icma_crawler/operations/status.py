"""The health of each portal, with the reason in words, from what the last crawl found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from icma_crawler.archive import Archive, Gap
from icma_crawler.models import CrawlRun
from icma_crawler.reasons import explain

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalHealth:
    """How a portal does: ``verdict`` in a word, ``reason`` in a sentence."""

    portal: str
    verdict: str
    reason: str
    since: datetime | None
    last_archived_at: datetime | None
    archived_7d: int
    articles: int
    next_due_at: datetime | None = None

    @property
    def is_broken(self) -> bool:
        return self.verdict not in ("ok", "new")


def portal_health(archive: Archive, *, now: datetime) -> list[PortalHealth]:
    """The health of every portal that was ever crawled, by id."""
    gaps: dict[str, list[Gap]] = {}
    for gap in archive.find_gaps():
        gaps.setdefault(gap.portal, []).append(gap)
    failing = archive.failing_sources()
    healths = []
    for portal, run in sorted(archive.latest_crawls().items()):
        newest = archive.newest_article(portal)
        verdict, reason = judge(run, gaps.get(portal, []), failing.get(portal, {}))
        healths.append(
            PortalHealth(
                portal=portal,
                verdict=verdict,
                reason=reason,
                since=run.started_at,
                last_archived_at=newest.archived_at if newest else None,
                archived_7d=archive.count_articles(portal, now - _WEEK),
                articles=archive.count_articles(portal),
            )
        )
    return healths


def judge(run: CrawlRun, gaps: Sequence[Gap], failing: Mapping[str, str]) -> tuple[str, str]:
    """The verdict on a portal's last crawl, and its evidence. *failing* holds source urls with their reasons."""
    unended = {
        "running": ("running", "a crawl is under way"),
        "killed": ("interrupted", "the last crawl was killed; the next one goes on"),
        "interrupted": ("interrupted", f"the last crawl was stopped with {run.pending} pages to go; the next goes on"),
    }
    if run.reason in unended:
        return unended[run.reason]
    return _judge_sources(run, failing) or _judge_pages(run, gaps) or _all_well(run, failing)


def _judge_sources(run: CrawlRun, failing: Mapping[str, str]) -> tuple[str, str] | None:
    if not failing or run.due or run.announced:
        return None
    url, reason = next(iter(failing.items()))
    return "down", f"{explain(reason)}: {url}"


def _judge_pages(run: CrawlRun, gaps: Sequence[Gap]) -> tuple[str, str] | None:
    refused = Counter(gap.reason or "" for gap in gaps if gap.state == "refused" and gap.reason != "robots")
    if refused.total() > run.archived + run.unchanged:
        return "blocked", f"{refused.total()} pages refused: {explain(refused.most_common(1)[0][0])}"
    failed = Counter(gap.reason or "" for gap in gaps if gap.state == "failed")
    if failed:
        return "incomplete", f"{failed.total()} pages missing: {explain(failed.most_common(1)[0][0])}"
    return None


def _all_well(run: CrawlRun, failing: Mapping[str, str]) -> tuple[str, str]:
    if failing:
        url, reason = next(iter(failing.items()))
        return "ok", f"but a source fails: {url}: {explain(reason)}"
    return "ok", f"{run.archived} archived, {run.unchanged} unchanged in the last crawl"
