"""A made-up portal, week after week: its pace, its habits, its noise, and what goes wrong with it, with the truth known.

Nothing here knows how health is judged; the parameters are drawn wide, to be harder than most portals.
"""

from __future__ import annotations

import math
import random
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from icma_crawler.archive import ArticleFact, HourCount, PageFact, PortalFacts, SourceFact
from icma_crawler.crawl.flow.planning import next_visit
from icma_crawler.models import CrawlRun

START = datetime(2026, 1, 5, tzinfo=UTC)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
CRAWL = timedelta(seconds=55)
BAKU_HOURS = 4
FEED, SECTION = "https://portal.example/rss", "https://portal.example/"

KEPT_PERCENT = (
    *(0, 0, 0, 0, 0, 0, 0, 1, 2, 2, 3, 3, 4, 6, 7, 7, 8, 8, 10, 12, 22, 23, 25, 28, 28, 30, 30, 39, 43, 43, 45, 50),
    *(61, 66, 67, 71, 75, 82, 83, 86, 90),
)
"""How much of their layout real pages kept when the portal changed so that a parser broke (benchmarks/layout_kept.py)."""


@dataclass(frozen=True)
class Fault:
    """What breaks, and when; ``kind`` is "silence", "blocked", "frozen", "unread", "short", "teaser", or "lost FIELD".

    ``is_redrawn``: the pages look different from then on.
    """

    kind: str
    at: datetime
    is_redrawn: bool = False


class Looks:
    """What a portal's pages look like: redrawn now and then, with a few special formats that come up one by one."""

    _NAMES = 200
    _FORMATS = 3

    def __init__(self, rng: random.Random, redrawn_at: Sequence[datetime]) -> None:
        self._redrawn_at = sorted(redrawn_at)
        self._loose = rng.uniform(0, 0.3)
        self._seed = rng.random()
        self._count = 0
        base = self._other(rng, [], 0.0)
        self._looks = [self._formats(rng, base)]
        for _ in redrawn_at:
            base = self._other(rng, base, rng.choice(KEPT_PERCENT) / 100)
            self._looks.append(self._formats(rng, base))

    def draw_format(self, rng: random.Random) -> int:
        """The format of a series of special pages; 0 is that of an article."""
        return rng.randint(1, self._FORMATS)

    def page(self, number: int, at: datetime, special: int) -> bytes:
        """The markup of a page, as far as its layout goes: some parts come and go from page to page."""
        rng = random.Random(f"{self._seed} {number}")  # noqa: S311 - made-up pages
        names = self._looks[bisect_right(self._redrawn_at, at)][special]
        fixed = round((1 - self._loose) * len(names))
        shown = names[:fixed] + [name for name in names[fixed:] if rng.random() < 0.5]
        return "".join(f'<div class="{name}">' for name in shown).encode()

    def _formats(self, rng: random.Random, base: list[str]) -> list[list[str]]:
        return [base, *(self._other(rng, base, rng.uniform(0.2, 0.9)) for _ in range(self._FORMATS))]

    def _other(self, rng: random.Random, base: list[str], kept: float) -> list[str]:
        """A layout that has the share *kept* in common with another (of what either has)."""
        old = rng.sample(base, round(self._NAMES * 2 * kept / (1 + kept))) if base else []
        new = [f"c-{_letters(self._count + at)}" for at in range(self._NAMES - len(old))]
        self._count += len(new)
        names = old + new
        rng.shuffle(names)
        return names


def _letters(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


@dataclass
class Newsroom:
    """One portal's habits, drawn once; ``rate`` is its articles a day, on average over the first weeks."""

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
    looks: Looks = field(init=False)

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
        redrawn_at = [START + rng.uniform(0, 365) * DAY]  # nothing breaks by it
        if self.fault and self.fault.is_redrawn:
            redrawn_at.append(self.fault.at)
        self.looks = Looks(rng, redrawn_at)

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
        """When pages come out, most of them articles: a Poisson process with moody days and bursts."""
        mean_size = 1 + self.burst_share * 1.5
        mood = 0.0
        for hours in range(days * 24):
            hour = START + hours * HOUR
            if hours % 24 == 0:
                mood = 0.5 * mood + self.rng.gauss(0, self.day_spread)
            rate = self.intensity(hour) / self.habits["article"] * math.exp(mood - self.day_spread**2 / 1.5) / mean_size
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


def visits(stories: Sequence[datetime], days: int, rng: random.Random) -> Iterator[datetime]:
    """When `icma crawl --due` would ask for what came out: the more in the last week, the sooner again."""
    now = START
    while now < START + days * DAY:
        yield now
        told = bisect_right(stories, now) - bisect_right(stories, now - WEEK)
        now = next_visit(told, failures=0, ttl_minutes=None, jitter=rng.uniform(-1, 1), now=now)


class Replay:
    """What the archive would know of a newsroom at any moment, crawled whenever it is due."""

    def __init__(self, newsroom: Newsroom, days: int) -> None:
        self._fault = newsroom.fault
        self._articles: list[ArticleFact] = []
        self._pages: list[PageFact] = []
        self._told: list[int] = []
        self._looks = newsroom.looks
        self._formats: dict[int, tuple[datetime, int]] = {}
        rng, special, kind = newsroom.rng, 0, 0
        words = rng.uniform(120, 400)
        stories = [at for at in sorted(newsroom.stories(days)) if not self._is("silence", at)]
        self._visits = list(visits(stories, days, rng))
        for number, at in enumerate(stories):
            if at > self._visits[-1]:
                break
            seen_at = self._visits[bisect_left(self._visits, at)] + timedelta(seconds=number % 50)
            # Galleries, tickers and other special things come in series, and lack what articles have.
            if special:
                special -= 1
            elif rng.random() < 0.01:
                special, kind = rng.randint(2, 5), self._looks.draw_format(rng)
            self._formats[number] = at, kind if special else 0
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

    def page_of(self, fact: ArticleFact | PageFact) -> bytes:
        """As `Archive.page_of` would give it."""
        return self._looks.page(fact.id, *self._formats[fact.id])

    def facts(self, now: datetime) -> PortalFacts:
        """As `Archive.observe` would give them: newest rows whole, older ones sampled."""
        crawled = self._visits[bisect_right(self._visits, now - CRAWL) - 1] + CRAWL
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
            last_news_at=last,
        )

    def _told_by_feed(self, pages: int) -> dict[str, object]:
        told = self._told_pages[: bisect_left(self._told_pages, pages)]
        if len(told) < 10:
            return {}
        articles = [index for index in range(max(0, told[-1] - 120), told[-1] + 1) if self._pages[index].is_article]
        listed = set(told[-130:])
        share = sum(index in listed for index in articles[-100:]) / len(articles[-100:])
        return {"told_until": self._pages[told[-1]].announced_at, "told_share": share}
