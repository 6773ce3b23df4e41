"""Which date is the date of publication."""

from dataclasses import replace
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
    page = story(head=json_ld(datePublished="2025-10-19"), meta="<span>20 Oktyabr 2025 14:02</span>")
    article = extract(page, portal)
    assert (article.published_at, article.published_precision) == (datetime(2025, 10, 18, 20, 0, tzinfo=UTC), "day")


DATA = "2025-10-20T14:02:00+04:00"


@pytest.mark.parametrize(
    "options",
    [
        {"head": json_ld(datePublished=DATA), "meta": "<span>12 Avqust 2025</span>"},
        {"head": json_ld(datePublished=DATA), "meta": "<span>Aysel Quliyeva, 12 Avqust 2025 10:30</span>"},
        {"head": json_ld(datePublished=DATA), "url": "https://cinar.example/2025/08/12/komissiya-qerari"},
        {
            "head": json_ld(datePublished=DATA)
            + '<meta property="article:published_time" content="2025-08-12T09:00:00+04:00">'
        },
        {"head": f'<meta name="date" content="{DATA}">'},
        {"head": f'<meta name="dcterms.date" content="{DATA}">'},
        {"meta": "<span>Yenilənib: 20 Oktyabr 2025 14:02</span>"},
        {"meta": "<span>Son yenilənmə</span> <span>20 Oktyabr 2025 14:02</span>"},
    ],
)
def test_a_day_in_doubt_is_no_day(story, portal, options):
    """The page shows its readers another day than it states for machines, or no more than that of a change."""
    assert extract(story(**options), portal).published_at is None


MONTH = "https://cinar.example/2025/10/komissiya-qerari"


@pytest.mark.parametrize(
    "options",
    [
        {"head": json_ld(datePublished=DATA), "meta": "<span>12 Avqust 2025</span>"},
        {
            "head": json_ld(datePublished=DATA)
            + '<meta property="article:published_time" content="2025-08-12T09:00:00+04:00">'
        },
    ],
)
def test_the_month_in_the_address_settles_a_doubt(story, portal, options):
    assert extract(story(url=MONTH, **options), portal).published_at == RIGHT


@pytest.mark.parametrize("shown", ["12 Oktyabr 2025", "12 Oktyabr 2025</span> <span>12 Avqust 2025"])
def test_the_month_in_the_address_settles_nothing_between_two_of_its_days(story, portal, shown):
    page = story(head=json_ld(datePublished=DATA), meta=f"<span>{shown}</span>", url=MONTH)
    assert extract(page, portal).published_at is None


def test_another_month_in_the_address_settles_nothing(story, portal):
    page = story(head=json_ld(datePublished=DATA), meta="<span>12 Avqust 2025</span>", url=MONTH.replace("10", "08"))
    assert extract(page, portal).published_at is None


@pytest.mark.parametrize(
    "options",
    [
        {"head": json_ld(datePublished=DATA), "meta": "<span>21 Oktyabr 2025</span>"},
        {"head": json_ld(datePublished=DATA), "meta": "<span>Yenilənib: 23 Oktyabr 2025 09:00</span>"},
        {"head": json_ld(datePublished=DATA), "meta": "<span>Updated on 23 October 2025</span>"},
        {"head": json_ld(datePublished=DATA), "meta": "<span>Dərc olunub: 20.10.2025 | Yenilənib: 23.10.2025</span>"},
        {
            "head": json_ld(datePublished=DATA),
            "meta": "<p>Sərgi 28 Noyabr 2025-ci il tarixində paytaxtın mərkəzindəki qalereyada açılacaq və bir ay davam edəcək.</p>",
        },
        {"head": json_ld(datePublished=DATA), "meta": "<span>3 gün əvvəl</span>"},
        {"head": json_ld(datePublished=DATA), "meta": "<p>Hadisə 12 avqust 2025-ci ildə baş verib</p>"},
        {"head": json_ld(datePublished=DATA), "meta": "<p>12 avqust 2025-ci ildə yanğın olub.</p>"},
        {"head": f'<meta name="date" content="{DATA}">', "meta": "<span>20 Oktyabr 2025</span>"},
        {"meta": "<span>20 Oktyabr 2025 14:02</span> <span>Yenilənib: 23 Oktyabr 2025 09:00</span>"},
    ],
)
def test_what_readers_are_shown_besides_casts_no_doubt(story, portal, options):
    assert extract(story(**options), portal).published_at == RIGHT


