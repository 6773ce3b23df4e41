"""JSON Feed 1.1, with what is ours under `_archive`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from icma_crawler.exports.markup import headline, published, story_html, web_link
from icma_crawler.exports.records import Dispatch, Edition


def write(records: Iterable[Dispatch], edition: Edition) -> Iterator[str]:
    """The feed, an item a line."""
    head = {"version": "https://jsonfeed.org/version/1.1", "title": edition.title}
    if edition.site:
        head["home_page_url"] = edition.site
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "items": ['
    separator = "\n"
    for dispatch in records:
        yield separator + json.dumps(_item(dispatch), ensure_ascii=False)
        separator = ",\n"
    yield "\n]}\n"


def _item(dispatch: Dispatch) -> dict[str, Any]:
    record = dispatch.record
    item = {
        "id": record["id"],
        "url": record["url"],
        "title": headline(dispatch),
        "content_html": story_html(dispatch),
        "date_published": published(record),
        "date_modified": dispatch.changed_at,
        "_archive": {
            "change": record["change"],
            "source": record["source"],
            "archived_at": record["archived_at"],
            "attribution": record["attribution"],
        },
    }
    if not dispatch.is_tombstone:
        item["authors"] = [{"name": author} for author in record["authors"]]
        item["tags"] = list(filter(None, [record["section"], *record["tags"]]))
        item |= {key: value for key, value in _known(record).items() if value}
    return item


def _known(record: dict[str, Any]) -> dict[str, str | None]:
    return {"language": record["language"], "image": web_link(record["image_url"])}
