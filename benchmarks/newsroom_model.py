"""A made-up portal, week after week: its pace, its habits, its noise, and what goes wrong with it, with the truth known.

Nothing here knows how health is judged; the parameters are drawn wide, to be harder than most portals.
"""

from __future__ import annotations

import math
import random
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from icma_crawler.archive import ArticleFact, HourCount, PageFact, PortalFacts, SourceFact
from icma_crawler.models import CrawlRun

START = datetime(2026, 1, 5, tzinfo=UTC)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
BAKU_HOURS = 4
FEED, SECTION = "https://portal.example/rss", "https://portal.example/"


@dataclass(frozen=True)
class Fault:
    """What breaks, and when; ``kind`` is "silence", "blocked", "frozen", "unread", "short", "teaser", or "lost FIELD"."""

    kind: str
    at: datetime


@dataclass
class Newsroom:
    """One portal's habits, drawn once."""

    rate: float
    rng: random.Random
    fault: Fault | None = None
    weekend: float = 1.0
    night: float = 0.05
    peak: float = 14.0
    growth: float = 0.0
    burst_share: float = 0.0
    day_spread: float = 0.2
    habits: dict[str, float] = field(default_factory=dict)
    holidays: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rng = self.rng
        self.weekend = rng.uniform(0.25, 1.05)
        self.night = rng.uniform(0.0, 0.25)
        self.peak = rng.uniform(11, 17)
        self.growth = rng.uniform(-0.4, 0.6)
        self.burst_share = rng.uniform(0, 0.3)
        self.day_spread = rng.uniform(0.05, 0.3)
        self.habits = {
            "date": rng.choice([1.0, 0.995, 0.97]),
            "time": rng.choice([1.0, 0.98]),
            "authors": rng.choice([0.0, 0.2, 0.6, 0.95, 1.0]),
            "section": rng.choice([0.0, 0.9, 1.0]),
            "tags": rng.choice([0.0, 0.5, 0.9]),
            "image": rng.choice([0.9, 0.98, 1.0]),
            "lead": rng.choice([0.0, 0.3, 0.8]),
            "full": rng.choice([1.0, 1.0, 0.95, 0.7]),
            "article": rng.choice([1.0, 0.97, 0.85]),
            "feed": rng.choice([1.0, 0.95, 0.7]),
        }
        if self.fault and self.fault.kind.startswith("lost "):
            name = self.fault.kind.split()[1]
            self.habits[name] = max(self.habits[name], rng.uniform(0.85, 1.0))
        self.holidays = self._draw_holidays()

    def _draw_holidays(self) -> dict[int, float]:
        """A spring week, and single days; a small newsroom then publishes nothing at all."""
        quiet = 0.0 if self.rate <= 5 else self.rng.uniform(0.2, 0.6)
        days = {74 + i: quiet for i in range(5)}
        days.update({self.rng.randrange(400): quiet for _ in range(10)})
        return days

    def intensity(self, hour: datetime) -> float:
        """Articles expected in an hour, before the day's mood."""
        local = hour + BAKU_HOURS * HOUR
        day = (hour - START) // DAY
        shape = self.night + math.exp(-(((local.hour - self.peak) / 4.5) ** 2))
        total = sum(self.night + math.exp(-(((h - self.peak) / 4.5) ** 2)) for h in range(24))
        weekend = self.weekend if local.weekday() >= 5 else 1.0
        mean_weekend = (5 + 2 * self.weekend) / 7
        trend = 1 + self.growth * day / 365
        return self.rate * shape / total * weekend / mean_weekend * trend * self.holidays.get(day, 1.0)

    def expected(self, start: datetime, end: datetime) -> float:
        """Articles expected between two moments, to the hour, before the days' moods."""
        return sum(self.intensity(start + hour * HOUR) for hour in range(round((end - start) / HOUR)))

    def stories(self, days: int) -> Iterator[datetime]:
        """When articles come out: a Poisson process with moody days and bursts."""
        mean_size = 1 + self.burst_share * 1.5
        mood = 0.0
        for hours in range(days * 24):
            hour = START + hours * HOUR
            if hours % 24 == 0:
                mood = 0.5 * mood + self.rng.gauss(0, self.day_spread)
            rate = self.intensity(hour) * math.exp(mood - self.day_spread**2 / 1.5) / mean_size
            for _ in range(_poisson(self.rng, rate)):
                at = hour + self.rng.random() * HOUR
                size = self.rng.randint(2, 3) if self.rng.random() < self.burst_share else 1
                for i in range(size):
                    yield at + i * self.rng.random() * timedelta(minutes=20)


def _poisson(rng: random.Random, mean: float) -> int:
    limit, count, product = math.exp(-mean), 0, rng.random()
    while product > limit:
        count += 1
        product *= rng.random()
    return count


