"""Health as `icma status` tells it, of archives that were filled through the archive's own methods."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from other_program import ask, change

from icma_crawler.archive import SourceAnswer, open_archive
from icma_crawler.archive.transactions.announce import announce
from icma_crawler.archive.transactions.crawl_runs import begin_crawl, end_crawl
from icma_crawler.archive.transactions.record_page import PageLook, record_page
from icma_crawler.models import Candidate, Portal, Rejection, Source
from icma_crawler.operations.health import growth_of, portal_health

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NOW = datetime.now(UTC).replace(microsecond=0)
SHERG = Portal(id="sherg.az", name="Sherg.az", home="https://sherg.az/", language="az", timezone="Asia/Baku")
FEED = Source(kind="feed", url="https://sherg.az/rss")
OLD, NEW = b'<div class="news"><h1 class="head">%d</h1></div>', b'<main class="story"><h2 class="title">%d</h2></main>'


class Correspondent:
    """Fills an archive with crawls of one portal, up to now."""

    def __init__(self, archive, portal, make_article, make_capture) -> None:
        self.archive, self.portal = archive, portal
        self._article, self._capture = make_article, make_capture
        self.now = NOW
        self.count = 0
        self.source = FEED

    def crawl(self, at: datetime, articles: int = 0, *, page: bytes = OLD, **fields: object) -> None:
        """One crawl that finds so many new articles; *fields* are what they have, else an author."""
        archive, portal = self.archive, self.portal
        with archive.write():
            crawl_id = begin_crawl(archive, portal, at)
            archive.sources.save(portal.id, [self.source], now=at, is_configured=True)
            (source,) = [each for each in archive.sources.find(portal.id) if each.url == self.source.url]
            for _ in range(articles):
                self._publish(source.id, crawl_id, at, page, fields)
            archive.sources.answered(
                source.id, SourceAnswer(status=200), told_new=bool(articles), next_due_at=at + HOUR, now=at
            )
            end_crawl(archive, crawl_id, reason="finished", requests=1, size_bytes=1, now=at)

    def turn_away(self, at: datetime, pages: int, *, page: bytes) -> None:
        """One crawl that finds so many pages which are not read as articles."""
        with self.archive.write():
            crawl_id = begin_crawl(self.archive, self.portal, at)
            (source,) = self.archive.sources.find(self.portal.id)
            for _ in range(pages):
                self.count += 1
                path = f"news/{self.count}"
                found = [Candidate(url=f"https://sherg.az/{path}", source_url=FEED.url)]
                (entry,) = announce(self.archive, self.portal.id, source.id, found, crawl_id=crawl_id, now=at).new
                capture = self._capture(path, body=page % self.count, fetched_at=at)
                record_page(
                    self.archive,
                    PageLook(portal=self.portal, entry=entry, capture=capture, now=at),
                    Rejection(reason="not-article"),
                )
            self.archive.sources.answered(
                source.id, SourceAnswer(status=200), told_new=True, next_due_at=at + HOUR, now=at
            )
            end_crawl(self.archive, crawl_id, reason="finished", requests=1, size_bytes=1, now=at)

    def fail(self, at: datetime, reason: str) -> None:
        """One crawl whose only source fails."""
        with self.archive.write():
            crawl_id = begin_crawl(self.archive, self.portal, at)
            self.archive.sources.save(self.portal.id, [FEED], now=at, is_configured=True)
            (source,) = self.archive.sources.find(self.portal.id)
            self.archive.sources.failed(source.id, reason=reason, status=None, now=at)
            end_crawl(self.archive, crawl_id, reason="finished", requests=1, size_bytes=1, now=at)

    def _publish(self, source_id: int, crawl_id: int, at: datetime, page: bytes, fields: dict[str, object]) -> None:
        self.count += 1
        path = f"news/{self.count}"
        found = [Candidate(url=f"https://sherg.az/{path}", source_url=FEED.url)]
        (entry,) = announce(self.archive, self.portal.id, source_id, found, crawl_id=crawl_id, now=at).new
        known = {"authors": ("Aynur",), "published_at": at - HOUR / 2, "published_precision": "minute"} | fields
        article = self._article(
            path, body=f"Xəbər {self.count}.\n\n{'Mətn. ' * 60}", title=f"Xəbər {self.count}", **known
        )
        capture = self._capture(path, body=page % self.count, fetched_at=at)
        record_page(self.archive, PageLook(portal=self.portal, entry=entry, capture=capture, now=at), article)


@pytest.fixture
def correspondent(archive, portal, make_article, make_capture) -> Correspondent:
    return Correspondent(archive, portal, make_article, make_capture)


@pytest.fixture(scope="module")
def kept_weeks(tmp_path_factory, make_article, make_capture) -> tuple[Path, int]:
    """An archive with four articles every six hours for four weeks, the last of them an hour ago; and their number."""
    path = tmp_path_factory.mktemp("weeks") / "archive.db"
    with open_archive(path) as archive:
        writer = Correspondent(archive, SHERG, make_article, make_capture)
        writer.crawl(NOW - 28 * DAY - HOUR)
        for number in range(4 * 28):
            writer.crawl(NOW - 28 * DAY + number * 6 * HOUR, 4)
        writer.crawl(NOW - HOUR, 4)
    return path, writer.count


@pytest.fixture
def weeks_of_news(kept_weeks, tmp_path, make_article, make_capture) -> Iterator[Correspondent]:
    """Goes on where `kept_weeks` ends, in a copy of it."""
    path, count = kept_weeks
    shutil.copy(path, tmp_path / "archive.db")
    with open_archive(tmp_path / "archive.db") as archive:
        correspondent = Correspondent(archive, SHERG, make_article, make_capture)
        correspondent.count = count
        yield correspondent


def health_of(correspondent: Correspondent):
    (health,) = portal_health(correspondent.archive, now=correspondent.now)
    return health


def test_a_portal_as_always(weeks_of_news):
    health = health_of(weeks_of_news)
    assert (health.verdict, health.articles, len(health.days)) == ("ok", 452, 14)
    assert health.last_archived_at == weeks_of_news.now - HOUR
    assert health.next_due_at == weeks_of_news.now
    assert health.baseline.per_day == pytest.approx(16, rel=0.1)
    assert health.baseline.filled["authors"] == 1.0
    assert sum(health.days) == pytest.approx(14 * 16, abs=20)


def test_a_redesign_is_told_with_field_article_and_layout(weeks_of_news):
    first = weeks_of_news.count + 1
    for hours_ago in (40, 30, 20, 10):
        weeks_of_news.crawl(weeks_of_news.now - HOUR + (41 - hours_ago) * HOUR, 4, page=NEW, authors=())
    weeks_of_news.now += 40 * HOUR
    health = health_of(weeks_of_news)
    assert health.verdict == "template-changed"
    assert health.reason == (
        "no author on the last 16 articles in a new layout (0 % like the old one), "
        f"since https://sherg.az/news/{first}; before that 100 % had one"
    )
    assert health.evidence[0].article_url == f"https://sherg.az/news/{first}"


def test_a_redesign_is_found_within_a_few_articles(weeks_of_news):
    for hours_later in (6, 12):
        weeks_of_news.crawl(weeks_of_news.now + hours_later * HOUR, 3, page=NEW, section=None, authors=())
    weeks_of_news.now += 13 * HOUR
    assert health_of(weeks_of_news).reason.startswith("no author on the last 6 articles in a new layout")


def test_a_damaged_page_hides_nothing(weeks_of_news):
    for hours_later in (6, 12):
        weeks_of_news.crawl(weeks_of_news.now + hours_later * HOUR, 4, page=NEW, authors=())
    weeks_of_news.now += 13 * HOUR
    change(weeks_of_news.archive.path, "UPDATE captures SET body = x'00' WHERE id % 2")
    assert health_of(weeks_of_news).verdict == "template-changed"


def test_each_page_is_read_once(weeks_of_news):
    """A redesign that loses two fields is looked at twice, and its pages once."""
    for hours_later in (6, 12):
        weeks_of_news.crawl(weeks_of_news.now + hours_later * HOUR, 3, page=NEW, authors=(), published_at=None)
    weeks_of_news.now += 13 * HOUR
    pages: list[int] = []
    captures = weeks_of_news.archive.captures
    load = captures.load
    captures.load = lambda number: pages.append(number) or load(number)  # counts, and does what it does
    health = health_of(weeks_of_news)
    assert len(health.evidence) > 1
    assert len(pages) == len(set(pages)) > 10


def test_pages_that_became_nothing_are_compared_by_their_address(weeks_of_news):
    for hours_later in (6, 12):
        weeks_of_news.turn_away(weeks_of_news.now + hours_later * HOUR, 3, page=NEW)
    weeks_of_news.now += 13 * HOUR
    health = health_of(weeks_of_news)
    assert health.verdict == "template-changed"
    assert health.reason.startswith("6 of the last 6 pages in a new layout (0 % like the old one) are not read")


def test_extracting_anew_makes_a_broken_field_whole(weeks_of_news):
    """Once the rule is mended and the stored pages are read again, the alarm ends."""
    for hours in range(0, 40, 10):
        weeks_of_news.crawl(weeks_of_news.now + hours * HOUR, 4, authors=())
    weeks_of_news.now += 40 * HOUR
    assert health_of(weeks_of_news).is_broken
    change(weeks_of_news.archive.path, "UPDATE articles SET authors = '[\"Aynur\"]'")
    assert health_of(weeks_of_news).verdict == "ok"


def test_a_silence(weeks_of_news):
    weeks_of_news.now += 2 * DAY
    weeks_of_news.crawl(weeks_of_news.now - HOUR / 2)
    health = health_of(weeks_of_news)
    assert health.verdict == "silent"
    assert health.since == health.last_archived_at - HOUR / 2  # when it came out


@pytest.mark.parametrize("of_old", ["a backfill", "one a day"])
def test_old_articles_end_no_silence(weeks_of_news, of_old: str):
    began = weeks_of_news.now
    for day in range(1, 4):
        is_last = day == 3
        found = 1 if of_old == "one a day" else 30 * is_last
        weeks_of_news.crawl(began + day * DAY, found, published_at=began - 90 * DAY)
    weeks_of_news.now += 3 * DAY + HOUR
    health = health_of(weeks_of_news)
    assert health.verdict == "silent"
    assert health.since == began - 1.5 * HOUR
    assert health.last_archived_at == began + 3 * DAY


def test_a_silence_after_one_crawl_with_a_wrong_clock(weeks_of_news):
    weeks_of_news.crawl(weeks_of_news.now + 365 * DAY, 1)
    weeks_of_news.now += 3 * DAY
    weeks_of_news.crawl(weeks_of_news.now - HOUR)
    assert health_of(weeks_of_news).verdict == "silent"


def test_what_a_crawl_under_way_is_about_to_fetch_is_no_silence(weeks_of_news):
    """The crawler rested for two days; now it knows what came out, and has read none of it yet."""
    archive, at = weeks_of_news.archive, weeks_of_news.now + 2 * DAY
    with archive.write():
        crawl_id = begin_crawl(archive, SHERG, at)
        (source,) = archive.sources.find(SHERG.id)
        found = [Candidate(url=f"https://sherg.az/new/{number}", source_url=FEED.url) for number in range(8)]
        announce(archive, SHERG.id, source.id, found, crawl_id=crawl_id, now=at)
        archive.sources.answered(source.id, SourceAnswer(status=200), told_new=True, next_due_at=at + HOUR, now=at)
    weeks_of_news.now = at + HOUR / 60
    health = health_of(weeks_of_news)
    assert health.verdict == "ok"
    assert health.reason.endswith("a crawl is under way")


def test_a_frozen_feed(weeks_of_news):
    """A section goes on telling of articles that the feed, which told of all of them, no longer lists."""
    feed, last = weeks_of_news.source, weeks_of_news.now
    weeks_of_news.source = Source(kind="section", url="https://sherg.az/")
    for hours in (6, 12, 18, 24):
        weeks_of_news.crawl(last + hours * HOUR, 4)
    weeks_of_news.source = feed
    weeks_of_news.crawl(last + 25 * HOUR)
    weeks_of_news.now = last + 26 * HOUR
    health = health_of(weeks_of_news)
    assert health.verdict == "feed-frozen"
    assert health.reason == (
        "https://sherg.az/rss lists none of the last 16 articles, which came from elsewhere; "
        "before that it had 99 % of them"
    )


def test_a_withdrawn_article_still_counts_for_what_it_was(weeks_of_news):
    change(weeks_of_news.archive.path, "UPDATE articles SET status = 'withdrawn', authors = '[]', body = NULL")
    assert health_of(weeks_of_news).baseline.filled["authors"] == 1.0


def test_a_portal_that_never_answered(correspondent):
    correspondent.fail(correspondent.now, "dns")
    health = health_of(correspondent)
    assert (health.verdict, health.articles) == ("dns", 0)
    assert health.reason == "the host name cannot be resolved: https://sherg.az/rss; it never answered"


def test_a_crawl_whose_process_died_is_interrupted(correspondent):
    correspondent.crawl(correspondent.now - HOUR, 3)
    begin_crawl(correspondent.archive, correspondent.portal, correspondent.now)
    found = health_of(correspondent)
    assert found.verdict == "new"
    assert found.reason.endswith("; a crawl is under way")
    correspondent.archive.portals.release(correspondent.portal.id)
    assert health_of(correspondent).verdict == "interrupted"


def test_growth_counts_file_and_pages(weeks_of_news):
    growth = growth_of(weeks_of_news.archive, now=weeks_of_news.now)
    assert growth.size_bytes > 100_000
    assert growth.bytes_a_day > 100


def test_an_archive_of_before_gets_its_facts(weeks_of_news, tmp_path):
    """The migration fills `observed` for what was archived earlier."""
    path, all_of_it = tmp_path / "archive.db", "SELECT * FROM observed ORDER BY article_id"
    observed = ask(path, all_of_it)
    weeks_of_news.archive.engine.close()
    for what in ("TRIGGER observed_new", "TRIGGER observed_change", "TABLE observed"):
        change(path, f"DROP {what}")
    for what in ("INDEX frontier_newest", "INDEX captures_fetched"):
        change(path, f"DROP {what}")
    change(path, "DELETE FROM _sqlite_migrations WHERE name = 'm002_observed'")
    open_archive(path).close()
    assert ask(path, all_of_it) == observed


# ---- the commands


def test_status_prints_a_table_and_a_footer(weeks_of_news, run_icma):
    done = run_icma("status")
    assert done.returncode == 0
    assert "as usual" in done.stdout
    assert any(bar in done.stdout for bar in "▅▆▇█")
    assert done.stderr.startswith("portals: 1, none broken; 452 articles in ")


def test_status_ends_with_1_where_a_portal_is_broken(correspondent, run_icma):
    correspondent.fail(correspondent.now, "tls")
    done = run_icma("status", "--json")
    (health,) = json.loads(done.stdout)
    assert (done.returncode, health["verdict"], health["is_broken"]) == (1, "tls", True)
    assert set(health) >= {"portal", "verdict", "reason", "since", "last_archived_at", "archived_7d", "next_due_at"}
    assert health["evidence"][0]["code"] == "tls"
