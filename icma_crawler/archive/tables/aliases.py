"""Every address that an article was ever met at, by its identity key: one article each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from icma_crawler.archive.database import Store, as_dict
from icma_crawler.archive.values import to_stamp
from icma_crawler.urls import identity_key


class Aliases(Store):
    """The table `aliases`."""

    def article_at(self, url: str) -> int | None:
        """The article that is or was at *url*, whatever its scheme, www or amp form; None where none ever was."""
        return self.article_at_key(identity_key(url))

    def article_at_key(self, key: str) -> int | None:
        """The article that has an address with this identity key; None where none has."""
        found: int | None = self._db.value("SELECT article_id FROM aliases WHERE key = :key", {"key": key})
        return found

    def add(self, article_id: int, urls: Iterable[str], now: datetime) -> None:
        """Keep addresses of an article; one that another has stays that one's."""
        self._db.run_each(
            """
            INSERT INTO aliases (key, url, article_id, first_seen_at)
            VALUES (:key, :url, :article_id, :now)
            ON CONFLICT (key) DO NOTHING
            """,
            [
                {"key": identity_key(url), "url": url, "article_id": article_id, "now": to_stamp(now)}
                for url in sorted(set(urls))
            ],
        )

    def remove(self, article_id: int, urls: Iterable[str], *, but: str) -> None:
        """Part an article from addresses that showed nothing but its text; its own address *but* stays."""
        keys = {identity_key(url) for url in urls} - {identity_key(but)}
        self._db.run_each(
            "DELETE FROM aliases WHERE key = :key AND article_id = :article_id",
            [{"key": key, "article_id": article_id} for key in sorted(keys)],
        )

    def urls_of(self, article_id: int) -> list[str]:
        """The addresses of an article, as they were met."""
        return [row["url"] for row in self._rows_of(article_id)]

    def keys_of(self, article_id: int) -> list[str]:
        """Their identity keys."""
        return [row["key"] for row in self._rows_of(article_id)]

    def rows_of(self, article_id: int) -> list[dict[str, Any]]:
        """The addresses of an article as another archive takes them over."""
        return self._rows_of(article_id)

    def add_row(self, values: Mapping[str, Any]) -> None:
        """Take over what `rows_of` gave."""
        self._db.run(
            "INSERT INTO aliases (key, url, article_id, first_seen_at) VALUES (:key, :url, :article_id, :first_seen_at)",
            values,
        )

    def _rows_of(self, article_id: int) -> list[dict[str, Any]]:
        rows = self._db.rows(
            "SELECT key, url, article_id, first_seen_at FROM aliases WHERE article_id = :article_id",
            {"article_id": article_id},
        )
        return [as_dict(row) for row in rows]
