"""The section by the page's statements, its links and its address."""

import pytest

from icma_crawler.extraction import extract


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
