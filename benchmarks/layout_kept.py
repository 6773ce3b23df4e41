"""How much of its layout a real portal keeps, from page to page and across a redesign that broke a parser.

    python benchmarks/layout_kept.py

Fundus keeps a page of each version of each of its parsers: a new version is one that a portal's change made necessary.
Its evaluation has five pages each of some portals, of one time. `newsroom_model` draws its redesigns from these figures.

Needs the corpus of pages with gold data (ICMA_SHARED, default ../shared: corpus/pages).
"""

from __future__ import annotations

import gzip
import os
import sys
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise, permutations
from pathlib import Path
from statistics import median

from icma_crawler.operations.health.layout import fingerprint, similarity

PAGES = Path(os.environ.get("ICMA_SHARED", Path(__file__).parents[2] / "shared")).resolve() / "corpus" / "pages"

Outlets = dict[str, list[frozenset[bytes]]]


def main() -> None:
    if not PAGES.is_dir():
        sys.exit(f"{PAGES} is not there: set ICMA_SHARED to where the corpus is")
    versions, moments = _read("fundus", of_date=3), _read("fundeval", of_date=1)
    kept = [similarity(*pair) for pages in versions.values() for pair in pairwise(pages)]
    nearest = [
        max(similarity(page, other) for page_, other in permutations(pages, 2) if page_ is page)
        for pages in moments.values()
        for page in pages
        if len(pages) > 1
    ]
    _tell("Kept by a page from the version before", kept)
    _tell("Kept by a page from the likest of the same time", nearest)


def _read(dataset: str, *, of_date: int) -> Outlets:
    """The pages of each outlet in order; the last *of_date* parts of a file's name are its date or number."""
    outlets: Outlets = defaultdict(list)
    for path in sorted(PAGES.glob(f"{dataset}_*.html.gz")):
        found = fingerprint(gzip.decompress(path.read_bytes()))
        if found:
            outlets[path.name.removesuffix(".html.gz").rsplit("_", of_date)[0]].append(found)
    return outlets


def _tell(what: str, shares: Iterable[float]) -> None:
    shares = sorted(shares)
    print(f"{what}: {len(shares)} times, median {median(shares):.2f}, under a half {_share(shares):.0%}")
    print("  " + ", ".join(f"{share:.2f}" for share in shares))


def _share(shares: list[float]) -> float:
    return sum(share < 0.5 for share in shares) / len(shares)


if __name__ == "__main__":
    main()
