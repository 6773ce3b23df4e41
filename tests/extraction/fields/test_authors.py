"""Who wrote it: people, not addresses, agencies' roles or the site itself."""

import json

import pytest

from icma_crawler.extraction import extract
from icma_crawler.extraction.fields.authors import split_names

DATED = "<span>20 oktyabr 2025 14:02</span>"


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Nora Field and Samuel Okafor", ["Nora Field", "Samuel Okafor"]),
        ("Müəllif: Elçin Məmmədov", ["Elçin Məmmədov"]),
        ("Aysel Quliyeva, Rəşad Hüseynli və Tural İsmayılov", ["Aysel Quliyeva", "Rəşad Hüseynli", "Tural İsmayılov"]),
        ("Автор: Ирина Белова и Олег Серов", ["Ирина Белова", "Олег Серов"]),
        ("Von Anna Meyer und Jan Roth", ["Anna Meyer", "Jan Roth"]),
        ("Nora Field, Senior Editor", ["Nora Field"]),
        ("Nora Field (nf) | nora@harbour.example", ["Nora Field"]),
        ("Andrea Sand", ["Andrea Sand"]),
    ],
)
def test_byline_is_split_into_names(byline, names):
    assert list(split_names(byline)) == names


def test_people_of_json_ld_come_first(story, portal):
    data = {
        "@graph": [
            {
                "@type": "NewsArticle",
                "headline": "x",
                "author": [{"@id": "#p"}, {"@type": "Person", "name": "Jan Roth"}],
            },
            {"@type": "Person", "@id": "#p", "name": "Anna Meyer"},
        ]
    }
    page = story(
        head=f'<script type="application/ld+json">{json.dumps(data)}</script><meta name="author" content="admin">'
    )
    assert extract(page, portal).authors == ("Anna Meyer", "Jan Roth")


@pytest.mark.parametrize("name", ["admin", "Redaksiya", "info@cinar.example", "https://facebook.com/cinar", "12345"])
def test_nobody_is_no_author(story, portal, name):
    assert extract(story(head=f'<meta name="author" content="{name}">'), portal).authors == ()


def test_the_site_gives_way_to_a_person_in_the_byline(story, portal):
    head = '<meta name="author" content="Çinar.example">'
    assert extract(story(head=head), portal).authors == ("Çinar.example",)
    byline = '<span class="yazar">Müəllif: Elçin Məmmədov</span>'
    assert extract(story(head=head, meta=byline), portal).authors == ("Elçin Məmmədov",)


def test_names_of_commentators_are_no_authors(story, portal):
    rest = '<div class="comments"><span class="author">Tural İsmayılov</span></div>'
    assert extract(story(rest=rest), portal).authors == ()


def authors(page, portal) -> tuple[str, ...]:
    return extract(page, portal).authors


@pytest.mark.parametrize(
    "meta",
    [
        "<p>Müəllif: Aysel Quliyeva</p>",
        "<div>By Aysel Quliyeva</div>",
        '<div class="byline"><a>Aysel Quliyeva</a> <a>View author archive</a> <span>3 min read</span></div>',
        '<div itemprop="author"><a itemprop="url name">Aysel Quliyeva</a></div>',
    ],
)
def test_a_byline_names_its_author_and_nothing_else(story, portal, meta):
    assert authors(story(meta=f"{DATED}{meta}"), portal) == ("Aysel Quliyeva",)


def test_a_name_alone_in_bold_above_the_text_is_the_author(story, portal):
    paragraphs = [
        f"Komissiya {word} qərarını dünən təsdiqləyib və rəsmi nəşrdə dərc edib." for word in ("ilk", "son", "yeni")
    ]
    body = "".join(f"<p>{line}</p>" for line in ["<strong>Aysel Quliyeva/Rəşad Məmmədov</strong>", *paragraphs])
    assert authors(story(meta=DATED, body=body), portal) == ("Aysel Quliyeva", "Rəşad Məmmədov")


def test_the_byline_completes_what_data_states(story, portal):
    head = '<meta name="author" content="Rəşad Məmmədov">'
    meta = '<div class="byline"><a>Aysel Quliyeva</a><a>Rəşad Məmmədov</a><span>News Reporter</span></div>'
    assert authors(story(head=head, meta=f"{DATED}{meta}"), portal) == ("Aysel Quliyeva", "Rəşad Məmmədov")


def test_authors_of_other_articles_on_the_page_are_left_out(story, portal):
    def card(name: str) -> str:
        return f'<div itemscope itemtype="https://schema.org/Article"><span itemprop="author">{name}</span></div>'

    page = story(meta=DATED + card("Aysel Quliyeva"), rest=card("Rəşad Məmmədov"))
    assert authors(page, portal) == ("Aysel Quliyeva",)


def test_an_author_named_as_publisher_too_stays_an_author(story, portal):
    people = [{"@type": "Person", "name": "Anna Meyer"}, {"@type": "Person", "name": "Jan Roth"}]
    data = json.dumps({"@type": "NewsArticle", "headline": "x", "author": people})
    head = f'<script type="application/ld+json">{data}</script><meta name="publisher" content="Jan Roth">'
    assert authors(story(head=head), portal) == ("Anna Meyer", "Jan Roth")


def test_a_name_alone_in_bold_below_the_text_is_the_author(story, portal):
    paragraphs = [
        f"Komissiya {word} qərarını dünən təsdiqləyib və rəsmi nəşrdə dərc edib." for word in ("ilk", "son", "yeni")
    ]
    body = "".join(f"<p>{line}</p>" for line in [*paragraphs, "<b>Aysel Quliyeva</b>"])
    assert authors(story(meta=DATED, body=body), portal) == ("Aysel Quliyeva",)


@pytest.mark.parametrize(
    ("stated", "author"),
    [
        ("Bakı, Azərbaycan", "Çinar.example"),
        ("Siyasət xəbərləri", "Çinar.example"),
        ("aysel.quliyeva", "Çinar.example"),
        ("Aysel Quliyeva", "Aysel Quliyeva"),
        ("松岡大地", "松岡大地"),
    ],
)
def test_behind_a_newsroom_only_a_person_is_believed(story, portal, stated, author):
    data = json.dumps({"@type": "NewsArticle", "headline": "x", "author": {"name": "Çinar.example"}})
    head = f'<script type="application/ld+json">{data}</script><meta name="author" content="{stated}">'
    assert authors(story(head=head), portal) == (author,)


@pytest.mark.parametrize("login", ["aysel_quliyeva", "aysel.quliyeva"])
def test_a_login_is_no_name(story, portal, login):
    assert authors(story(head=f'<meta name="author" content="{login}">'), portal) == ()
