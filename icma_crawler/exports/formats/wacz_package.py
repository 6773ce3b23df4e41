"""WACZ 1.1: the WARC with its index and a list of pages, to replay in the browser.

The packager sorts the index in memory, about 1 kB a page; everything else is streamed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from wacz.main import main as wacz

from icma_crawler.errors import ArchiveError
from icma_crawler.exports.formats import warc
from icma_crawler.exports.records import Dispatch, Edition
from icma_crawler.models import Capture


def write(records: Iterable[Dispatch], edition: Edition, path: Path) -> None:
    """Write the package; the WARC is made beside it first and goes in as it is.

    Raises:
        ArchiveError: the packager refused.
    """
    with TemporaryDirectory(dir=path.parent, prefix=".wacz-") as folder:
        archive, pages = Path(folder) / "data.warc.gz", Path(folder) / "pages.jsonl"
        with pages.open("w", encoding="utf-8") as file:
            file.write(json.dumps({"format": "json-pages-1.0", "id": "pages", "title": edition.title}) + "\n")
            warc.write_pages(_listed(warc.captured(records, edition), file), edition, archive)
        facts = ["--title", edition.title, "--pages", str(pages), "--copy-pages"]
        with redirect_stdout(StringIO()) as told:
            status = wacz(["create", "--output", str(path), *facts, str(archive)])
    if status:
        raise ArchiveError(path, f"cannot be packaged ({told.getvalue().strip()[-200:]})")


def _listed(pages: Iterable[tuple[Dispatch, Capture]], file: IO[str]) -> Iterator[tuple[Dispatch, Capture]]:
    """The pages as they come, each noted in the list of pages."""
    for dispatch, capture in pages:
        page = {
            "id": f"{dispatch.record['id']}#{capture.payload_sha256[:12]}",
            "url": capture.final_url,
            "ts": capture.fetched_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "title": dispatch.record["title_shown"],
        }
        file.write(json.dumps(page, ensure_ascii=False) + "\n")
        yield dispatch, capture
