"""How soon `icma status` finds what broke, and how often it cries wolf: a labelled replay of made-up portals.

    python benchmarks/health_replay.py [--seed 7303] [--rates 20] [--repeats 8] [--calm 4]

Every portal is crawled whenever `icma crawl --due` would, for eight to 48 weeks, then something breaks; or nothing does
for a year, holidays included.
Prints the hours from the break until the verdict, and the false alarms per portal and year. A portal with "20 a day" has
them on average: on some weekends and holidays no more than 4. So the breaks that full days follow are told apart, too.

A redesign loses something and changes the layout; how much of it stays is drawn from what real portals kept when they
broke a parser (`layout_kept.py`). "Same look" are the same losses where the layout stays as it was. Calm portals are
redrawn once a year, too, and lose nothing by it; galleries and tickers look different from articles, and from each other.

The seeds 1101 to 1192, 5101 to 5105, 7301, 7302, 9001 to 9003, 9201 and 9202 were used while the rules were written;
figures count on others only. Takes seven minutes on two cores.
"""

from __future__ import annotations

import argparse
import math
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from newsroom_model import DAY, HOUR, START, WEEK, Fault, Newsroom, Replay

from icma_crawler.operations.health import Judgement, judge, rhythm_of
from icma_crawler.operations.health.layout import fingerprint

RATES = (1, 2, 5, 10, 20, 50, 100, 200)
EXPECTED = {
    "silence": {"silent"},
    "blocked": {"blocked"},
    "frozen": {"feed-frozen"},
    "unread": {"template-changed"},
    "short": {"template-changed"},
    "teaser": {"teaser-only"},
    "lost date": {"date-broken"},
    "lost authors": {"template-changed"},
    "lost section": {"template-changed"},
    "lost image": {"template-changed"},
}
FULL_DAY = 0.8
"""The share of an average day's articles that are to be expected in the 24 hours after a break on a full day."""
REDESIGNS = ("unread", "short", "lost date", "lost authors", "lost section", "lost image")


@dataclass(frozen=True)
class Case:
    kind: str
    rate: int
    seed: str
    days: int
    is_redrawn: bool = False


@dataclass(frozen=True)
class Result:
    case: Case
    delay: timedelta | None = None
    verdict: str = ""
    is_full_day: bool = False
    alarms: tuple[str, ...] = ()


def run(case: Case) -> Result:
    return _run_calm(case) if case.kind == "calm" else _run_fault(case)


def _run_calm(case: Case) -> Result:
    """Nothing breaks: every change from well to broken is a false alarm."""
    replay = Replay(Newsroom(rate=case.rate, rng=_dice(case.seed)), case.days)
    alarms, was_broken = [], False
    now = START + WEEK
    while now < START + case.days * DAY:
        judged = _look(replay, now)
        if judged.is_broken and not was_broken:
            alarms.append(f"{judged.verdict} {now:%d %b %H:%M}: {judged.reason}")
        was_broken = judged.is_broken
        now += 2 * HOUR
    return Result(case, alarms=tuple(alarms))


def _run_fault(case: Case) -> Result:
    """Watched until the right verdict comes, at most three weeks."""
    rng = _dice(case.seed + " when")
    at = START + WEEK * rng.uniform(8, 48)
    room = Newsroom(rate=case.rate, rng=_dice(case.seed), fault=Fault(case.kind, at, case.is_redrawn))
    replay = Replay(room, case.days)
    is_full_day = room.expected(at, at + DAY) >= FULL_DAY * case.rate
    now = at
    while now < at + 3 * WEEK:
        judged = _look(replay, now)
        if judged.verdict in EXPECTED[case.kind]:
            return Result(case, delay=now - at, verdict=judged.verdict, is_full_day=is_full_day)
        now += HOUR
    return Result(case, verdict=judged.verdict, is_full_day=is_full_day)


def _look(replay: Replay, now: datetime) -> Judgement:
    facts = replay.facts(now)
    return judge(facts, rhythm_of(facts), now=now, layout_of=lambda fact: fingerprint(replay.page_of(fact)))


