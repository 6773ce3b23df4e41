"""Who wrote it: people, not addresses, agencies' roles or the site itself."""

import json

import pytest

from icma_crawler.extraction import extract
from icma_crawler.extraction.authors import split_names


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
