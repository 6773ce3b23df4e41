from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from icma_crawler.attribution import attribute
from icma_crawler.models import ArchivedArticle, Article

AT = datetime(2025, 10, 20, 10, 2, 59, tzinfo=UTC)  # 14:02 in Baku


def archived(language: str | None = "az", at: datetime = AT, **values: object) -> ArchivedArticle:
    article = Article(url="https://sherg.az/a", title="Başlıq", title_shown="Başlıq", body="Mətn.", language=language)
    facts = {
        "id": 1,
        "urn": "urn:uuid:0",
        "portal": "sherg.az",
        "url": "https://sherg.az/a",
        "source_name": "Sherg.az",
        "source_url": "https://sherg.az",
        "archived_at": at,
        "revision": 1,
        "status": "live",
        "reuse": "excerpt",
        "content_sha256": "0" * 64,
        "article": article,
    }
    return ArchivedArticle(**(facts | values))


def test_azerbaijani_reads_as_icma_az_prints_it():
    attribution = attribute(archived("az"), "Icma.az")
    assert attribution.language == "az"
    assert attribution.statement == "Icma.az, Sherg.az portalına istinadən məlumatı açıqlayır."
    assert attribution.source == "Mənbə: https://sherg.az"
    assert attribution.archived == "Bu xəbər 20 Oktyabr 2025 14:02 mənbədən arxivləşdirilmişdir"


def test_russian_has_sentences_of_its_own():
    attribution = attribute(archived("ru"), "Icma.az")
    assert attribution.statement == "Icma.az сообщает со ссылкой на портал Sherg.az."
    assert attribution.source == "Источник: https://sherg.az"
    assert attribution.archived == "Эта новость архивирована из источника 20 октября 2025 14:02"


def test_english_has_sentences_of_its_own():
    attribution = attribute(archived("en"), "Icma.az")
    assert attribution.statement == "Icma.az reports, citing Sherg.az."
    assert attribution.source == "Source: https://sherg.az"
    assert attribution.archived == "This article was archived from the source on 20 October 2025 14:02"


@pytest.mark.parametrize("language", ["de", "fa", "xx", None])
def test_other_languages_are_attributed_in_english(language: str | None):
    assert attribute(archived(language), "Icma.az") == attribute(archived("en"), "Icma.az")


@pytest.mark.parametrize("tag", ["az", "AZ", "az-Latn", "az_AZ"])
def test_a_language_tag_is_understood(tag: str):
    assert attribute(archived(tag), "Icma.az").language == "az"


def test_a_language_asked_for_comes_first():
    assert attribute(archived("az"), "Icma.az", language="ru") == attribute(archived("ru"), "Icma.az")


def test_without_a_publisher_nobody_claims_the_article():
    attribution = attribute(archived(), None)
    assert attribution.statement is None
    assert attribution.source == "Mənbə: https://sherg.az"


@pytest.mark.parametrize(
    ("at", "stamp"),
    [
        (datetime(2025, 12, 31, 20, 0, tzinfo=UTC), "1 Yanvar 2026 00:00"),
        (datetime(2025, 12, 31, 19, 59, tzinfo=UTC), "31 Dekabr 2025 23:59"),
        (datetime(2026, 3, 5, 9, 7, tzinfo=timezone(timedelta(hours=5))), "5 Mart 2026 08:07"),
        (datetime(2015, 7, 1, 10, 0, tzinfo=UTC), "1 İyul 2015 15:00"),  # the last summer with summer time
    ],
)
def test_the_stamp_is_the_clock_in_baku(at: datetime, stamp: str):
    assert stamp in attribute(archived(at=at), None).archived


def test_a_withdrawn_article_keeps_its_attribution():
    attribution = attribute(archived(status="withdrawn", article=None), "Icma.az")
    assert attribution.source == "Source: https://sherg.az"


def test_braces_in_a_name_are_just_letters():
    attribution = attribute(archived(source_name="{publisher}"), "{source_name}")
    assert attribution.statement == "{source_name}, {publisher} portalına istinadən məlumatı açıqlayır."
