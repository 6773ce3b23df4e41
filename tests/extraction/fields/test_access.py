"""How much of the article is shown."""

import pytest

from icma_crawler.extraction import extract


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