class Replay:
    """What the archive would know of a newsroom at any moment, crawled every half hour."""

    def __init__(self, newsroom: Newsroom, days: int) -> None:
        self._fault = newsroom.fault
        self._articles: list[ArticleFact] = []
        self._pages: list[PageFact] = []
        self._told: list[int] = []
        rng, special = newsroom.rng, 0
        words = rng.uniform(120, 400)
        for number, at in enumerate(sorted(newsroom.stories(days))):
            seen_at = START + math.ceil((at - START) / (HOUR / 2)) * (HOUR / 2) + timedelta(seconds=number % 50)
            if self._is("silence", at):
                break
            # Galleries, tickers and other special things come in series, and lack what articles have.
            special = special - 1 if special else (rng.randint(2, 5) if rng.random() < 0.01 else 0)
            self._add(newsroom, number, at, seen_at, words, is_special=special > 0)
        self._seen = [page.announced_at for page in self._pages]
        self._archived = [article.archived_at for article in self._articles]
        hours = Counter(
            (article.published_at or article.archived_at).replace(minute=0, second=0, microsecond=0)
            for article in self._articles
        )
        self._hours = [HourCount(hour, count) for hour, count in sorted(hours.items())]
        told = frozenset(self._told)
        self._told_pages = [index for index, page in enumerate(self._pages) if page.id in told]

    def _is(self, kind: str, at: datetime) -> bool:
        return self._fault is not None and self._fault.kind == kind and at >= self._fault.at

    def _add(
        self, room: Newsroom, number: int, at: datetime, seen_at: datetime, words: float, *, is_special: bool
    ) -> None:
        rng, habits = room.rng, room.habits
        url = f"https://portal.example/{number}"
        if rng.random() < habits["feed"] and not self._is("frozen", at):
            self._told.append(number)
        if self._is("blocked", at):
            self._pages.append(PageFact(number, url, seen_at, "refused", "http-403", False))
            return
        if self._is("unread", at) or rng.random() > habits["article"]:
            self._pages.append(PageFact(number, url, seen_at, "rejected", "not-article", False))
            return
        filled = {name for name in habits if name not in ("article", "feed") and rng.random() < habits[name]}
        if is_special:
            filled -= {"authors", "lead", "tags"}
        if "date" not in filled:
            filled.discard("time")
        count = words * math.exp(rng.gauss(0, 0.6)) * (0.2 if is_special else 1)
        if self._fault and at >= self._fault.at:
            if self._fault.kind.startswith("lost "):
                filled -= {self._fault.kind.split()[1]}
            if self._fault.kind in ("short", "teaser"):
                count *= rng.uniform(0.1, 0.35)
            if self._fault.kind == "teaser":
                filled.discard("full")
        published = at if "date" in filled else None
        self._articles.append(ArticleFact(number, seen_at, published, frozenset(filled), int(count)))
        self._pages.append(PageFact(number, url, seen_at, "archived", None, True))

    def facts(self, now: datetime) -> PortalFacts:
        """As `Archive.observe` would give them: newest rows whole, older ones sampled."""
        crawled = START + (now - START) // (HOUR / 2) * (HOUR / 2) + timedelta(seconds=55)
        articles, pages = bisect_right(self._archived, crawled), bisect_right(self._seen, crawled)
        last = self._archived[articles - 1] if articles else None
        since = (last or now) - 8 * WEEK
        first = bisect_right(self._archived, since)
        newest = self._articles[max(first, articles - 200) : articles]
        step = 1
        while (articles - first) / step > 250:
            step *= 2
        older = [each for each in self._articles[first : max(first, articles - 200)] if each.id % step == 0]
        low = bisect_right(self._hours, HourCount(since, 0))
        high = bisect_right(self._hours, HourCount(crawled, 0))
        run = CrawlRun(portal="portal", started_at=crawled, finished_at=crawled, reason="finished")
        return PortalFacts(
            portal="portal",
            timezone="Asia/Baku",
            watched_from=START,
            runs=(run,),
            hours=tuple(self._hours[low:high]),
            articles=(*older, *newest),
            pages=tuple(self._pages[max(0, pages - 250) : pages]),
            sources=(
                SourceFact(kind="feed", url=FEED, asked_at=crawled, answered_at=crawled, **self._told_by_feed(pages)),
                SourceFact(kind="section", url=SECTION, asked_at=crawled, answered_at=crawled),
            ),
            archived_total=articles,
            last_archived_at=last,
        )

    def _told_by_feed(self, pages: int) -> dict[str, object]:
        told = self._told_pages[: bisect_left(self._told_pages, pages)]
        if len(told) < 10:
            return {}
        articles = [index for index in range(max(0, told[-1] - 120), told[-1] + 1) if self._pages[index].is_article]
        listed = set(told[-130:])
        share = sum(index in listed for index in articles[-100:]) / len(articles[-100:])
        return {"told_until": self._pages[told[-1]].announced_at, "told_share": share}
