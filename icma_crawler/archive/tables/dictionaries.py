"""What the pages of a portal share, against which they are compressed; see `icma_crawler.archive.packing`."""

from __future__ import annotations

from datetime import datetime

from icma_crawler.archive.database import Store
from icma_crawler.archive.packing import pack, unpack
from icma_crawler.archive.values import to_stamp


class Dictionaries(Store):
    """The table `dictionaries`."""

    def add(self, portal_id: str, body: bytes, now: datetime) -> int:
        """Keep a dictionary; returns its id."""
        return self._db.insert("dictionaries", {"portal": portal_id, "created_at": to_stamp(now), "body": pack(body)})

    def newest(self, portal_id: str) -> int | None:
        """The dictionary that a portal's next page is compressed against; None where there is none yet."""
        found: int | None = self._db.value(
            "SELECT max(id) FROM dictionaries WHERE portal = :portal", {"portal": portal_id}
        )
        return found

    def load(self, dictionary_id: int | None) -> bytes | None:
        """A dictionary by its id, unpacked; None for None.

        Raises:
            one of `icma_crawler.archive.packing.UNPACK_ERRORS`: it is damaged, or not there.
        """
        if dictionary_id is None:
            return None
        return unpack(self._db.value("SELECT body FROM dictionaries WHERE id = :id", {"id": dictionary_id}))

    def ids_of(self, portal_id: str) -> list[int]:
        """All dictionaries of a portal."""
        rows = self._db.rows("SELECT id FROM dictionaries WHERE portal = :portal ORDER BY id", {"portal": portal_id})
        return [row["id"] for row in rows]

    def remove(self, dictionary_id: int) -> None:
        """Forget a dictionary that no page is compressed against."""
        self._db.run("DELETE FROM dictionaries WHERE id = :id", {"id": dictionary_id})