def _dice(seed: str) -> random.Random:
    return random.Random(seed)  # noqa: S311 - made-up newsrooms


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7303)
    parser.add_argument("--rates", type=int, nargs="+", default=RATES, help="articles a day")
    parser.add_argument("--repeats", type=int, default=8, help="portals of each rate and fault")
    parser.add_argument("--calm", type=int, default=4, help="calm portals of each rate, a year each")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    faults = [
        Case(kind, rate, f"{options.seed} {kind} {rate} {i}", 365, is_redrawn)
        for kind in EXPECTED
        for rate in options.rates
        for i in range(options.repeats)
        for is_redrawn in ((True, False) if kind in REDESIGNS else (False,))
    ]
    calm = [
        Case("calm", rate, f"{options.seed} calm {rate} {i}", 365)
        for rate in options.rates
        for i in range(options.calm)
    ]
    with ProcessPoolExecutor() as pool:
        results = list(pool.map(run, [*calm, *faults], chunksize=1))
    _print_delays([result for result in results if result.case.kind != "calm"], options.rates)
    _print_alarms([result for result in results if result.case.kind == "calm"], options.rates, verbose=options.verbose)
    for result in results:
        if options.verbose and result.case.kind != "calm" and result.delay is None:
            print(f"  missed: {result.case.seed}: {result.verdict}")


def _print_delays(results: Sequence[Result], rates: Sequence[int]) -> None:
    groups: dict[tuple[str, int], list[float]] = defaultdict(list)
    for result in results:
        hours = result.delay / HOUR if result.delay is not None else math.inf
        for row in _rows(result):
            groups[row, result.case.rate].append(hours)
    print(f"Faults: {len(results)} portals, watched 8 to 48 weeks before and up to 3 weeks after: hours until found,")
    print("median / 95th percentile, (share found within 24 hours); inf: not within 3 weeks")
    print(f"{'articles a day':<18}" + "".join(f"{rate:>17}" for rate in rates))
    for kind in (*EXPECTED, "any redesign", "same look", "silence, full day", "redesign, full day"):
        print(f"{kind:<18}" + "".join(f"{_delays(groups[kind, rate]):>17}" for rate in rates))


def _rows(result: Result) -> Iterator[str]:
    """The rows of the table in which a fault counts."""
    kind = result.case.kind
    if kind in REDESIGNS and not result.case.is_redrawn:
        yield "same look"
        return
    yield kind
    told = "redesign" if kind in REDESIGNS else kind
    if kind in REDESIGNS:
        yield "any redesign"
    if result.is_full_day and told in ("silence", "redesign"):
        yield f"{told}, full day"


def _delays(hours: list[float]) -> str:
    if not hours:
        return "-"
    hours = sorted(hours)
    p95 = hours[min(len(hours) - 1, int(0.95 * len(hours)))]
    soon = sum(hour <= 24 for hour in hours) / len(hours)
    return f"{median(hours):.0f} / {p95:.0f} ({soon:.0%})"


def _print_alarms(results: Sequence[Result], rates: Sequence[int], *, verbose: bool) -> None:
    days = sum(result.case.days - 7 for result in results) or 1
    alarms = [(result.case, alarm) for result in results for alarm in result.alarms]
    worst = max((len(result.alarms) / (result.case.days - 7) * 365 for result in results), default=0)
    print(f"\nCalm: {len(results)} portals, {days} portal-days, looked at every 2 hours")
    for rate in rates:
        of_rate = [result for result in results if result.case.rate == rate]
        count, years = sum(len(r.alarms) for r in of_rate), sum(r.case.days - 7 for r in of_rate) / 365
        print(f"{rate:>4} a day: {count} false alarms in {years:.1f} portal-years")
    print(f"false alarms per portal and year: {len(alarms) / days * 365:.2f}, worst portal {worst:.1f}")
    if verbose:
        for case, alarm in alarms:
            print(f"  {case.seed}: {alarm}")


if __name__ == "__main__":
    main()
