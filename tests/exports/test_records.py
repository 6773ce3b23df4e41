from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from icma_crawler.exports import record_of
from icma_crawler.models import ArchivedArticle, Article, Change

AT = datetime(2025, 10, 20, 10, 2, tzinfo=UTC)
KEYS = [
    "seq",
    "change",
    "cause",
    "id",
    "url",
    "portal",
    "source",
    "archived_at",
    "revision",
    "reuse",
    "attribution",
    "title",
    "title_shown",
    "kicker",
    "lead",
    "text",
    "authors",
    "section",
    "tags",
    "image_url",
    "language",
    "published_at",
    "published_precision",
    "modified_at",
    "origin",
    "access",
    "content_sha256",
    "record_sha256",
]
WITHDRAWN_KEYS = [*KEYS[:11], "record_sha256"]


@pytest.fixture
def archived(make_article: Callable[..., Article]) -> ArchivedArticle:
    article = make_article(
        title="Lombard fəaliyyəti",
        title_shown="Lombard fəaliyyəti - ÖZƏL",
        kicker="ÖZƏL",
        lead="Qaydalar dəyişir.",
        body="Birinci cümlə budur. İkinci cümlə budur.\n\nÜçüncü cümlə budur. Dördüncü cümlə budur.",
        authors=("Aynur Quliyeva",),
        section="İqtisadiyyat",
        tags=("lombard",),
        image_url="https://sherg.az/a.jpg",
        published_at=AT,
        published_precision="minute",
        origin_name="Report.az",
    )
    return ArchivedArticle(
        id=1,
        urn="urn:uuid:1",
        portal="sherg.az",
        url="https://sherg.az/park",
        source_name="Sherg.az",
        source_url="https://sherg.az",
        archived_at=AT,
        revision=1,
        status="live",
        reuse="full",
        content_sha256="0" * 64,
        article=article,
    )


def change(seq: int = 7, kind: str = "new") -> Change:
    return Change(seq=seq, article_id=1, change=kind, cause="source", at=AT, hash="0" * 64)


def test_a_record_has_the_promised_keys(archived: ArchivedArticle):
    record = record_of(archived, publisher="Icma.az", change=change())
    assert sorted(record) == sorted(KEYS)
    assert sorted(record["source"]) == ["name", "url"]
    assert sorted(record["attribution"]) == ["archived", "source", "statement"]
    assert json.loads(json.dumps(record)) == record


def test_a_record_tells_the_article_s_facts(archived: ArchivedArticle):
    record = record_of(archived, publisher="Icma.az", change=change())
    assert (record["seq"], record["change"], record["cause"]) == (7, "new", "source")
    assert (record["id"], record["url"], record["portal"]) == ("urn:uuid:1", "https://sherg.az/park", "sherg.az")
    assert record["source"] == {"name": "Sherg.az", "url": "https://sherg.az"}
    assert record["attribution"] == {
        "statement": "Icma.az, Sherg.az portalına istinadən məlumatı açıqlayır.",
        "source": "Mənbə: https://sherg.az",
        "archived": "Bu xəbər 20 Oktyabr 2025 14:02 mənbədən arxivləşdirilmişdir",
    }
    assert (record["title"], record["title_shown"]) == ("Lombard fəaliyyəti", "Lombard fəaliyyəti - ÖZƏL")
    assert (record["published_at"], record["modified_at"]) == ("2025-10-20T10:02:00+00:00", None)
    assert record["origin"] == {"name": "Report.az", "url": None}
    assert record["text"] == archived.article.body


def test_who_is_not_named_is_not_there(archived: ArchivedArticle):
    anonymous = replace(archived, article=replace(archived.article, origin_name=None, origin_url=None))
    assert record_of(anonymous, publisher=None)["origin"] is None
    assert record_of(anonymous, publisher=None)["attribution"]["statement"] is None


def test_of_a_withdrawn_article_only_the_fact_is_told(archived: ArchivedArticle):
    gone = replace(archived, status="withdrawn", article=None)
    record = record_of(gone, publisher="Icma.az", change=change(kind="withdrawn"))
    assert sorted(record) == sorted(WITHDRAWN_KEYS)


def test_the_digest_is_the_record_s_and_not_the_sender_s(archived: ArchivedArticle):
    digest = record_of(archived, publisher="Icma.az", change=change())["record_sha256"]
    assert record_of(archived, publisher="Başqa.az", change=change(seq=900, kind="revised"))["record_sha256"] == digest
    assert record_of(archived, publisher=None)["record_sha256"] == digest
    assert record_of(archived, publisher="Icma.az", language="ru")["record_sha256"] == digest
    assert record_of(replace(archived, id=99), publisher=None)["record_sha256"] == digest


@pytest.mark.parametrize(
    "value",
    [{"revision": 2}, {"url": "https://sherg.az/b"}, {"archived_at": AT + timedelta(seconds=1)}, {"reuse": "link"}],
)
def test_the_digest_tells_another_record(archived: ArchivedArticle, value: dict[str, object]):
    other = record_of(replace(archived, **value), publisher=None)
    assert other["record_sha256"] != record_of(archived, publisher=None)["record_sha256"]


def test_the_digest_tells_another_image(archived: ArchivedArticle):
    other = replace(archived, article=replace(archived.article, image_url=None))
    assert record_of(other, publisher=None)["record_sha256"] != record_of(archived, publisher=None)["record_sha256"]


def test_an_excerpt_is_whole_sentences_up_to_a_third(archived: ArchivedArticle):
    # 14 words with the lead, so four may go: the lead's two, and no sentence of three beside them.
    record = record_of(replace(archived, reuse="excerpt"), publisher="Icma.az")
    assert (record["lead"], record["text"]) == ("Qaydalar dəyişir.", "")
    without = replace(archived.article, lead=None)
    record = record_of(replace(archived, reuse="excerpt", article=without), publisher="Icma.az")
    assert (record["lead"], record["text"]) == (None, "Birinci cümlə budur.")
    assert record["reuse"] == "excerpt"


def test_a_link_is_a_title_without_text(archived: ArchivedArticle):
    record = record_of(replace(archived, reuse="link"), publisher="Icma.az")
    assert (record["lead"], record["text"]) == (None, "")
    assert (record["title"], record["url"]) == ("Lombard fəaliyyəti", "https://sherg.az/park")


def test_the_content_digest_is_of_the_whole_whatever_is_handed_on(archived: ArchivedArticle):
    digests = {
        record_of(replace(archived, reuse=reuse), publisher=None)["content_sha256"]
        for reuse in ("full", "excerpt", "link")
    }
    assert len(digests) == 1


def test_the_operator_sees_the_whole(archived: ArchivedArticle):
    record = record_of(replace(archived, reuse="link"), publisher=None, reuse="full")
    assert record["text"] == archived.article.body
    assert record["reuse"] == "link"