def test_the_day_of_today_on_an_old_page_casts_no_doubt(story, portal):
    head = json_ld(datePublished="2025-08-12T14:02:00+04:00")
    article = extract(story(head=head, meta="<span>21 Oktyabr 2025, Çərşənbə axşamı</span>"), portal)
    assert article.published_at == datetime(2025, 8, 12, 10, 2, tzinfo=UTC)


def test_the_announced_day_settles_a_doubt(story, portal):
    hint = Candidate(url="https://cinar.example/x", source_url="https://cinar.example/rss", published_at=RIGHT)
    page = story(head=json_ld(datePublished=DATA), meta="<span>12 Avqust 2025</span>")
    assert extract(page, portal, hint).published_at == RIGHT


def test_a_day_in_slashes_of_an_english_page_is_not_guessed(story, portal):
    english = replace(portal, language="en")
    page = story(meta="<span>05/06/2025</span>")
    assert extract(page, portal).published_at == datetime(2025, 6, 4, 20, 0, tzinfo=UTC)
    assert extract(page, english).published_at is None


def test_the_reason_of_a_doubt_is_kept(story, portal):
    _, evidence = extract_explained(story(head=json_ld(datePublished=DATA), meta="<b>12 Avqust 2025</b>"), portal)
    found = evidence["published_at"]
    assert found[0].text == DATA
    assert found[-1].source == "in doubt: readers are shown another day"


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


OLDER = "<p>16 Noyabr 2016</p>"


@pytest.mark.parametrize(
    "options",
    [
        {"url": "https://cinar.example/siyaset/2025/10/20/komissiya-yeni-qerari-tesdiqledi.html"},
        {"hints": Candidate(url="x", source_url="y", published_at=RIGHT)},
    ],
)
@pytest.mark.parametrize("own", ["", "<p>20 Oktyabr 2025 13:42</p>"])
def test_the_date_of_an_old_article_beside_a_fresh_one_casts_no_doubt(story, portal, options, own):
    head = json_ld(datePublished="2025-10-20T14:02:00+04:00")
    page = {key: value for key, value in options.items() if key != "hints"}
    article = extract(story(head=head, meta=OLDER + own, **page), portal, options.get("hints"))
    assert article.published_at == RIGHT


def test_the_date_of_an_old_article_casts_doubt_where_nothing_confirms(story, portal):
    head = json_ld(datePublished="2025-10-20T14:02:00+04:00")
    assert extract(story(head=head, meta=OLDER), portal).published_at is None


@pytest.mark.parametrize(
    "top",
    [
        '<div class="meta">20.10.2025 14:02</div>',
        "<span>20 Oktyabr 2025 14:02</span><br>",
        '<div class="info"><span>Siyasət</span> <span>20.10.2025 / 14:02</span> <span>Baxış sayı: 76</span></div>',
    ],
)
def test_the_date_with_which_the_body_begins(story, portal, top):
    """The headline stands above <article>, the date inside it, above the text."""
    text = (
        "<p>Komissiya yeni qərarı təsdiqləyib və sənəd bu gün ictimaiyyətə açıqlanıb, müzakirələr üç ay davam edib.</p>"
        * 3
    )
    article = extract(story(body=f"<article>{top}{text}</article>"), portal)
    assert article.published_at == RIGHT


def test_a_day_told_of_where_the_body_begins(story, portal):
    text = (
        "<p>Komissiya yeni qərarı təsdiqləyib və sənəd bu gün ictimaiyyətə açıqlanıb, müzakirələr üç ay davam edib.</p>"
        * 3
    )
    told = "<div>4 x 100 m estafet, qadınlar, Bakı 19.05.2007</div>"
    assert extract(story(body=f"<article>{told}{text}</article>"), portal).published_at is None
