"""What is read out of real pages, against trafilatura and (where installed) newspaper4k, and at what cost of CPU.

    python benchmarks/extraction.py [--half develop|hold] [--limit N] [--failures FILE]

"icma again" is what `icma reextract` makes of them, once what the pages of one portal repeat is known. Icma keeps the
standfirst apart; the gold of fundus counts it as text, that of scrapinghub does not. So the text is measured
as it is stored ("body F1") and as it is read ("with lead").

Needs the corpus of pages with gold data and its scorer (ICMA_SHARED, default ../shared: corpus/pages, corpus/evaluate.py).
The domains of the corpus are divided in two: one half to develop on, the other to hold back; both are reported.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import importlib.util
import json
import logging
import os
import re
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple
from urllib.parse import urlsplit

SHARED = Path(os.environ.get("ICMA_SHARED", Path(__file__).parents[2] / "shared")).resolve()
SETS = {
    "fundus": lambda gold: "flairNLP" in gold.get("source_dataset", ""),
    "fundus-evaluation": lambda gold: "dobbersc" in gold.get("source_dataset", ""),
    "scrapinghub": lambda gold: "scrapinghub" in gold.get("source_dataset", ""),
    "WCXB": lambda gold: "WCXB" in gold.get("source_dataset", ""),
    "htmldate": lambda gold: "htmldate" in gold.get("source_dataset", ""),
    "trafilatura": lambda gold: "trafilatura" in gold.get("source_dataset", ""),
    "web": lambda gold: gold.get("kind") == "web",
    "all": lambda _: True,
}
_TEXTS = ("scrapinghub", "fundus", "fundus-evaluation", "WCXB")
_NOW = datetime.now(UTC)
_ZONED = re.compile(r"20\d\d-[01]\d-[0-3]\d[T ][0-2]\d:[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?[+-][01]\d:?[0-5]\d")
_DISPUTED = (
    "<h1>Valiokunta hyväksyi uuden päätöksen</h1>"
    + "<p>Valiokunta hyväksyi eilen uuden päätöksen yksimielisesti.</p>" * 8
)
"""A page that does not name its language: the classifier loads once in a process, and not while pages are timed."""

Fields = dict[str, Any] | None
Extractor = Callable[[str, str], Fields]


class Page(NamedTuple):
    name: str
    html: str
    gold: dict[str, Any]

    @property
    def half(self) -> str:
        domain = urlsplit(self.gold.get("url", "")).netloc
        return "develop" if hashlib.sha256(domain.encode()).digest()[0] % 2 else "hold"


@dataclass
class Measured:
    """What an extractor made of the pages, by name, and the CPU milliseconds a page took."""

    found: dict[str, Fields] = field(default_factory=dict)
    cpu_ms: float = 0.0


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--half", choices=["develop", "hold"], help="only this half of the domains")
    options.add_argument("--limit", type=int, help="only so many pages")
    options.add_argument("--only", choices=["icma", "trafilatura", "newspaper4k"], help="only this extractor")
    options.add_argument("--failures", type=Path, help="write a JSON line for each page that icma reads wrongly")
    given = options.parse_args()
    logging.disable(logging.CRITICAL)
    if not (SHARED / "corpus" / "evaluate.py").exists():
        print(f"skipped: no corpus in {SHARED} (set ICMA_SHARED)")
        return
    scorer = load_scorer()
    pages = [Page(*page) for page in scorer.pages(SHARED / "corpus" / "pages")]
    pages = [page for page in pages if given.half in (None, page.half)][: given.limit]
    chosen = {name: run for name, run in extractors().items() if given.only in (None, name)}
    print(f"reading {len(pages)} pages with {', '.join(chosen)}", file=sys.stderr)
    measured = measure(pages, chosen)
    if "icma" in measured:
        memories = learn_portals(pages, measured["icma"])
        again = [page for page in pages if urlsplit(page.gold.get("url", "")).netloc in memories]
        second = measure(again, {"again": icma_extractor(memories)})["again"]
        measured["icma again"] = Measured(measured["icma"].found | second.found)
    for half in (given.half,) if given.half else (None, "develop", "hold"):
        among = [page for page in pages if half in (None, page.half)]
        print(f"\n{'all domains' if half is None else f'the half to {half}'}: {len(among)} pages")
        print_table(scorer, among, measured)
    if "icma" in measured:
        print_gate(pages, measured["icma"])
        if given.failures:
            rows: list[dict[str, Any]] = []
            score(scorer, pages, measured["icma"], rows)
            given.failures.write_text("".join(json.dumps(row, ensure_ascii=False, default=str) + "\n" for row in rows))
    for name, one in measured.items():
        if not one.cpu_ms:
            continue
        beside = (
            f", {one.cpu_ms / measured['trafilatura'].cpu_ms:.2f} of trafilatura" if "trafilatura" in measured else ""
        )
        print(f"CPU per page, {name}: {one.cpu_ms:.1f} ms{beside}")


def load_scorer() -> ModuleType:
    sys.path.insert(0, str(SHARED / "corpus"))
    return importlib.import_module("evaluate")


def extractors() -> dict[str, Extractor]:
    """By name, each with its libraries loaded and warm."""
    found: dict[str, Extractor] = {"icma": icma_extractor(), "trafilatura": trafilatura_extractor()}
    if importlib.util.find_spec("newspaper"):
        found["newspaper4k"] = newspaper_extractor()
    else:
        print("newspaper4k left out: not installed (pip install newspaper4k)", file=sys.stderr)
    return found


def icma_extractor(memories: dict[str, Any] | None = None) -> Extractor:
    """*memories* is by host what its pages are known to repeat."""
    from icma_crawler.extraction import extract, warm_up  # noqa: PLC0415 - each loads its own, so that one alone can be timed
    from icma_crawler.models import Capture, Portal, Rejection  # noqa: PLC0415

    warm_up()

    def run(html: str, url: str) -> Fields:
        host = urlsplit(url).netloc
        portal = Portal(id=host, name=host, home=f"https://{host}/", language="", timezone="UTC")
        body = html.encode("utf-8", "replace")
        capture = Capture(url=url, final_url=url, status=200, headers=(), body=body, fetched_at=_NOW)
        article = extract(capture, portal, memory=(memories or {}).get(host))
        if isinstance(article, Rejection):
            return {"rejection": f"{article.reason} {article.detail}"}
        published: Any = article.published_at
        if article.published_at and article.published_precision == "day":
            published = article.published_at.date().isoformat()
        elif article.published_at:
            published = as_printed(article.published_at, html)
        return {
            "title": article.title_shown,
            "lead": article.lead,
            "body": article.body,
            "published": published,
            "authors": list(article.authors),
            "language": article.language,
        }

    run(_DISPUTED, "https://portal.example/uutiset/valiokunta-hyvaksyi-uuden-paatoksen")
    return run


def as_printed(at: datetime, html: str) -> datetime:
    """The same moment in the zone that the page gives it in: gold days are those of the publisher's calendar."""
    printed = (datetime.fromisoformat(text) for text in _ZONED.findall(html))
    return next((one for one in printed if one == at), at)


