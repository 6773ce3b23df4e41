"""What a portal's pages repeat, as it was learned: read for extraction, added to as the archive grows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from icma_crawler.archive.database import Store
from icma_crawler.archive.values import to_stamp
from icma_crawler.models import Memory, Recurring

_COLUMNS = ("portal", "fingerprint", "kind", "sample", "pages", "first_seen_at", "last_seen_at")


class Boilerplate(Store):
    """The table `boilerplate`."""

    def memory_of(self, portal_id: str) -> Memory:
        """The fingerprints of all lines that are known to be the portal's own."""
        rows = self._db.rows("SELECT fingerprint FROM boilerplate WHERE portal = :portal", {"portal": portal_id})
        return frozenset(row["fingerprint"] for row in rows)

    def remember(self, portal_id: str, found: Iterable[Recurring], now: datetime) -> None:
        """Add what was learned. Nothing is forgotten: a line that is cut no longer shows in the texts one learns from."""
        self._db.run_each(
            """
            INSERT INTO boilerplate (portal, fingerprint, kind, sample, pages, first_seen_at, last_seen_at)
            VALUES (:portal, :fingerprint, :kind, :sample, :pages, :now, :now)
            ON CONFLICT (portal, fingerprint) DO UPDATE
            SET pages = CASE WHEN boilerplate.pages < excluded.pages THEN excluded.pages ELSE boilerplate.pages END,
                last_seen_at = excluded.last_seen_at
            """,
            [
                {
                    "portal": portal_id,
                    "fingerprint": one.fingerprint,
                    "kind": one.kind,
                    # A headline may be withdrawn one day; nothing of it is kept here.
                    "sample": one.sample if one.kind == "recurring" else "",
                    "pages": one.pages,
                    "now": to_stamp(now),
                }
                for one in found
            ],
        )

    def blank_samples(self, passages: Iterable[str]) -> None:
        """Forget the words of lines that stand in any of *passages*; that they repeat stays known."""
        texts = list(passages)
        rows = self._db.rows("SELECT portal, fingerprint, sample FROM boilerplate WHERE sample <> ''") if texts else []
        self._db.run_each(
            "UPDATE boilerplate SET sample = '' WHERE portal = :portal AND fingerprint = :fingerprint",
            [
                {"portal": row["portal"], "fingerprint": row["fingerprint"]}
                for row in rows
                if any(row["sample"] in text for text in texts)
            ],
        )

    def drop_unused(self) -> None:
        """Forget what was learned of portals that have no article left."""
        self._db.run(
            """
            DELETE FROM boilerplate
            WHERE portal NOT IN (
              SELECT id
              FROM portals
              WHERE EXISTS (SELECT 1 FROM articles WHERE portal = portals.id AND status <> 'withdrawn')
            )
            """
        )

    def rows_of(self, portal_id: str) -> list[dict[str, Any]]:
        """What is known of a portal's pages, as another archive takes it over."""
        rows = self._db.rows(
            f"SELECT {', '.join(_COLUMNS)} FROM boilerplate WHERE portal = :portal", {"portal": portal_id}
        )
        return [{name: row[name] for name in _COLUMNS} for row in rows]

    def add_row(self, values: Mapping[str, Any]) -> None:
        """Take over what `rows_of` gave."""
        marks = ", ".join(f":{name}" for name in _COLUMNS)
        self._db.run(f"INSERT INTO boilerplate ({', '.join(_COLUMNS)}) VALUES ({marks})", values)
