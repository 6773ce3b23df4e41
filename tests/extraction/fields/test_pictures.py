"""Which picture is the article's, and what stands below it: its caption and its credit, told apart; and of no other picture."""

import json

import pytest

from icma_crawler.extraction import extract

TEXT = "<p>Komissiya yeni qərarı təsdiqləyib və sənəd bu gün ictimaiyyətə açıqlanıb, müzakirələr davam edib.</p>" * 3
NAMED = '<meta property="og:image" content="https://cinar.example/img/zal-1200x630.jpg?v=2">'
PICTURE = "https://cinar.example/img/zal.jpg"
CAPTION = "Komissiyanın iclas zalı, oktyabr"


def figure(caption: str, src: str = "/img/zal.jpg") -> str:
    return f'<figure><img src="{src}" width="800"><figcaption>{caption}</figcaption></figure>'


@pytest.mark.parametrize(
    ("caption", "said", "by"),
    [
        (CAPTION, CAPTION, None),
        (f"{CAPTION}. Foto: AZƏRTAC", f"{CAPTION}.", "AZƏRTAC"),
        (f"{CAPTION} (Photo by Rena Shah)", CAPTION, "Rena Shah"),
        (f"{CAPTION} | Фото: Пресс-служба", CAPTION, "Пресс-служба"),
        (f"{CAPTION} © Trend", CAPTION, "Trend"),
        (f'{CAPTION} <span class="photo-credit">Fotoğraf: Ayşe Kaya</span>', CAPTION, "Ayşe Kaya"),
        (f"{CAPTION} <cite>Reuters</cite>", CAPTION, "Reuters"),
        ("Foto: Sosial şəbəkə", None, "Sosial şəbəkə"),
        ("Telefoto: yeni kamera göstərilib", "Telefoto: yeni kamera göstərilib", None),
        ("", None, None),
    ],
)
def test_caption_and_credit_of_the_figure(story, portal, caption, said, by):
    article = extract(story(head=NAMED, body=figure(caption) + TEXT), portal)
    assert (article.image_caption, article.image_credit) == (said, by)


def test_another_pictures_caption_is_not_taken(story, portal):
    article = extract(story(head=NAMED, body=figure(f"{CAPTION}. Foto: Trend", "/img/park.jpg") + TEXT), portal)
    assert article.image_url
    assert (article.image_caption, article.image_credit) == (None, None)


def test_the_pages_data_say_what_the_figure_does_not(story, portal):
    image = {
        "@type": "ImageObject",
        "url": "https://cinar.example/img/zal.jpg",
        "caption": CAPTION,
        "creditText": "Rəna Əliyeva",
    }
    data = {"@type": "NewsArticle", "headline": "x", "datePublished": "2025-10-20", "image": [image]}
    head = f'{NAMED}<script type="application/ld+json">{json.dumps(data)}</script>'
    article = extract(story(head=head, body=TEXT), portal)
    assert (article.image_caption, article.image_credit) == (CAPTION, "Rəna Əliyeva")
    shown = extract(story(head=head, body=figure("Zal") + TEXT), portal)
    assert (shown.image_caption, shown.image_credit) == ("Zal", "Rəna Əliyeva")


def test_a_picture_whose_link_is_no_address_is_another(story, portal):
    article = extract(story(head=NAMED, body=figure(CAPTION, "http://[zal.jpg") + TEXT), portal)
    assert article.image_caption is None


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