def learn_portals(pages: list[Page], measured: Measured) -> dict[str, Any]:
    """What an archive of these pages would know of their portals: by host the lines that recur on at least three."""
    from icma_crawler.extraction import learn  # noqa: PLC0415

    texts: dict[str, list[tuple[str, str]]] = {}
    for page in pages:
        found = measured.found[page.name] or {}
        host = urlsplit(page.gold.get("url", "")).netloc
        texts.setdefault(host, []).append((found.get("title") or "", found.get("body") or ""))
    learned = {host: learn(own, [title for title, _ in own]) for host, own in texts.items() if len(own) > 2}
    return {host: frozenset(one.fingerprint for one in lines) for host, lines in learned.items() if lines}


def trafilatura_extractor() -> Extractor:
    from trafilatura import bare_extraction  # noqa: PLC0415

    bare_extraction("<html><body><p>warm</p></body></html>", with_metadata=True)

    def run(html: str, _url: str) -> Fields:
        found = bare_extraction(html, with_metadata=True)
        if found is None:
            return None
        authors = (found.author or "").split("; ") if found.author else []
        return {"title": found.title, "body": found.text, "published": found.date, "authors": authors}

    return run


def newspaper_extractor() -> Extractor:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says that nltk is not there, which only its summaries need
        newspaper = importlib.import_module("newspaper")
    settings = newspaper.Config()
    settings.fetch_images = False  # it would ask the live web for their sizes

    def run(html: str, url: str) -> Fields:
        article = newspaper.Article(url or "https://page.invalid/", config=settings)
        article.download(input_html=html)
        article.parse()
        return {
            "title": article.title,
            "body": article.text,
            "published": article.publish_date,
            "authors": article.authors,
            "language": article.meta_lang,
        }

    return run


