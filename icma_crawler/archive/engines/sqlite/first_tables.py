"""The tables of the first release, from which every archive grows by migrations. Never edited."""

from __future__ import annotations

FIRST_TABLES = """
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
