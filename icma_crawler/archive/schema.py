"""The archive's tables, as migrations. A released migration is never edited; a new one is added below it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from icma_crawler.archive.lean import Migrations
from icma_crawler.archive.sealing import MAKE_SEALS, know_seals, seal_rows
from icma_crawler.text import FOLD_VERSION

if TYPE_CHECKING:
    from sqlite_utils import Database

APPLICATION_ID = 0x49434D41  # "ICMA": what `file archive.db` and a foreign program can tell the format by

migrations = Migrations("icma_crawler")


@migrations()
def m001_the_archive(db: Database) -> None:
    """Everything the first release keeps."""
    for statement in _FIRST.split(";\n"):
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
    seal_rows(db.conn, ("articles", "aliases", "captures", "revisions", "changes", "withdrawals", "frontier"))


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


# The published time where it can be when the article came out, else when we archived it; a bare day is no hour.
_APPEARED_AT = """CASE
  WHEN new.published_at IS NULL OR new.published_at > new.archived_at
    OR new.published_precision = 'day'
       AND new.published_at > strftime('%Y-%m-%dT%H:%M:%S+00:00', new.archived_at, '-2 days')
  THEN new.archived_at
  ELSE new.published_at
END"""

# The bits of `facts.FIELDS`.
_FILLED = """(new.published_at IS NOT NULL)
  + 2 * (coalesce(new.published_precision, 'day') != 'day')
  + 4 * (new.authors != '[]')
  + 8 * (new.section IS NOT NULL)
  + 16 * (new.tags != '[]')
  + 32 * (new.image_url IS NOT NULL)
  + 64 * (new.lead IS NOT NULL)
  + 128 * (new.access = 'full')"""


_FIRST = """
CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
);
CREATE TABLE portals (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  home TEXT NOT NULL,
  language TEXT NOT NULL,
  timezone TEXT NOT NULL,
  reuse TEXT NOT NULL,
  first_seen_at TEXT NOT NULL,
  holder TEXT,
  held_since TEXT
);
CREATE TABLE hosts (
  host TEXT PRIMARY KEY,
  robots_status INTEGER,
  robots_body TEXT,
  robots_at TEXT,
  not_before TEXT
);
CREATE TABLE sources (
  id INTEGER PRIMARY KEY,
  portal TEXT NOT NULL REFERENCES portals (id),
  kind TEXT NOT NULL,
  url TEXT NOT NULL,
  is_configured INTEGER NOT NULL DEFAULT 0,
  first_seen_at TEXT NOT NULL,
  announced_modified_at TEXT,
  etag TEXT,
  last_modified TEXT,
  payload_sha256 TEXT,
  walked_at TEXT,
  asked_at TEXT,
  answered_at TEXT,
  told_new_at TEXT,
  looked_at TEXT,
  payload_bytes INTEGER,
  backfill_url TEXT,
  backfill_since TEXT,
  next_due_at TEXT,
  asked INTEGER NOT NULL DEFAULT 0,
  told_new INTEGER NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0,
  last_status INTEGER,
  reason TEXT,
  UNIQUE (portal, url)
);
CREATE TABLE frontier (
  id INTEGER PRIMARY KEY,
  portal TEXT NOT NULL REFERENCES portals (id),
  key TEXT NOT NULL,
  url TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'pending',
  reason TEXT,
  detail TEXT,
  source_id INTEGER REFERENCES sources (id),
  announced_at TEXT NOT NULL,
  title TEXT,
  published_at TEXT,
  modified_at TEXT,
  guid TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  last_status INTEGER,
  fetched_at TEXT,
  next_due_at TEXT,
  etag TEXT,
  last_modified TEXT,
  payload_sha256 TEXT,
  misses INTEGER NOT NULL DEFAULT 0,
  missed_since TEXT,
  article_id INTEGER REFERENCES articles (id),
  crawl_id INTEGER REFERENCES crawls (id),
  outcome TEXT,
  UNIQUE (portal, key)
);
CREATE INDEX frontier_due ON frontier (portal, state, next_due_at);
CREATE INDEX frontier_crawl ON frontier (crawl_id, outcome);
CREATE INDEX frontier_article ON frontier (article_id);
CREATE TABLE announcements (
  source_id INTEGER NOT NULL REFERENCES sources (id),
  frontier_id INTEGER NOT NULL REFERENCES frontier (id),
  PRIMARY KEY (source_id, frontier_id)
) WITHOUT ROWID;
CREATE TABLE dictionaries (
  id INTEGER PRIMARY KEY,
  portal TEXT NOT NULL REFERENCES portals (id),
  created_at TEXT NOT NULL,
  body BLOB NOT NULL
);
CREATE INDEX dictionaries_portal ON dictionaries (portal);
CREATE TABLE captures (
  id INTEGER PRIMARY KEY,
  portal TEXT NOT NULL REFERENCES portals (id),
  kind TEXT NOT NULL,
  url TEXT NOT NULL,
  final_url TEXT NOT NULL,
  status INTEGER NOT NULL,
  headers TEXT NOT NULL,
  fetched_at TEXT NOT NULL,
  is_partial INTEGER NOT NULL DEFAULT 0,
  redacted_at TEXT,
  payload_sha256 TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  stored_bytes INTEGER NOT NULL,
  dictionary_id INTEGER REFERENCES dictionaries (id),
  body BLOB NOT NULL
);
CREATE INDEX captures_portal ON captures (portal, kind, id);
CREATE TABLE articles (
  id INTEGER PRIMARY KEY,
  urn TEXT NOT NULL UNIQUE,
  portal TEXT NOT NULL REFERENCES portals (id),
  url TEXT NOT NULL UNIQUE,
  source_name TEXT NOT NULL,
  source_url TEXT NOT NULL,
  title TEXT,
  title_shown TEXT,
  kicker TEXT,
  lead TEXT,
  body TEXT,
  authors TEXT NOT NULL DEFAULT '[]',
  section TEXT,
  tags TEXT NOT NULL DEFAULT '[]',
  image_url TEXT,
  language TEXT,
  published_at TEXT,
  published_precision TEXT,
  modified_at TEXT,
  archived_at TEXT NOT NULL,
  revision INTEGER NOT NULL,
  status TEXT NOT NULL,
  access TEXT NOT NULL,
  reuse TEXT NOT NULL,
  origin_name TEXT,
  origin_url TEXT,
  word_count INTEGER NOT NULL,
  charset TEXT,
  content_sha256 TEXT NOT NULL,
  extractor TEXT NOT NULL
);
CREATE INDEX articles_newest ON articles (coalesce(published_at, archived_at));
CREATE INDEX articles_portal ON articles (portal, archived_at);
CREATE INDEX articles_content ON articles (portal, content_sha256);
CREATE TABLE flags (
  article_id INTEGER PRIMARY KEY REFERENCES articles (id),
  reason TEXT NOT NULL,
  detail TEXT,
  capture_id INTEGER NOT NULL REFERENCES captures (id),
  content_sha256 TEXT,
  first_at TEXT NOT NULL,
  last_at TEXT NOT NULL
);
CREATE TABLE aliases (
  key TEXT PRIMARY KEY,
  url TEXT NOT NULL,
  article_id INTEGER NOT NULL REFERENCES articles (id),
  first_seen_at TEXT NOT NULL
);
CREATE INDEX aliases_article ON aliases (article_id);
CREATE TABLE revisions (
  article_id INTEGER NOT NULL REFERENCES articles (id),
  revision INTEGER NOT NULL,
  recorded_at TEXT NOT NULL,
  kind TEXT NOT NULL,
  cause TEXT NOT NULL,
  capture_id INTEGER NOT NULL REFERENCES captures (id),
  content_sha256 TEXT NOT NULL,
  extractor TEXT NOT NULL,
  fields TEXT,
  PRIMARY KEY (article_id, revision)
);
CREATE TABLE search_text (
  rowid INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  body TEXT NOT NULL
);
CREATE VIRTUAL TABLE search_index USING fts5 (
  title, body, content='search_text', content_rowid='rowid', tokenize='unicode61 remove_diacritics 0'
);
CREATE TABLE changes (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  article_id INTEGER NOT NULL REFERENCES articles (id),
  change TEXT NOT NULL,
  cause TEXT NOT NULL,
  at TEXT NOT NULL,
  content_sha256 TEXT NOT NULL,
  hash TEXT NOT NULL
);
CREATE INDEX changes_article ON changes (article_id, seq);
CREATE TABLE crawls (
  id INTEGER PRIMARY KEY,
  portal TEXT NOT NULL REFERENCES portals (id),
  started_at TEXT NOT NULL,
  finished_at TEXT,
  reason TEXT NOT NULL,
  announced INTEGER NOT NULL DEFAULT 0,
  due INTEGER NOT NULL DEFAULT 0,
  archived INTEGER NOT NULL DEFAULT 0,
  revised INTEGER NOT NULL DEFAULT 0,
  restored INTEGER NOT NULL DEFAULT 0,
  unchanged INTEGER NOT NULL DEFAULT 0,
  gone INTEGER NOT NULL DEFAULT 0,
  withdrawn INTEGER NOT NULL DEFAULT 0,
  rejected INTEGER NOT NULL DEFAULT 0,
  refused INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  pending INTEGER NOT NULL DEFAULT 0,
  source_answers INTEGER NOT NULL DEFAULT 0,
  source_failures INTEGER NOT NULL DEFAULT 0,
  requests INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX crawls_portal ON crawls (portal, id);
CREATE TABLE withdrawals (
  key TEXT PRIMARY KEY,
  article_id INTEGER,
  reason TEXT NOT NULL,
  at TEXT NOT NULL
);
"""
