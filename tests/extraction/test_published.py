"""Which date is the date of publication."""

from datetime import UTC, datetime

import pytest

from icma_crawler.extraction import extract, extract_explained
from icma_crawler.models import Candidate

RIGHT = datetime(2025, 10, 20, 10, 2, tzinfo=UTC)
SIDEBAR = '<aside><ul><li><a href="/a">Başqa xəbər</a> <time datetime="2025-10-21T11:00:00+04:00">21.10.2025 11:00</time></li></ul></aside>'
COMMENTS = '<div class="comments"><p>Yaxşı xəbər</p><span class="date">21 Oktyabr 2025 09:15</span></div>'
CARDS = '<div class="news-list"><div class="card"><h3><a href="/b">Digər</a></h3><span class="date">19 Oktyabr 2025 10:00</span></div></div>'


def json_ld(**fields):
    stated = ",".join(f'"{key}":"{value}"' for key, value in fields.items())
    return f'<script type="application/ld+json">{{"@type":"NewsArticle",{stated}}}</script>'


@pytest.mark.parametrize(
    "options",
    [
        {"head": json_ld(datePublished="2025-10-20T14:02:00+04:00")},
        {"head": json_ld(datePublished="2025-10-20T10:02:00Z", dateModified="2025-10-20T12:00:00Z")},
        {"head": json_ld(datePublished="2025-10-20 14:02:00")},
        {"head": '<meta property="article:published_time" content="2025-10-20T14:02:00+04:00">'},
        {"head": '<meta itemprop="datePublished" content="2025-10-20 14:02">'},
        {"meta": '<time datetime="2025-10-20T14:02">20 oktyabr</time>'},
        {"meta": '<span class="tarix">20 Oktyabr 2025 14:02</span>'},
        {"meta": "<span>Dünən, 14:02</span>"},
        {"meta": "<ul><li>20 oktyabr, 2025</li><li>14:02</li></ul>"},
        {"meta": "<span>20.10.2025 / 14:02</span> <span>Baxış sayı: 76</span>"},
        {"url": "https://cinar.example/az/news/20251020140200123-komissiya-qerari"},
        {"url": "https://cinar.example/siyaset/komissiya-qerari-1760954520"},
    ],
)
@pytest.mark.parametrize("rest", ["", SIDEBAR + COMMENTS + CARDS])
def test_date_of_publication(story, portal, options, rest):
    article = extract(story(rest=rest, **options), portal)
    assert (article.published_at, article.published_precision) == (RIGHT, "minute")


@pytest.mark.parametrize("rest", [SIDEBAR, COMMENTS, CARDS, SIDEBAR + COMMENTS + CARDS])
def test_dates_of_sidebar_comments_and_cards_never_count(story, portal, rest):
    assert extract(story(rest=rest), portal).published_at is None


@pytest.mark.parametrize(
    "stated",
    ["2025-10-20", "2025-10-20T00:00:00+04:00", "2025-10-20T00:00:00Z"],
)
def test_visible_minute_refines_a_stated_day(story, portal, stated):
    page = story(head=json_ld(datePublished=stated), meta="<span>20 Oktyabr 2025 14:02</span>")
    assert extract(page, portal).published_at == RIGHT


def test_visible_time_of_another_day_refines_nothing(story, portal):
    page = story(head=json_ld(datePublished="2025-10-18"), meta="<span>20 Oktyabr 2025 14:02</span>")
    article = extract(page, portal)
    assert (article.published_at, article.published_precision) == (datetime(2025, 10, 17, 20, 0, tzinfo=UTC), "day")


def test_modified_is_never_published(story, portal):
    article = extract(story(head=json_ld(dateModified="2025-10-20T14:02:00+04:00")), portal)
    assert (article.published_at, article.modified_at) == (None, RIGHT)


def test_url_gives_the_day_only(story, portal):
    article = extract(story(url="https://cinar.example/2025/10/20/komissiya-qerari"), portal)
    assert (article.published_at, article.published_precision) == (datetime(2025, 10, 19, 20, 0, tzinfo=UTC), "day")


def test_announced_date_helps_where_the_page_has_none(story, portal):
    hint = Candidate(url="https://cinar.example/x", source_url="https://cinar.example/rss", published_at=RIGHT)
    assert extract(story(), portal, hint).published_at == RIGHT


@pytest.mark.parametrize("stated", ["2031-01-01T10:00:00Z", "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "nie"])
def test_implausible_dates_are_dropped(story, portal, stated):
    page = story(head=json_ld(datePublished=stated), meta="<span>20 Oktyabr 2025 14:02</span>")
    assert extract(page, portal).published_at == RIGHT


def test_the_evidence_is_kept(story, portal):
    page = story(head=json_ld(datePublished="2025-10-20"), meta="<span>20 Oktyabr 2025 14:02</span>")
    _, evidence = extract_explained(page, portal)
    assert evidence["published_at"][0].source == "json-ld datePublished (day)"
    assert {"title", "section", "url", "language"} <= evidence.keys()
