"""The article's own link."""

import pytest

from icma_crawler.extraction import extract

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
