"""How the portals do, as a text file for Prometheus (node_exporter's textfile collector reads such)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from icma_crawler.archive import open_archive
from icma_crawler.config import Config
from icma_crawler.crawl import Crawled, FollowUp
from icma_crawler.models import OUTCOMES, CrawlRun
from icma_crawler.operations.health.report import PortalHealth, portal_health
from icma_crawler.system.clock import utc_now
from icma_crawler.system.files import write_whole

_OUTCOMES = ("announced", *OUTCOMES)
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})


@dataclass(frozen=True, slots=True)
class _Metric:
    name: str
    help: str
    samples: list[tuple[Mapping[str, str], float]]


def metrics_after(config: Config) -> FollowUp:
    """Write the file that the configuration names, of all portals of the archive."""

    def follow_up(_: Crawled) -> None:
        if config.metrics is None or not config.archive.exists():
            return
        now = utc_now()
        with open_archive(config.archive, readonly=True) as archive:
            write_metrics(config.metrics, portal_health(archive, now=now), archive.crawls.latest(), now=now)

    return follow_up


def write_metrics(path: Path, healths: Iterable[PortalHealth], runs: Mapping[str, CrawlRun], *, now: datetime) -> None:
    """Write the file whole or not at all, so that no scrape sees half of it; whoever collects metrics may read it."""
    write_whole(path, format_metrics(healths, runs, now=now))
    path.chmod(0o644)


def format_metrics(healths: Iterable[PortalHealth], runs: Mapping[str, CrawlRun], *, now: datetime) -> Iterator[str]:
    """The text exposition format: a metric at a time, a line for each portal; what is not known has no line."""
    for metric in _metrics(list(healths), runs, now):
        yield f"# HELP {metric.name} {metric.help}\n# TYPE {metric.name} gauge\n"
        for labels, value in metric.samples:
            listed = ",".join(f'{name}="{text.translate(_ESCAPES)}"' for name, text in labels.items())
            yield f"{metric.name}{{{listed}}} {value:.17g}\n" if listed else f"{metric.name} {value:.17g}\n"


def _metrics(healths: list[PortalHealth], runs: Mapping[str, CrawlRun], now: datetime) -> Iterator[_Metric]:
    def metric(name: str, text: str, samples: Iterable[tuple[Mapping[str, str], float]]) -> _Metric:
        return _Metric(f"icma_{name}", text, list(samples))

    yield metric("written_timestamp_seconds", "When this file was written.", [({}, now.timestamp())])
    yield metric(
        "portal_verdict",
        "1 for the portal's verdict.",
        [({"portal": h.portal, "verdict": h.verdict}, 1) for h in healths],
    )
    yield metric(
        "portal_broken", "1 where someone should look.", [({"portal": h.portal}, int(h.is_broken)) for h in healths]
    )
    yield metric(
        "portal_archived_7d", "Articles archived in 7 days.", [({"portal": h.portal}, h.archived_7d) for h in healths]
    )
    yield metric(
        "portal_last_archived_timestamp_seconds",
        "When an article was last archived.",
        [({"portal": h.portal}, h.last_archived_at.timestamp()) for h in healths if h.last_archived_at],
    )
    yield metric(
        "crawl_urls",
        "Urls of the last crawl, by outcome.",
        [
            ({"portal": portal, "outcome": outcome}, getattr(run, outcome))
            for portal, run in sorted(runs.items())
            for outcome in _OUTCOMES
        ],
    )
    yield metric(
        "crawl_requests",
        "Requests of the last crawl.",
        [({"portal": p}, run.requests) for p, run in sorted(runs.items())],
    )
    yield metric(
        "crawl_finished_timestamp_seconds",
        "When the last crawl ended.",
        [({"portal": p}, run.finished_at.timestamp()) for p, run in sorted(runs.items()) if run.finished_at],
    )
