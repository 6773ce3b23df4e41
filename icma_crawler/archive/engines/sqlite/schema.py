"""The archive's tables, as migrations. A released migration is never edited; a new one is added below it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from icma_crawler.archive.engines.sqlite.checksums import MAKE_SEALS, SEALED, SEALED_FIRST, know_seals, seal_rows
from icma_crawler.archive.engines.sqlite.first_tables import FIRST_TABLES
from icma_crawler.archive.engines.sqlite.migrations import Migrations
from icma_crawler.text import FOLD_VERSION

if TYPE_CHECKING:
    from sqlite_utils import Database

APPLICATION_ID = 0x49434D41  # "ICMA": what `file archive.db` and a foreign program can tell the format by

migrations = Migrations("icma_crawler")


@migrations()
def m001_the_archive(db: Database) -> None:
    """Everything the first release keeps."""
    for statement in FIRST_TABLES.split(";\n"):
        if statement.strip():
            db.execute(statement)
    facts = {
        "uuid": str(uuid.uuid4()),
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "fold_version": str(FOLD_VERSION),
    }
    for name, value in facts.items():
        db.execute("INSERT INTO meta (name, value) VALUES (?, ?)", [name, value])
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")


@migrations()
def m002_observed(db: Database) -> None:
    """One narrow row per article, so that the health of hundreds of portals is read without touching any text."""
    db.execute(
        """
        CREATE TABLE observed (
          portal TEXT NOT NULL,
          archived_at TEXT NOT NULL,
          article_id INTEGER NOT NULL,
          appeared_at TEXT NOT NULL,
          published_at TEXT,
          filled INTEGER NOT NULL,
          word_count INTEGER NOT NULL,
          PRIMARY KEY (portal, archived_at, article_id)
        ) WITHOUT ROWID
        """
    )
    # By triggers, so that every way an article is written (crawl, import, reextract) keeps it.
    db.execute(
        f"""
        CREATE TRIGGER observed_new AFTER INSERT ON articles BEGIN
          INSERT INTO observed VALUES (
            new.portal, new.archived_at, new.id, {_APPEARED_AT}, new.published_at, {_FILLED}, new.word_count
          );
        END
        """
    )
    # A withdrawn article keeps what was observed of it: its emptiness is no fault of the portal.
    db.execute(
        f"""
        CREATE TRIGGER observed_change AFTER UPDATE ON articles WHEN new.status != 'withdrawn' BEGIN
          UPDATE observed
          SET appeared_at = {_APPEARED_AT}, published_at = new.published_at, filled = {_FILLED},
              word_count = new.word_count
          WHERE portal = new.portal
            AND archived_at = new.archived_at
            AND article_id = new.id;
        END
        """
    )
    columns = f"new.portal, new.archived_at, new.id, {_APPEARED_AT}, new.published_at, {_FILLED}, new.word_count"
    db.execute(f"INSERT INTO observed SELECT {columns} FROM articles AS new")
    db.execute("CREATE INDEX frontier_newest ON frontier (portal, announced_at)")
    db.execute("CREATE INDEX captures_fetched ON captures (fetched_at, stored_bytes)")


@migrations()
def m003_boilerplate(db: Database) -> None:
    """The lines that a portal's pages repeat, learned from its articles and cut from them."""
    db.execute(
        """
        CREATE TABLE boilerplate (
          portal TEXT NOT NULL REFERENCES portals (id),
          fingerprint TEXT NOT NULL,
          kind TEXT NOT NULL,
          sample TEXT NOT NULL,
          pages INTEGER NOT NULL,
          first_seen_at TEXT NOT NULL,
          last_seen_at TEXT NOT NULL,
          PRIMARY KEY (portal, fingerprint)
        ) WITHOUT ROWID
        """
    )


@migrations()
def m004_notices(db: Database) -> None:
    """What was last told of each portal's health, so that nobody hears the same twice."""
    db.execute(
        """
        CREATE TABLE notices (
          portal TEXT PRIMARY KEY,
          state TEXT NOT NULL,
          told_at TEXT NOT NULL
        ) WITHOUT ROWID
        """
    )


@migrations()
def m005_signals(db: Database) -> None:
    """What portals themselves say of reuse, page by page or of everything they publish."""
    db.execute(
        """
        CREATE TABLE signals (
          id INTEGER PRIMARY KEY,
          portal TEXT NOT NULL REFERENCES portals (id),
          article_id INTEGER REFERENCES articles (id),
          kind TEXT NOT NULL,
          value TEXT NOT NULL,
          path TEXT,
          reuse TEXT NOT NULL,
          url TEXT NOT NULL,
          pages INTEGER NOT NULL DEFAULT 1,
          misses INTEGER NOT NULL DEFAULT 0,
          first_seen_at TEXT NOT NULL,
          last_seen_at TEXT NOT NULL,
          gone_at TEXT
        )
        """
    )
    db.execute("CREATE UNIQUE INDEX signals_each ON signals (portal, coalesce(article_id, 0), kind, value)")
    db.execute("CREATE INDEX signals_article ON signals (article_id) WHERE article_id IS NOT NULL")
    # signal_reuse: what the signals that speak of the whole portal leave allowed. reuse_cause: why its articles'
    # `reuse` is out of date, NULL where it is not.
    db.execute("ALTER TABLE portals ADD COLUMN signal_reuse TEXT NOT NULL DEFAULT 'full'")
    db.execute("ALTER TABLE portals ADD COLUMN reuse_cause TEXT")
    db.execute("ALTER TABLE portals ADD COLUMN tdm_status INTEGER")
    db.execute("ALTER TABLE portals ADD COLUMN tdm_asked_at TEXT")


