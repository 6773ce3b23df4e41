"""The way from a capture to an article as a whole."""

from icma_crawler.extraction import extract


def test_extraction_is_pure(story, portal):
    page = story(meta="<span>Dünən / 22:30</span>")
    assert extract(page, portal) == extract(page, portal)
