"""The other fields: url, body, lead, language, section, access, citations, rules."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from icma_crawler.extraction import extract
from icma_crawler.models import Rule

FETCHED = "https://cinar.example/siyaset/komissiya-yeni-qerari-tesdiqledi"


@pytest.mark.parametrize(
    ("canonical", "url"),
    [
        ("/siyaset/basqa-unvan", "https://cinar.example/siyaset/basqa-unvan"),
        ("https://www.cinar.example/siyaset/x?utm_source=a", "https://www.cinar.example/siyaset/x"),
        ("https://cinar.example/", FETCHED),
        ("https://cinar.example/siyaset/", FETCHED),
        ("https://elsewhere.example/siyaset/x", FETCHED),
        ("http://[broken", FETCHED),
        ("javascript:alert(1)", FETCHED),
    ],
)
def test_url_is_the_canonical_link_on_the_portal_itself(story, portal, canonical, url):
    assert extract(story(head=f'<link rel="canonical" href="{canonical}">'), portal).url == url


def test_br_body_keeps_its_short_first_and_last_lines(story, portal):
    lines = [
        "Yanğın söndürüldü.",
        *["Xilasedicilər gecə boyu işləyib və binanın bütün mərtəbələrini yoxlayıblar, xəsarət alan yoxdur."] * 4,
        "İstintaq gedir.",
    ]
    body = "<span class='article_body'>" + "<br><br>".join(lines) + "</span>"
    assert extract(story(body=body), portal).body.split("\n\n") == lines


@pytest.mark.parametrize(
    "furniture",
    [
        "<p>Həmçinin oxuyun: Başqa bir xəbər barədə uzun başlıq</p>",
        "<p>Daxil olun, şərh yazmaq üçün...</p>",
        "<p>seeBaxış sayı:76</p>",
        "<p>Baxış sayı: 76</p>",
        "<p>Читайте также: Другая новость</p>",
        "<p>Read more: Another story</p>",
        "<figure><img src='a.jpg'><figcaption>Şəkilaltı yazı</figcaption></figure>",
    ],
)
def test_furniture_is_no_text(story, portal, furniture):
    text = (
        "<p>Komissiya yeni qərarı təsdiqləyib və sənəd bu gün ictimaiyyətə açıqlanıb, müzakirələr isə davam edib.</p>"
    )
    plain = extract(story(body=text * 4), portal).body
    assert extract(story(body=text * 2 + furniture + text * 2), portal).body == plain


def test_lead_stands_apart_from_the_body(story, portal):
    lead = "Qərar üç aylıq müzakirədən sonra bu gün səhər yekdilliklə qəbul edilib."
    article = extract(story(meta=f'<p class="lead">{lead}</p>'), portal)
    assert article.lead == lead
    assert lead not in article.body


LEAD = "Qərar üç aylıq müzakirədən sonra bu gün səhər komissiya üzvlərinin hamısı tərəfindən qəbul edilib."


@pytest.mark.parametrize(
    ("described", "shown"),
    [
        (LEAD, LEAD),
        ("Qərar üç aylıq müzakirədən sonra bu gün səhər komissiya üzvlərinin ham…", LEAD),
        (LEAD, f"Bakı. {LEAD}"),
    ],
)
def test_a_paragraph_that_says_what_the_description_says_is_the_lead(story, portal, described, shown):
    head = f'<meta name="description" content="{described}">'
    article = extract(story(head=head, meta=f'<p class="css-1x">{shown}</p>'), portal)
    assert article.lead == shown
    assert shown not in article.body


@pytest.mark.parametrize(
    "shown",
    [
        "Komissiya yeni qərarı təsdiqlədi",  # the headline
        "Komissiya binası, bu gün səhər: iclas zalı, üzvlər və qonaqlar burada toplaşıb. © Çinar",
    ],
)
def test_neither_headline_nor_caption_is_the_lead(story, portal, shown):
    head = f'<meta name="description" content="{shown}">'
    assert extract(story(head=head, meta=f'<p class="css-1x">{shown}</p>'), portal).lead is None


def test_the_lead_is_found_where_the_page_calls_its_own_head_a_teaser(capture, portal):
    text = f"<p>{'Komissiya yeni qərarı təsdiqləyib və sənəd bu gün ictimaiyyətə açıqlanıb. ' * 3}</p>" * 3
    page = (
        f'<html><head><meta name="description" content="{LEAD}"></head><body><main><div class="ArticleTeaser__head">'
        "<h1>Komissiya yeni qərarı təsdiqlədi</h1>"
        f'<p class="ArticleTeaser__text">{LEAD}</p></div><div class="x">{text}</div></main></body></html>'
    )
    assert extract(capture(page), portal).lead == LEAD


AZERBAIJANI = "Komissiya yeni qərarı təsdiqləyib və sənəd bu gün ictimaiyyətə açıqlanıb. " * 5
CYRILLIC = "Азәрбајҹан Республикасынын јени гәрары бу ҝүн тәсдиг олунуб вә мәтбуата ачыгланыб. " * 5
RUSSIAN = "Комиссия сегодня утвердила новое решение и представила документ общественности после обсуждения. " * 5
TURKISH = "Komisyon bugün yeni kararı onayladı ve belge kamuoyuna açıklandı, görüşmeler ise üç ay sürdü. " * 5
ENGLISH = "The commission approved the new decision today and the document was made public after three months. " * 5


@pytest.mark.parametrize(
    ("text", "language"),
    [(AZERBAIJANI, "az"), (CYRILLIC, "az-Cyrl"), (RUSSIAN, "ru"), (TURKISH, "tr"), (ENGLISH, "en")],
)
def test_language_by_the_text_whatever_the_page_declares(story, portal, text, language):
    title = text.split(".")[0]
    assert extract(story(title=title, body=f"<p>{text}</p>" * 2), portal).language == language


@pytest.mark.parametrize(
    ("options", "section"),
    [
        ({"head": '<meta property="article:section" content="Siyasət">'}, "Siyasət"),
        ({"meta": '<a href="/siyaset">Siyasi xəbərlər</a>'}, "Siyasi xəbərlər"),
        ({"meta": '<a href="/kateqoriya/hadise">Hadisə</a>'}, "Hadisə"),
        ({"meta": '<a class="category" href="/h">Hadisə</a>'}, "Hadisə"),
        ({"meta": '<a rel="author" href="/siyaset/">Elçin Məmmədov</a>'}, "siyaset"),
        ({}, "siyaset"),
    ],
)
def test_section(story, portal, options, section):
    assert extract(story(**options), portal).section == section


@pytest.mark.parametrize(
    ("options", "access"),
    [
        ({}, "full"),
        ({"is_partial": True}, "partial"),
        (
            {
                "head": '<script type="application/ld+json">{"@type":"NewsArticle","headline":"x","isAccessibleForFree":"False"}</script>'
            },
            "teaser",
        ),
        ({"rest": "<div>Davamını oxumaq üçün abunə olun</div>"}, "teaser"),
    ],
)
def test_access(story, portal, options, access):
    assert extract(story(**options), portal).access == access


def test_the_rule_in_force_wins_over_everything(story, portal):
    rules = (
        Rule(title=".old"),
        Rule(
            valid_from=date(2025, 1, 1),
            title=".real",
            body=".text",
            date=".when",
            author=".who",
            section=".what",
            remove=".ad",
        ),
        Rule(valid_from=date(2025, 12, 1), title=".new"),
    )
    meta = (
        '<b class="old">Köhnə</b><b class="new">Yeni</b><b class="real">Əsl başlıq budur</b><i class="when">19.10.2025 08:30</i>'
        '<i class="who">Elçin Məmmədov</i><i class="what">Hadisə</i><div class="text"><p>Birinci cümlə burada dayanır.</p>'
        '<p class="ad">Reklam mətni</p><p>İkinci cümlə də burada dayanır.</p></div>'
    )
    article = extract(story(meta=meta), replace(portal, rules=rules))
    assert article.title == "Əsl başlıq budur"
    assert article.body == "Birinci cümlə burada dayanır.\n\nİkinci cümlə də burada dayanır."
    assert (article.authors, article.section) == (("Elçin Məmmədov",), "Hadisə")
    assert article.published_at == datetime(2025, 10, 19, 4, 30, tzinfo=UTC)


def test_broken_selectors_are_no_error(story, portal):
    article = extract(story(), replace(portal, rules=(Rule(title="p[[", body=":nope()"),)))
    assert article.title == "Komissiya yeni qərarı təsdiqlədi"


def test_extraction_is_pure(story, portal):
    page = story(meta="<span>Dünən / 22:30</span>")
    assert extract(page, portal) == extract(page, portal)


PICTURE = "https://cinar.example/img/zal.jpg"


@pytest.mark.parametrize(
    ("body", "image"),
    [
        ('<figure><img src="/img/zal.jpg" width="800"></figure>{text}', PICTURE),
        ('<img src="data:image/gif;base64,R0lGOD" data-src="/img/zal.jpg">{text}', PICTURE),
        ('<img src="/img/logo.png"><img width="40" src="/img/rauf.jpg"><p><img src="/img/zal.jpg"></p>{text}', PICTURE),
        ('<div class="author"><img src="/img/rauf.jpg"></div>{text}<img src="/img/zal.jpg">', PICTURE),
        ('<img src=""><img src="#"><img data-src="a.jpg 600w, b.jpg 300w">{text}', None),
        ("{text}", None),
    ],
)
def test_the_lead_image_of_a_page_that_names_none(story, portal, body, image):
    text = (
        "<p>Komissiya yeni qərarı təsdiqləyib və sənəd bu gün ictimaiyyətə açıqlanıb, müzakirələr üç ay davam edib.</p>"
    )
    page = story(body=body.format(text=text * 3), rest='<aside><img src="/img/basqa.jpg"></aside>')
    assert extract(page, portal).image_url == image


def test_the_named_image_is_preferred(story, portal):
    head = '<meta property="og:image" content="/img/zal.jpg">'
    assert extract(story(head=head, meta='<img src="/img/basqa.jpg">'), portal).image_url == PICTURE
