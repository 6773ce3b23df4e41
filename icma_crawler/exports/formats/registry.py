"""The table of formats: what each is for, and where its writer is. A writer is imported only when it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, cast

from icma_crawler.errors import UsageError
from icma_crawler.exports.records import Dispatch, Edition

TextWriter = Callable[[Iterable[Dispatch], Edition], Iterator[str]]
"""Gives the dump piece by piece; ``jsonl`` alone takes the stream's lines as they are."""

PathWriter = Callable[[Iterable[Dispatch], Edition, Path], None]
"""Writes a file of its own kind to a path, or fills a folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One way out. ``is_whole`` formats always hold the whole archive, never only what changed."""

    name: str
    purpose: str
    suffix: str
    """How its files usually end."""
    module: str
    shape: Literal["text", "file", "folder"] = "text"
    extra: str | None = None
    is_whole: bool = False

    def load(self) -> Any:
        """The format's `write` function.

        Raises:
            UsageError: the library it needs is not installed.
        """
        try:
            return import_module(f"icma_crawler.exports.formats.{self.module}").write
        except ModuleNotFoundError as error:
            raise UsageError(
                f"{error.name} is not installed; this format needs: pip install 'icma-crawler[{self.extra}]'"
            ) from error

    def text(self, records: Iterable[Dispatch], edition: Edition) -> Iterator[str | bytes]:
        """The dump piece by piece."""
        return cast("TextWriter", self.load())(records, edition)

    def write(self, records: Iterable[Dispatch], edition: Edition, path: Path) -> None:
        """The dump as a file or folder at *path*."""
        cast("PathWriter", self.load())(records, edition, path)


_FORMATS = (
    Format(
        name="jsonl",
        purpose="one JSON object a line, in change-log order: for programs, and for icma import",
        suffix=".jsonl",
        module="jsonl",
    ),
    Format(
        name="csv",
        purpose="a table for spreadsheets: UTF-8 with a byte order mark, cells that would run as formulas defused",
        suffix=".csv",
        module="csv_table",
    ),
    Format(
        name="parquet",
        purpose="a typed table for DuckDB, pandas and Spark",
        suffix=".parquet",
        module="parquet",
        shape="file",
        extra="parquet",
    ),
    Format(
        name="rss",
        purpose="an RSS 2.0 feed for feed readers and aggregators; withdrawn items are replaced",
        suffix=".rss",
        module="rss",
    ),
    Format(
        name="atom",
        purpose="an Atom feed, with RFC 6721 tombstones for what was withdrawn or is gone",
        suffix=".atom",
        module="atom",
    ),
    Format(
        name="jsonfeed",
        purpose="a JSON Feed 1.1, for web pages and apps",
        suffix=".feed.json",
        module="jsonfeed",
    ),
    Format(
        name="ninjs",
        purpose="IPTC ninjs 3.1, one news object a line: for newsroom and agency systems",
        suffix=".ninjs.jsonl",
        module="ninjs",
    ),
    Format(
        name="wxr",
        purpose="WordPress eXtended RSS, for the first load of a WordPress site (Tools, Import)",
        suffix=".wxr.xml",
        module="wxr",
    ),
    Format(
        name="sqlite",
        purpose="an SQLite file of what may be handed on, for Datasette and sqlite-utils",
        suffix=".db",
        module="sqlite_subset",
        shape="file",
    ),
    Format(
        name="warc",
        purpose="the captured pages of portals with reuse = full, for web archives",
        suffix=".warc.gz",
        module="warc",
        shape="file",
        extra="warc",
    ),
    Format(
        name="wacz",
        purpose="the same with an index, to replay in the browser (ReplayWeb.page)",
        suffix=".wacz",
        module="wacz_package",
        shape="file",
        extra="warc",
    ),
    Format(
        name="opml",
        purpose="the portals and their feeds, to subscribe to in a feed reader",
        suffix=".opml",
        module="opml",
        is_whole=True,
    ),
    Format(
        name="html",
        purpose="a static site by day and by portal, with a feed and a sitemap; OUT is a link to its folder",
        suffix="",
        module="html_site",
        shape="folder",
        is_whole=True,
    ),
)

FORMATS: Mapping[str, Format] = {one.name: one for one in _FORMATS}
"""What `icma dump` can write."""


def format_named(name: str) -> Format:
    """The format of that name.

    Raises:
        UsageError: there is none.
    """
    if name not in FORMATS:
        raise UsageError(f"no format '{name}'; there is {', '.join(FORMATS)} (icma dump --list explains them)")
    return FORMATS[name]
