"""A portal's recent weeks, written down as facts: calm unless a test says what happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from icma_crawler.archive import ArticleFact, HourCount, PageFact, PortalFacts, SourceFact
from icma_crawler.models import CrawlRun
from icma_crawler.operations.health import Judgement, judge, rhythm_of
from icma_crawler.operations.health.losses import LayoutOf

WATCHED_FROM = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WHOLE = frozenset({"date", "time", "authors", "section", "tags", "image", "lead", "full"})
FEED, HOME = "https://sherg.az/rss", "https://sherg.az/"
OFFICE_HOURS = range(5, 17)  # 9 to 21 o'clock in Baku

Change = Callable[[ArticleFact], ArticleFact]


def _without(article: ArticleFact, fields: Sequence[str]) -> ArticleFact:
    published = None if "date" in fields else article.published_at
    return article._replace(filled=article.filled - set(fields), published_at=published)


class Weeks:
    """Some weeks of a portal with *per_day* articles, spread evenly over the day's *hours* (UTC)."""

    def __init__(self, per_day: int = 20, days: int = 35, hours: Sequence[int] = OFFICE_HOURS) -> None:
        self.end = WATCHED_FROM + days * DAY
        self.articles: list[ArticleFact] = []
        for day in range(days):
            for number in range(per_day):
                at = WATCHED_FROM + day * DAY + HOUR * (hours[0] + len(hours) * number / per_day)
                self.publish(at)
        self.pages = [
            PageFact(each.id, f"https://sherg.az/{each.id}", each.archived_at, "archived", None, True)
            for each in self.articles
        ]
        self.feed: dict[str, object] = {}

    def publish(self, at: datetime) -> None:
        self.articles.append(
            ArticleFact(len(self.articles) + 1, at + HOUR / 4, at, WHOLE, 200 + len(self.articles) % 50)
        )

    def change(self, last: int, change: Change) -> None:
        """The last so many articles came otherwise."""
        self.articles[-last:] = [change(each) for each in self.articles[-last:]]

    def lose(self, last: int, *fields: str, until: int | None = None) -> None:
        """The last so many articles (up to the index *until*) came without these fields."""
        self.articles[-last:until] = [_without(each, fields) for each in self.articles[-last:until]]

    def announce(self, count: int, state: str, reason: str | None, *, every: timedelta = HOUR) -> None:
        """Further pages after the last article, which became none."""
        for number in range(count):
            at = self.pages[-1].announced_at + every
            self.pages.append(
                PageFact(len(self.pages) + 1, f"https://sherg.az/x{number}", at, state, reason, is_article=False)
            )

    def facts(self, heard_at: datetime | None = None, **changes: object) -> PortalFacts:
        """What the archive knows once the sources last answered at *heard_at* (else just after the last article)."""
        last = self.articles[-1].archived_at if self.articles else None
        heard = heard_at or (last or self.end) + HOUR / 4
        hours = Counter(each.archived_at.replace(minute=0, second=0) for each in self.articles)
        run = CrawlRun(portal="sherg.az", started_at=heard, finished_at=heard, reason="finished")
        answered = {"asked_at": heard, "answered_at": heard}
        facts = PortalFacts(
            portal="sherg.az",
            timezone="Asia/Baku",
            watched_from=WATCHED_FROM,
            runs=(run,),
            hours=tuple(HourCount(*pair) for pair in sorted(hours.items())),
            articles=tuple(self.articles[-400:]),
            pages=tuple(self.pages[-250:]),
            sources=(
                SourceFact(kind="feed", url=FEED, **answered, **self.feed),
                SourceFact(kind="section", url=HOME, **answered),
            ),
            archived_total=len(self.articles),
            archived_7d=sum(each.archived_at >= heard - 7 * DAY for each in self.articles),
            last_archived_at=last,
            last_news_at=last,
        )
        return replace(facts, **changes)


@pytest.fixture
def weeks() -> type[Weeks]:
    return Weeks


@pytest.fixture
def judged() -> Callable[..., Judgement]:
    """The verdict at the end of the last crawl, or some time *after* it; without *layout_of* no page is kept."""

    def judge_at(
        facts: PortalFacts, layout_of: LayoutOf = lambda _: frozenset(), *, after: timedelta = 0 * HOUR
    ) -> Judgement:
        return judge(facts, rhythm_of(facts), now=facts.runs[-1].started_at + after, layout_of=layout_of)

    return judge_at


@pytest.fixture
def failing_sources() -> Callable[..., tuple[SourceFact, ...]]:
    """Both of the portal's sources fail for a reason; *answered_at* is when they last did not."""

    def fail(reason: str, answered_at: datetime | None = None) -> tuple[SourceFact, ...]:
        return tuple(
            SourceFact(
                kind=kind,
                url=url,
                asked_at=WATCHED_FROM + 36 * DAY,
                answered_at=answered_at,
                failures=3,
                reason=reason,
            )
            for kind, url in (("feed", FEED), ("section", HOME))
        )

    return fail
