"""The dump record: what a downstream site gets of one article. Its keys are a promise."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from icma_crawler.archive import digest_of
from icma_crawler.attribution import attribute
from icma_crawler.exports.rights import lawful_part
from icma_crawler.models import ArchivedArticle, Article, Change, Reuse
from icma_crawler.text import json_digest

SCHEMA_VERSION = 1
_SENDERS_OWN = frozenset({"seq", "change", "cause", "attribution"})


def record_of(
    archived: ArchivedArticle,
    *,
    publisher: str | None,
    change: Change | None = None,
    reuse: Reuse | None = None,
    language: str | None = None,
) -> dict[str, Any]:
    """One article as a JSON object, cut to what its `reuse` (or the stricter *reuse* given) allows.

    ``record_sha256`` covers everything but what is the sender's own (seq, change, cause, attribution), so that it
    is the same in every archive that holds the record.
    """
    allowed = reuse or archived.reuse
    attribution = attribute(archived, publisher, language)
    record: dict[str, Any] = {
        "seq": change.seq if change else None,
        "change": change.change if change else None,
        "cause": change.cause if change else None,
        "id": archived.urn,
        "url": archived.url,
        "portal": archived.portal,
        "source": {"name": archived.source_name, "url": archived.source_url},
        "archived_at": _iso(archived.archived_at),
        "revision": archived.revision,
        "reuse": archived.reuse,
        "attribution": {
            "statement": attribution.statement,
            "source": attribution.source,
            "archived": attribution.archived,
        },
    }
    if archived.article is not None:
        record |= _content_of(lawful_part(archived.article, allowed), archived.article)
    record["record_sha256"] = json_digest({key: value for key, value in record.items() if key not in _SENDERS_OWN})
    return record


def _content_of(part: Article, whole: Article) -> dict[str, Any]:
    origin = {"name": whole.origin_name, "url": whole.origin_url} if whole.origin_name or whole.origin_url else None
    return {
        "title": part.title,
        "title_shown": part.title_shown,
        "kicker": part.kicker,
        "lead": part.lead,
        "text": part.body,
        "authors": list(part.authors),
        "section": part.section,
        "tags": list(part.tags),
        "image_url": part.image_url,
        "language": part.language,
        "published_at": _iso(part.published_at),
        "published_precision": part.published_precision,
        "modified_at": _iso(part.modified_at),
        "origin": origin,
        "access": part.access,
        "content_sha256": digest_of(whole),
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")
