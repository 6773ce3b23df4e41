"""The standfirst between headline and body."""

import pytest

from icma_crawler.extraction import extract


def test_lead_stands_apart_from_the_body(story, portal):
    lead = "Qərar üç aylıq müzakirədən sonra bu gün səhər yekdilliklə qəbul edilib."
    article = extract(story(meta=f'<p class="lead">{lead}</p>'), portal)
    assert article.lead == lead
    assert lead not in article.body


LEAD = "Qərar üç aylıq müzakirədən sonra bu gün səhər komissiya üzvlərinin hamısı tərəfindən qəbul edilib."


@pytest.mark.parametrize(
    ("described", "shown"),
    [
        (LEAD, LEAD),
        ("Qərar üç aylıq müzakirədən sonra bu gün səhər komissiya üzvlərinin ham…", LEAD),
        (LEAD, f"Bakı. {LEAD}"),
    ],
)
def test_a_paragraph_that_says_what_the_description_says_is_the_lead(story, portal, described, shown):
    head = f'<meta name="description" content="{described}">'
    article = extract(story(head=head, meta=f'<p class="css-1x">{shown}</p>'), portal)
    assert article.lead == shown
    assert shown not in article.body


@pytest.mark.parametrize(
    "shown",
    [
        "Komissiya yeni qərarı təsdiqlədi",  # the headline
        "Komissiya binası, bu gün səhər: iclas zalı, üzvlər və qonaqlar burada toplaşıb. © Çinar",
    ],
)
def test_neither_headline_nor_caption_is_the_lead(story, portal, shown):
    head = f'<meta name="description" content="{shown}">'
    assert extract(story(head=head, meta=f'<p class="css-1x">{shown}</p>'), portal).lead is None


def test_the_lead_is_found_where_the_page_calls_its_own_head_a_teaser(capture, portal):
    text = f"<p>{'Komissiya yeni qərarı təsdiqləyib və sənəd bu gün ictimaiyyətə açıqlanıb. ' * 3}</p>" * 3
    page = (
        f'<html><head><meta name="description" content="{LEAD}"></head><body><main><div class="ArticleTeaser__head">'
        "<h1>Komissiya yeni qərarı təsdiqlədi</h1>"
        f'<p class="ArticleTeaser__text">{LEAD}</p></div><div class="x">{text}</div></main></body></html>'
    )
    assert extract(capture(page), portal).lead == LEAD
