"""What belongs to the text and what stands among it: bodies in several blocks, links, sign-ups, talk after the end."""

import json

import pytest

from icma_crawler.extraction import extract
from icma_crawler.extraction.fields.body.divided_body import complete
from icma_crawler.extraction.fields.body.page_parts import without_apart
from icma_crawler.extraction.fields.body.readings import read_text
from icma_crawler.extraction.fields.body.related_links import without_links
from icma_crawler.extraction.fields.body.stated_text import up_to_stated_end
from icma_crawler.extraction.page import read_page

SENTENCES = [
    f"{place} sakinləri üçün yeni qərar rəsmi nəşrdə dərc olunub və müzakirələr {days} gün davam edib."
    for place, days in zip(("Bakı", "Gəncə", "Şəki", "Quba", "Lənkəran", "Naftalan"), range(3, 9), strict=True)
]
HALF, REST = SENTENCES[:3], SENTENCES[3:]
TEASER = "Naxçıvanda yeni məktəb binası istifadəyə verildi"


def paragraphs(lines):
    return "".join(f"<p>{line}</p>" for line in lines)


def page_of(story, portal, body):
    return read_page(story(body=body), portal)


def test_a_body_cut_by_an_advert_is_read_to_its_end(story, portal):
    blocks = "".join(
        f'<div class="article-body">{paragraphs(part)}</div><div class="ad-slot">Reklam</div>' for part in (HALF, REST)
    )
    assert extract(story(body=blocks), portal).body.split("\n\n") == SENTENCES


def test_what_stood_above_the_blocks_stays_above(story, portal):
    page = page_of(story, portal, f"<div class=b>{paragraphs(HALF)}</div><div class=b>{paragraphs(REST)}</div>")
    read = complete(page.tree, ["Bakı, 20 oktyabr", *HALF])
    assert [line for line in read if line] == ["Bakı, 20 oktyabr", *SENTENCES]


@pytest.mark.parametrize("name", ["comment-text", "b teasers"], ids=["comments", "teasers"])
def test_paragraphs_of_another_kind_are_not_added(story, portal, name):
    page = page_of(story, portal, f"<div class=b>{paragraphs(HALF)}</div><div class='{name}'>{paragraphs(REST)}</div>")
    assert complete(page.tree, HALF) == HALF


def test_one_line_left_out_of_many_was_left_out_for_a_reason(story, portal):
    many = SENTENCES * 2
    left_out = (
        "Bu yazı hüquqi məsləhət deyil və redaksiya ona görə heç bir məsuliyyət daşımır, suallar üçün bizə yazın."
    )
    body = f"<div class=b>{paragraphs([*many, left_out])}</div>"
    assert complete(page_of(story, portal, body).tree, many) == many


@pytest.mark.parametrize(
    "part",
    [
        '<div class="newsletter-signup"><p>{line}</p></div>',
        '<div class="author-bio">{line}</div>',
        "<figcaption>{line}</figcaption>",
        '<section class="post__related"><p>{line}</p></section>',
        '<div class="article-share"><p>{line}</p></div>',
    ],
)
def test_a_line_of_another_part_of_the_page_is_no_text(story, portal, part):
    line = "Ən son xəbərləri hər səhər poçtunuza göndəririk."
    page = page_of(story, portal, paragraphs(SENTENCES) + part.format(line=line))
    assert without_apart(page.tree, [*SENTENCES, line]) == SENTENCES


@pytest.mark.parametrize(
    "body",
    [
        f"<div class='related'><p>{SENTENCES[0]}</p></div>{paragraphs(SENTENCES)}",
        f"<div class='social'>{paragraphs(SENTENCES)}</div>",
        f"<h2 class='social'>{SENTENCES[0]}</h2>{paragraphs(SENTENCES[1:])}",
        f"<div class='relative shared-grid'><p>{SENTENCES[0]}</p></div>{paragraphs(SENTENCES[1:])}",
    ],
    ids=["also in the text", "the whole article", "a heading", "a name that only sounds so"],
)
def test_the_article_is_never_apart(story, portal, body):
    assert without_apart(page_of(story, portal, body).tree, SENTENCES) == SENTENCES


@pytest.mark.parametrize(
    ("link", "line"),
    [
        (f"<p><a href='/t'>{TEASER}</a></p>", TEASER),
        (f"<p>Oxu: <a href='/t'>{TEASER}</a></p>", f"Oxu: {TEASER}"),
        (f"<p>[<a href='https://cinar.example/t'>{TEASER}</a>]</p>", f"[{TEASER}]"),
        (f"<h3><a href='/t'>{TEASER}</a></h3>", TEASER),
        (f"<a href='/t'><h4>Məktəb</h4><p>{TEASER}, deyə nazir bildirib.</p></a>", f"{TEASER}, deyə nazir bildirib."),
    ],
    ids=["alone", "with a label", "in brackets", "a heading", "a card"],
)
def test_a_link_to_another_article_is_no_text(story, portal, link, line):
    page = page_of(story, portal, paragraphs(HALF) + link + paragraphs(REST))
    assert without_links(page, [*HALF, line, *REST]) == SENTENCES


