"""Whole pages of our own writing, in the shapes that portals really have: one test for each field of each page."""

import json
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import pytest

from icma_crawler.extraction import EXTRACTOR, extract, extract_explained
from icma_crawler.models import Article, Capture, Portal

PAGES = sorted((Path(__file__).parent / "pages").glob("*/*/article.json"))
FIELDS = [
    "url",
    "title",
    "title_shown",
    "kicker",
    "lead",
    "body",
    "authors",
    "section",
    "tags",
    "image_url",
    "image_caption",
    "image_credit",
    "language",
    "published_at",
    "published_precision",
    "modified_at",
    "access",
    "origin_name",
    "origin_url",
    "charset",
]


def load_case(path):
    case = json.loads(path.read_text(encoding="utf-8"))
    capture = Capture(
        url=case["url"],
        final_url=case["url"],
        status=200,
        headers=(("content-type", "text/html"),),
        body=path.with_name("page.html").read_bytes(),
        fetched_at=datetime.fromisoformat(case["fetched_at"]),
    )
    return case, capture, Portal(id=path.parts[-3], **case["portal"])


@lru_cache(maxsize=64)
def read_case(path):
    case, capture, portal = load_case(path)
    article = extract(capture, portal)
    assert isinstance(article, Article), article
    return case["article"], article


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("path", PAGES, ids=lambda path: "/".join(path.parts[-3:-1]))
def test_field_of_a_golden_page(path, field):
    wanted, article = read_case(path)
    found = getattr(article, field)
    if isinstance(found, tuple):
        found = list(found)
    elif isinstance(found, datetime):
        found = found.isoformat()
    assert found == wanted[field]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: "/".join(path.parts[-3:-1]))
def test_every_golden_article_counts_its_words_and_names_the_extractor(path):
    _, article = read_case(path)
    assert article.word_count == len(article.body.split())
    assert article.extractor.startswith(EXTRACTOR)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: "/".join(path.parts[-3:-1]))
def test_every_golden_article_is_explained_and_the_explanation_changes_nothing(path):
    _, capture, portal = load_case(path)
    article, evidence = extract_explained(capture, portal)
    assert article == read_case(path)[1]
    for field in (*FIELDS, "charset"):
        if getattr(article, field) and field not in {"title_shown", "published_precision", "origin_url"}:
            assert evidence[field], field
