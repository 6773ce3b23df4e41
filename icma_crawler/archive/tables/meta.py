"""What an archive says of itself, by name: its uuid, when it was made, the version of its search text."""

from __future__ import annotations

from uuid import uuid4

from icma_crawler.archive.database import Store
from icma_crawler.archive.values import MalformedError

NEEDED = ("uuid", "fold_version")
"""What no archive is without."""


class Meta(Store):
    """The table `meta`."""

    def read(self, name: str) -> str:
        """The value of *name*.

        Raises:
            MalformedError: the archive has lost it.
        """
        found = self._db.value("SELECT value FROM meta WHERE name = :name", {"name": name})
        if found is None:
            raise MalformedError(f"malformed archive: it has no {name}")
        return str(found)

    def save(self, name: str, value: str) -> None:
        """Put *value* in the place of what stood at *name*."""
        self._db.run("UPDATE meta SET value = :value WHERE name = :name", {"name": name, "value": value})

    def names(self) -> frozenset[str]:
        """What the archive says anything of."""
        return frozenset(row["name"] for row in self._db.rows("SELECT name FROM meta"))

    @property
    def uuid(self) -> str:
        """The name of this archive among archives: cursors of one mean nothing in another."""
        return self.read("uuid")

    def rename(self) -> None:
        """Give the archive a new name of its own: cursors of what it was copied from are not its."""
        self.save("uuid", str(uuid4()))

    @property
    def fold_version(self) -> int:
        """The version of the spelling rules by which the search text was folded.

        Raises:
            MalformedError: the archive has lost it, or it is no number.
        """
        said = self.read("fold_version")
        try:
            return int(said)
        except ValueError as error:
            raise MalformedError(f"malformed archive: its fold_version is {said!r}") from error