@pytest.mark.parametrize(
    ("link", "line"),
    [
        (f"<p><a href='https://elsewhere.example/t'>{TEASER}</a></p>", TEASER),
        (f"<p><a href='#end'>{TEASER}</a></p>", TEASER),
        (f"<p><a href='/t'>{TEASER}.</a></p>", f"{TEASER}."),
        (
            f"<p><a href='/t'>{TEASER}</a> və dörd yüz şagird dərsə başladı</p>",
            f"{TEASER} və dörd yüz şagird dərsə başladı",
        ),
        ("<p><a href='/t'>Ətraflı burada</a></p>", "Ətraflı burada"),
        (
            "<p><a href='http://[bad'>Yeni məktəb binası istifadəyə verildi</a></p>",
            "Yeni məktəb binası istifadəyə verildi",
        ),
    ],
    ids=["a source elsewhere", "on this page", "a sentence", "half a line", "a few words", "a broken link"],
)
def test_a_link_that_says_something_is_text(story, portal, link, line):
    page = page_of(story, portal, paragraphs(HALF) + link + paragraphs(REST))
    assert without_links(page, [*HALF, line, *REST]) == [*HALF, line, *REST]


def test_the_headings_of_a_list_may_lead_to_what_they_are_about(story, portal):
    names = [f"{number}. Ən yaxşı yeni kitab" for number in ("Birinci", "İkinci", "Üçüncü")]
    lines = [line for pair in zip(names, HALF, strict=True) for line in pair]
    body = "".join(
        f"<h3><a href='/{n}'>{name}</a></h3><p>{line}</p>"
        for n, (name, line) in enumerate(zip(names, HALF, strict=True))
    )
    assert without_links(page_of(story, portal, body), lines) == lines


STATED = " ".join(SENTENCES)


def test_the_text_ends_where_the_page_states_that_it_ends():
    after = [
        "Abunəliyinizdən başqa bir cihazda istifadə olunur.",
        "Hesabınızı dəyişdirin və ya yeni istifadəçi əlavə edin.",
    ]
    assert up_to_stated_end(["Məqamlar", *SENTENCES, *after], STATED) == ["Məqamlar", *SENTENCES]


def test_the_page_is_read_up_to_its_stated_end(story, portal):
    data = json.dumps({"@type": "NewsArticle", "headline": "Komissiya yeni qərarı təsdiqlədi", "articleBody": STATED})
    after = "Abunəliyinizdən hazırda başqa bir cihazda istifadə olunur, davam etsəniz o biri cihazda oxumaq olmayacaq."
    page = story(head=f'<script type="application/ld+json">{data}</script>', body=paragraphs([*SENTENCES, after]))
    assert extract(page, portal).body.split("\n\n") == SENTENCES


@pytest.mark.parametrize(
    "stated",
    ["", STATED[:300], " ".join(HALF) * 2, "Tamam başqa bir mətn. " * 60],
    ids=["nothing", "a teaser", "half of it", "another text"],
)
def test_what_is_stated_otherwise_cuts_nothing(stated):
    assert up_to_stated_end(SENTENCES, stated) == SENTENCES


def test_a_short_first_paragraph_that_ends_in_a_mark_is_text(capture, portal):
    """It stands where details of the headline stand too, in a body that holds its own headline."""
    first = "Diqqətçəkən məqam odur ki, sorğuda iştirak edənlər bunu dəstəkləyib. (*)"
    page = (
        '<html><body><div class="container"><span>Siyasət</span><h1>Komissiya yeni qərarı təsdiqlədi</h1>'
        f"<p>{first}</p><p>Komissiya sənədi bu gün açıqlayıb və müzakirələr noyabr ayında davam edib.</p>"
        "<p>Deputat vəziyyəti belə şərh edib, nəzərə alaq ki, qanun layihəsi nazirlik tərəfindən hazırlanıb.</p>"
        "</div></body></html>"
    )
    assert extract(capture(page), portal).body.startswith(first)


def test_a_first_reading_of_next_to_nothing_is_done_again_less_strictly(story, portal):
    """Most of this text stands under a name that the engine takes for that of other articles' beginnings."""
    begun = [f"{number}. Komissiyanın iclasında yeni qərarın mətni oxunub." for number in range(5)]
    more = [f"{number}. Sonra müzakirələr bir neçə saat davam edib və səsvermə keçirilib." for number in range(60)]
    hidden = f'<div class="text-teaser">{"".join(f"<p>{line}</p>" for line in more)}</div>'
    page = read_page(story(body="".join(f"<p>{line}</p>" for line in begun) + hidden), portal)
    assert [line for line in read_text(page, []) if line in begun + more] == begun + more


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
