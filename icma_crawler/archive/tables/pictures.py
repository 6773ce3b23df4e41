"""What stands below the picture of an article's present state: its caption, and whom it is by."""

from __future__ import annotations

from icma_crawler.archive.database import Store


class Pictures(Store):
    """The table `pictures`; no row where nothing stands there."""

    def save(self, article_id: int, caption: str | None, credit: str | None) -> None:
        """Keep the words below the picture, in the place of what stood there before."""
        self.remove(article_id)
        if caption or credit:
            self._db.run(
                "INSERT INTO pictures (article_id, caption, credit) VALUES (:article_id, :caption, :credit)",
                {"article_id": article_id, "caption": caption, "credit": credit},
            )

    def remove(self, article_id: int) -> None:
        """Forget them."""
        self._db.run("DELETE FROM pictures WHERE article_id = :article_id", {"article_id": article_id})

    def words_of(self, article_id: int) -> tuple[str | None, str | None]:
        """(caption, credit) of an article's picture; None for what does not stand there."""
        row = self._db.row(
            "SELECT caption, credit FROM pictures WHERE article_id = :article_id", {"article_id": article_id}
        )
        return (None, None) if row is None else (row["caption"], row["credit"])

    def own_caption(self, article_id: int) -> str | None:
        """What stands below its picture, but not below another article's; None where nothing does."""
        caption: str | None = self._db.value(
            """
            SELECT own.caption
            FROM pictures own
            WHERE own.article_id = :article_id
              AND NOT EXISTS (
                SELECT 1 FROM pictures other WHERE other.caption = own.caption AND other.article_id <> own.article_id
              )
            """,
            {"article_id": article_id},
        )
        return caption