def measure(pages: list[Page], runs: dict[str, Extractor]) -> dict[str, Measured]:
    """Each page is read by all of them in turn, each once: a machine that tires meets all alike, and so do caches."""
    measured = {name: Measured() for name in runs}
    turns = list(runs.items())
    for page in pages:
        for name, run in turns:
            started = time.process_time()
            try:
                found = run(page.html, page.gold.get("url") or "")
            except Exception as error:  # noqa: BLE001 - a peer's crash is a result
                found = {"error": repr(error)}
            measured[name].cpu_ms += (time.process_time() - started) * 1000 / len(pages)
            measured[name].found[page.name] = found
        turns.reverse()  # the first to read a page pays for it coming into the processor's cache
    return measured


def with_lead(measured: Measured) -> Measured:
    """The same, the standfirst read as the beginning of the text."""
    read = {
        name: fields | {"body": f"{fields['lead']}\n{fields.get('body') or ''}"}
        if fields and fields.get("lead")
        else fields
        for name, fields in measured.found.items()
    }
    return Measured(read)


def score(scorer: ModuleType, pages: list[Page], measured: Measured, rows: list[dict[str, Any]] | None = None) -> Any:
    """The scorer's verdict on what was found; it is handed our pages and our results in turn."""
    results = iter([measured.found[page.name] for page in pages])
    scorer.pages = lambda *_: iter(pages)  # type: ignore[attr-defined]
    return scorer.evaluate(None, lambda _html, _url: next(results), keep=rows)


def print_table(scorer: ModuleType, pages: list[Page], measured: dict[str, Measured]) -> None:
    figures = (
        ("title", "fundus", ("title", "acc")),
        ("title", "web", ("title", "acc")),
        ("minute", "fundus", ("published", "minute")),
        *(("wrong day", name, ("published", "wrong")) for name in ("all", "fundus", "htmldate", "trafilatura", "WCXB")),
        ("authors F1", "fundus", ("authors", "F1")),
        ("language", "fundus", ("language", "acc")),
        *(("body F1", name, ("body", "F1")) for name in _TEXTS),
        *(("with lead", name, ("with lead", "F1")) for name in _TEXTS),
    )
    sets = {name: [page for page in pages if belongs(page.gold)] for name, belongs in SETS.items()}
    scores = {
        (who, name): score(scorer, chosen, one) | {"with lead": score(scorer, chosen, with_lead(one))["body"]}
        for who, one in measured.items()
        for name, chosen in sets.items()
        if chosen
    }
    print(f"{'':30}" + "".join(f"{who:>14}" for who in measured))
    for label, name, (group, key) in figures:
        cells = [scores.get((who, name), {}).get(group, {}).get(key) for who in measured]
        print(f"{f'{label}, {name}':30}" + "".join(f"{'-' if cell is None else f'{cell:.4f}':>14}" for cell in cells))


def print_gate(pages: list[Page], measured: Measured) -> None:
    """Articles that the gate turned away (pages of news with a gold body), and its reasons for other pages."""
    articles = [page for page in pages if page.gold.get("kind") != "web" and len(page.gold.get("body") or "") > 200]
    turned_away = [
        (page.name, found) for page in articles if (found := measured.found[page.name] or {}).get("rejection")
    ]
    share = len(turned_away) / max(1, len(articles))
    print(f"\nfalse rejections by the gate: {len(turned_away)} of {len(articles)} articles ({share:.2%})")
    for name, found in turned_away:
        print(f"  {name}: {found['rejection']}")
    others = [measured.found[page.name] or {} for page in pages if page.gold.get("kind") == "web"]
    reasons = Counter(found["rejection"].split()[0] for found in others if found.get("rejection"))
    print(f"of {len(others)} pages of the web at large turned away: {dict(reasons.most_common())}")


if __name__ == "__main__":
    main()
