"""WARC 1.0: the pages behind the revisions of articles whose portal may be handed on whole, each with its attribution.

Of what 1.1 adds nothing is needed here, and programs that know 1.0 only read the file too.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator
from http.client import responses
from io import BytesIO
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from icma_crawler.exports.records import Dispatch, Edition
from icma_crawler.models import Capture

_RECORD_IDS = uuid.UUID("6f6d2c4e-2f0f-5b53-9d6a-6c1f6f1f1c3a")  # a name space of ours: the same page, the same record


def write(records: Iterable[Dispatch], edition: Edition, path: Path) -> None:
    """Write the file, gzipped record by record."""
    write_pages(captured(records, edition), edition, path)


def write_pages(pages: Iterable[tuple[Dispatch, Capture]], edition: Edition, path: Path) -> None:
    """Write pages as `captured` gives them."""
    with path.open("wb") as file:
        writer = _Writer(file, gzip=True, warc_version="1.0")
        facts = {"software": "icma-crawler", "publisher": edition.publisher, "isPartOf": f"urn:uuid:{edition.archive}"}
        writer.write_record(writer.create_warcinfo_record(f"{edition.archive}-{edition.cursor}.warc.gz", facts))
        for dispatch, capture in pages:
            _write_page(writer, dispatch, capture)


def captured(records: Iterable[Dispatch], edition: Edition) -> Iterator[tuple[Dispatch, Capture]]:
    """Each page that may leave as it was captured; what may not is counted in the edition by reason."""
    for dispatch in records:
        reason = _why_not(dispatch)
        captures = [] if reason or edition.captures_of is None else list(edition.captures_of(dispatch.record["id"]))
        if not captures:
            edition.skipped[reason or "no-capture"] += 1
        yield from ((dispatch, capture) for capture in captures)


class _Writer(WARCWriter):  # type: ignore[misc,no-any-unimported]  # warcio has no types
    """warcio's writer, without the temporary files it leaves open: a page is in memory anyway."""

    @staticmethod
    def _create_temp_file() -> BytesIO:
        return BytesIO()


def _why_not(dispatch: Dispatch) -> str | None:
    if dispatch.is_tombstone:
        return str(dispatch.record["change"])
    reuse = dispatch.record["reuse"]
    return None if reuse == "full" else f"reuse-{reuse}"


def _write_page(writer: _Writer, dispatch: Dispatch, capture: Capture) -> None:
    date = capture.fetched_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    status = f"{capture.status} {responses.get(capture.status, '')}".strip()
    cut = {"WARC-Truncated": "length"} if capture.is_partial else {}
    response_id = _record_id("response", capture)
    response = writer.create_warc_record(
        capture.final_url,
        "response",
        payload=BytesIO(capture.body),
        http_headers=StatusAndHeaders(status, list(capture.headers), protocol="HTTP/1.1"),
        warc_headers_dict={"WARC-Record-ID": response_id, "WARC-Date": date, **cut},
    )
    record = dispatch.record
    facts = {key: record[key] for key in ("id", "url", "source", "archived_at", "attribution")}
    # Under the article's own name: some players answer a page's address with whatever record has it.
    metadata = writer.create_warc_record(
        record["id"],
        "metadata",
        payload=BytesIO(json.dumps(facts, ensure_ascii=False).encode()),
        warc_content_type="application/json",
        warc_headers_dict={
            "WARC-Record-ID": _record_id("metadata", capture),
            "WARC-Date": date,
            "WARC-Concurrent-To": response_id,
        },
    )
    writer.write_record(response)
    writer.write_record(metadata)


def _record_id(kind: str, capture: Capture) -> str:
    name = f"{kind} {capture.final_url} {capture.fetched_at.isoformat()} {capture.payload_sha256}"
    return f"<urn:uuid:{uuid.uuid5(_RECORD_IDS, name)}>"
