"""A newsstand: an archive whose portal may be handed on whole, what is published there, and what is sold of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from icma_crawler.archive import Archive
from icma_crawler.exports import FORMATS, dump

STATEMENT = "Icma.az, Sherg.az portalına istinadən məlumatı açıqlayır."
SOURCE = "Mənbə: https://sherg.az"
ARCHIVED = "Bu xəbər 18 Yanvar 2026 13:30 mənbədən arxivləşdirilmişdir"

HOSTILE = {
    "title": "=HYPERLINK(\"http://x\") <script>alert(1)</script> ]]> & 'a' \x0b\ufffe",
    "lead": "</p><script>alert(2)</script> Bir cümlə.",
    "body": "Birinci \x00\x1b ]]> <b>cümlə</b> & </content>.\n\nİkinci “cümlə” 😀.\nSətir.",
    "authors": ("@SUM(A1) <x>", "Əli & Vəli"),
    "section": "+Siyasət <i>",
    "tags": ("a&b", '"c"'),
    "image_url": "javascript:alert(3)",
    "published_at": datetime.fromisoformat("2026-01-17T20:30:00+00:00"),
    "published_precision": "minute",
}


@dataclass(frozen=True, kw_only=True)
class Newsstand:
    """An archive to fill and to dump."""

    desk: Any
    folder: Path
    now: datetime

    @property
    def archive(self) -> Archive:
        return self.desk.archive

    def publish(self, path: str, **values: object) -> str:
        """A new article; returns its urn."""
        self.desk.publish(path, **values)
        return self.archive.find(f"https://sherg.az/{path}").urn

    def take_away(self, path: str, status: str, *, after: timedelta = timedelta(days=1)) -> None:
        """Mark an article as gone or withdrawn, the way the archive does."""
        article = self.archive.find(f"https://sherg.az/{path}")
        emptied = {**dict.fromkeys(("title", "title_shown", "lead", "body", "image_url")), "authors": "[]"}
        with self.archive.write():
            self.archive.articles.update(article.id, {"status": status, **(emptied if status == "withdrawn" else {})})
            self.archive.changes.add(article.id, status, cause="operator", at=self.now + after)

    def set_reuse(self, reuse: str) -> None:
        """What the portal file says from now on."""
        self.desk.portal = replace(self.desk.portal, reuse=reuse)
        with self.archive.write():
            self.archive.portals.save(self.desk.portal, self.now)

    def sell(self, form: str, name: str | None = None, **options: Any) -> Path:
        """A dump in a format; returns where it is."""
        out = self.folder / (name or f"dump{FORMATS[form].suffix}")
        options = {"publisher": "Icma.az", "site": "https://icma.az/", "now": self.now} | options
        dump(self.archive, form, out, **options)
        return out


@pytest.fixture
def stand(desk: Any, tmp_path: Path, now: datetime) -> Newsstand:
    folder = tmp_path / "sold"
    folder.mkdir()
    newsstand = Newsstand(desk=desk, folder=folder, now=now)
    newsstand.set_reuse("full")
    return newsstand


@pytest.fixture(scope="session")
def sentences() -> tuple[str, str, str]:
    """The three sentences, to the byte."""
    return STATEMENT, SOURCE, ARCHIVED


@pytest.fixture(scope="session")
def hostile() -> dict[str, object]:
    """An article that tries to break out of whatever it is put into."""
    return dict(HOSTILE)


@pytest.fixture
def filled(stand: Newsstand, hostile: dict[str, object]) -> Newsstand:
    """A plain article, a hostile one, one that is gone and one that was withdrawn."""
    for path in ("plain", "gone", "withdrawn"):
        stand.publish(path)
    stand.publish("hostile", **hostile)
    stand.take_away("gone", "gone")
    stand.take_away("withdrawn", "withdrawn")
    return stand


@pytest.fixture
def urn(stand: Newsstand) -> Callable[[str], str]:
    """The urn of an article by its path."""
    return lambda path: stand.archive.find(f"https://sherg.az/{path}").urn
