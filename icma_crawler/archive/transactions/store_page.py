"""Keeping what was fetched, without the words of withdrawn articles that it still shows."""

from __future__ import annotations

from dataclasses import replace

from icma_crawler.archive.archive import Archive
from icma_crawler.archive.tables.captures import CaptureKind
from icma_crawler.models import Capture
from icma_crawler.redaction import host_key_of, without_withdrawn


def store_page(archive: Archive, portal_id: str, capture: Capture) -> int:
    """Keep a page of *portal_id*; returns its id."""
    return _store(archive, portal_id, capture, "page")


def keep_listing(archive: Archive, portal_id: str, capture: Capture) -> None:
    """Keep what a source answered, in the place of what it answered before; what is too large is not kept."""
    if archive.captures.may_keep_listing(capture):
        archive.captures.drop_listing(portal_id, capture.url)
        _store(archive, portal_id, capture, "listing")


def _store(archive: Archive, portal_id: str, capture: Capture, kind: CaptureKind) -> int:
    if not archive.withdrawals.has_of_host(host_key_of(capture.final_url)):
        return archive.captures.add(portal_id, capture, kind)
    body = without_withdrawn(capture, archive.withdrawals.those_in)
    is_redacted = body != capture.body
    return archive.captures.add(
        portal_id, replace(capture, body=body) if is_redacted else capture, kind, is_redacted=is_redacted
    )
