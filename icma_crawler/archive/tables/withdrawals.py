"""The register of what was taken down: addresses that are never archived again, why, and since when."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from icma_crawler.archive.database import Store, one_of
from icma_crawler.archive.values import from_stamp, to_stamp
from icma_crawler.urls import identity_key

_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """One line of the register: an address by its identity key; ``article_id`` is None where it was never archived."""

    key: str
    article_id: int | None
    reason: str
    at: datetime


class Withdrawals(Store):
    """The table `withdrawals`."""

    def all(self) -> list[Withdrawal]:
        """The register, oldest first."""
        rows = self._db.rows("SELECT key, article_id, reason, at FROM withdrawals ORDER BY at, key")
        return [
            Withdrawal(key=row["key"], article_id=row["article_id"], reason=row["reason"], at=from_stamp(row["at"]))
            for row in rows
        ]

    def add(self, withdrawal: Withdrawal) -> None:
        """Enter an address; the first reason stays."""
        self._db.run(
            """
            INSERT INTO withdrawals (key, article_id, reason, at)
            VALUES (:key, :article_id, :reason, :at)
            ON CONFLICT (key) DO NOTHING
            """,
            {
                "key": withdrawal.key,
                "article_id": withdrawal.article_id,
                "reason": withdrawal.reason,
                "at": to_stamp(withdrawal.at),
            },
        )

    def has(self, key: str) -> bool:
        """Whether an address is in the register."""
        return self._db.row("SELECT 1 FROM withdrawals WHERE key = :key", {"key": key}) is not None

    def has_any(self, urls: Iterable[str]) -> bool:
        """Whether one of some addresses is."""
        return bool(self.those_in({identity_key(url) for url in urls}))

    def those_in(self, keys: Collection[str]) -> set[str]:
        """Of some addresses, those that are in the register."""
        found: set[str] = set()
        asked = sorted(keys)
        for start in range(0, len(asked), _AT_ONCE):
            marks, values = one_of("key", asked[start : start + _AT_ONCE])
            found.update(
                row["key"] for row in self._db.rows(f"SELECT key FROM withdrawals WHERE key IN {marks}", values)
            )
        return found

    def has_of_host(self, host_key: str) -> bool:
        """Whether any address of a host is; *host_key* is the identity key of its front page. On most there is none."""
        row = self._db.row(
            "SELECT 1 FROM withdrawals WHERE key >= :first AND key < :behind LIMIT 1",
            {"first": f"{host_key}/", "behind": f"{host_key}0"},  # "0" follows "/"
        )
        return row is not None
