"""IPTC ninjs 3.1, one news object a line: the same uri with a higher version replaces, `pubStatus` takes away."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from icma_crawler.exports.markup import web_link
from icma_crawler.exports.records import Dispatch, Edition

_STANDARD = {
    "name": "ninjs",
    "version": "3.1",
    "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#",
}
# Withheld may come back, as what is gone at its source may; canceled may not.
_PUB_STATUS = {"gone": "withheld", "withdrawn": "canceled"}


def write(records: Iterable[Dispatch], edition: Edition) -> Iterator[str]:
    """One news object a line."""
    for dispatch in records:
        yield json.dumps(_news_object(dispatch, edition), ensure_ascii=False) + "\n"


def _news_object(dispatch: Dispatch, edition: Edition) -> dict[str, Any]:
    record = dispatch.record
    attribution = record["attribution"]
    item = {
        "uri": record["id"],
        "type": "text",
        "standard": _STANDARD,
        # Grows with every change of the archive, also where the text stayed the same.
        "version": str(record["seq"]),
        "firstCreated": record["archived_at"],
        "versionCreated": dispatch.changed_at,
        "pubStatus": _PUB_STATUS.get(record["change"], "usable"),
        "infoSources": [{"name": record["source"]["name"], "uri": record["source"]["url"], "role": "source"}],
        "altIds": [{"role": "source-url", "value": record["url"]}],
        "usageTerms": "\n".join(attribution[key] for key in ("statement", "source", "archived")),
        "organisations": [{"name": edition.publisher, "rel": "publisher"}],
    }
    return item if dispatch.is_tombstone else item | _content(dispatch)


def _content(dispatch: Dispatch) -> dict[str, Any]:
    record = dispatch.record
    text = "\n\n".join(filter(None, [record["lead"], record["text"]]))
    content: Mapping[str, Any] = {
        "representationType": "full" if record["reuse"] == "full" and record["access"] == "full" else "partial",
        "title": record["title"],
        "headlines": [{"role": "main", "contentType": "text/plain", "value": record["title_shown"]}],
        "bodies": [{"role": "main", "contentType": "text/plain", "wordCount": len(text.split()), "value": text}]
        if text
        else None,
        "by": ", ".join(record["authors"]),
        "language": record["language"],
        "contentCreated": record["published_at"],
        "copyrightHolder": record["source"]["name"],
        "subjects": [{"name": name} for name in filter(None, [record["section"], *record["tags"]])],
        "associations": _picture(dispatch),
    }
    return {key: value for key, value in content.items() if value}


def _picture(dispatch: Dispatch) -> list[dict[str, Any]] | None:
    """The article's picture, as a link to where it is, with what stands below it and whom it is by."""
    href = web_link(dispatch.record["image_url"])
    if href is None:
        return None
    picture: dict[str, Any] = {"name": "picture", "uri": href, "type": "picture"}
    if dispatch.caption:
        picture["descriptions"] = [{"role": "caption", "contentType": "text/plain", "value": dispatch.caption}]
    if dispatch.credit:
        picture["by"] = dispatch.credit
    return [picture | {"renditions": [{"name": "original", "href": href}]}]