@migrations()
def m006_imports(db: Database) -> None:
    """What came from other archives: without a page of its own, and cut already by its sender."""
    db.execute(
        """
        CREATE TABLE imports (
          article_id INTEGER PRIMARY KEY REFERENCES articles (id),
          sender TEXT NOT NULL,
          seq INTEGER NOT NULL,
          cut_to TEXT NOT NULL,
          record_sha256 TEXT NOT NULL,
          imported_at TEXT NOT NULL
        )
        """
    )
    db.execute(
        """
        CREATE TABLE senders (
          archive TEXT NOT NULL,
          portal TEXT NOT NULL,
          cursor INTEGER NOT NULL,
          imported_at TEXT NOT NULL,
          PRIMARY KEY (archive, portal)
        ) WITHOUT ROWID
        """
    )
    # An imported state has no page: capture_id may be NULL from here on, which takes a new table.
    db.execute(
        """
        CREATE TABLE revisions_m006 (
          article_id INTEGER NOT NULL REFERENCES articles (id),
          revision INTEGER NOT NULL,
          recorded_at TEXT NOT NULL,
          kind TEXT NOT NULL,
          cause TEXT NOT NULL,
          capture_id INTEGER REFERENCES captures (id),
          content_sha256 TEXT NOT NULL,
          extractor TEXT NOT NULL,
          fields TEXT,
          PRIMARY KEY (article_id, revision)
        )
        """
    )
    db.execute("INSERT INTO revisions_m006 SELECT * FROM revisions")
    db.execute("DROP TABLE revisions")
    db.execute("ALTER TABLE revisions_m006 RENAME TO revisions")


@migrations()
def m007_published(db: Database) -> None:
    """Which post of which site an article is, so that publishing again never makes a second one."""
    db.execute(
        """
        CREATE TABLE published (
          site TEXT NOT NULL,
          article_id INTEGER NOT NULL REFERENCES articles (id),
          slug TEXT NOT NULL,
          post_id INTEGER,
          state TEXT NOT NULL,
          record_sha256 TEXT,
          at TEXT NOT NULL,
          PRIMARY KEY (site, article_id)
        ) WITHOUT ROWID
        """
    )
    db.execute(
        """
        CREATE TABLE sites (
          site TEXT NOT NULL,
          portal TEXT NOT NULL,
          cursor INTEGER NOT NULL,
          at TEXT NOT NULL,
          PRIMARY KEY (site, portal)
        ) WITHOUT ROWID
        """
    )


@migrations()
def m008_rest(db: Database) -> None:
    """How long a source asks to be left alone, for looks that say only "nothing new"; and what is missing, quickly."""
    db.execute("ALTER TABLE sources ADD COLUMN rest_minutes INTEGER")
    db.execute("CREATE INDEX frontier_missed ON frontier (portal, missed_since) WHERE missed_since IS NOT NULL")


@migrations()
def m009_seals(db: Database) -> None:
    """A short hash of every row that is a record, so that no bit of it changes unseen."""
    know_seals(db.conn)
    db.execute(MAKE_SEALS)
    seal_rows(db.conn, SEALED_FIRST)


@migrations()
def m010_pictures(db: Database) -> None:
    """What stands below an article's picture, and whom it is by; no row where nothing does."""
    db.execute(
        """
        CREATE TABLE pictures (
          article_id INTEGER PRIMARY KEY REFERENCES articles (id),
          caption TEXT,
          credit TEXT
        )
        """
    )


@migrations()
def m011_duplicates(db: Database) -> None:
    """That a url is another address of an article is a fact of its own; until here it was a reason beside it."""
    db.execute("ALTER TABLE frontier ADD COLUMN duplicate_of INTEGER REFERENCES articles (id)")
    db.execute("CREATE INDEX frontier_duplicates ON frontier (duplicate_of) WHERE duplicate_of IS NOT NULL")
    db.execute(
        """
        UPDATE frontier
        SET duplicate_of = article_id, article_id = NULL, reason = NULL,
            state = CASE WHEN state IN ('archived', 'gone') THEN 'unchanged' ELSE state END
        WHERE reason = 'duplicate'
          AND article_id IS NOT NULL
        """
    )
    know_seals(db.conn)
    db.execute("DELETE FROM seals WHERE of = ?", [SEALED["frontier"].number])
    seal_rows(db.conn, {"frontier": SEALED["frontier"]})


# The published time where it can be when the article came out, else when we archived it; a bare day is no hour.
_APPEARED_AT = """CASE
  WHEN new.published_at IS NULL OR new.published_at > new.archived_at
    OR new.published_precision = 'day'
       AND new.published_at > strftime('%Y-%m-%dT%H:%M:%S+00:00', new.archived_at, '-2 days')
  THEN new.archived_at
  ELSE new.published_at
END"""

# The bits of `icma_crawler.archive.facts.FIELDS`.
_FILLED = """(new.published_at IS NOT NULL)
  + 2 * (coalesce(new.published_precision, 'day') != 'day')
  + 4 * (new.authors != '[]')
  + 8 * (new.section IS NOT NULL)
  + 16 * (new.tags != '[]')
  + 32 * (new.image_url IS NOT NULL)
  + 64 * (new.lead IS NOT NULL)
  + 128 * (new.access = 'full')"""
