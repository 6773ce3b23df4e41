"""What a url tells by itself, and beside the known articles of its portal."""

from __future__ import annotations

import pytest

from icma_crawler.discovery import Shapes, learn_shapes
from icma_crawler.discovery.url_shapes import Likeness, dissect


@pytest.mark.parametrize(
    "path",
    [
        "/iqtisadiyyat/lombard-fealiyyeti-ile-bagli-riskler-azalacaq",
        "/hadise/bakida-islediyi-evden-30-min-manatliq-ogurluq-eden-sexs-saxlanilib-954015",
        "/news/dunya/103168.html",
        "/az/news/20251020140212345-slug",
        "/xeber/siyaset/qisa-108176",
        "/123456/qisa",
        "/news/123456/qisa.html",
        "/az/siyaset/123456/qisa/",
        "/123456-qisa.html",
        "/news/12345",
        "/12345",
        "/news/qisa_12345.html",
        "/20251020/qisa",
        "/2025/10/20/qisa.html",
        "/2025/10/qisa",
        "/index.php?newsid=12345",
        "/?p=12345",
    ],
)
def test_article_paths_of_real_portals(path):
    assert dissect(f"https://x.az{path}").likeness is Likeness.ARTICLE


@pytest.mark.parametrize(
    "path",
    ["/", "/ru", "/siyaset/", "/2025", "/2025/10/20", "/tag/12345.html", "/rss", "/a.jpg", "/?s=abc", "/news", "/?p=2"],
)
def test_paths_that_are_no_articles(path):
    likeness = dissect(f"https://x.az{path}").likeness
    assert likeness < Likeness.ARTICLE


def test_shapes_of_slugs_ask_for_as_many_words_as_known_articles_have():
    shapes = learn_shapes(f"https://x.az/siyaset/bir-iki-uc-{word}" for word in "abcdefghij")
    assert shapes.is_article("https://x.az/idman/a-b-c-d") is True
    assert shapes.is_article("https://x.az/idman/futbol") is None
    assert shapes.is_article("https://x.az/idman") is None
    assert shapes.is_article("https://x.az/tag/a-b-c-d") is False


def test_portal_whose_articles_all_have_numbers_has_none_without():
    shapes = learn_shapes(f"https://x.az/news/a/{n}.html" for n in range(103_000, 103_010))
    assert shapes.is_article("https://x.az/news/b/99999.html") is True
    assert shapes.is_article("https://x.az/bir-iki-uc-dord-bes-alti") is False


def test_few_or_odd_urls_teach_little():
    assert learn_shapes([]) == Shapes(forms=frozenset(), known=0, min_words=2)
    one = learn_shapes(["https://x.az/news/a/103000.html"])
    assert one.is_article("https://x.az/bir-iki-uc-dord-bes-alti") is None
    urls = [f"https://x.az/news/a/{n}.html" for n in range(103_000, 103_030)]
    assert learn_shapes([*urls, "https://x.az/haqqinda-bir-reklam-yazisi"]).forms == learn_shapes(urls).forms
