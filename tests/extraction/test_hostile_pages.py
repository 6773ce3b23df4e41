"""Pages built to break a reader end as a value, and soon."""

import json
import time

import pytest

from icma_crawler.extraction import extract
from icma_crawler.models import Article, Rejection

WORDS = "Komissiya yeni qərarı təsdiqləyib və sənədi açıqlayıb. " * 20


def page(inside, head=""):
    return f"<html><head><title>Komissiya qərarı</title>{head}</head><body><h1>Komissiya yeni qərar verdi</h1>{inside}</body></html>"


def scripted(text):
    return page(f"<p>{WORDS}</p>", f'<script type="application/ld+json">{text}</script>')


HOSTILE = {
    "deep": page("<div>" * 5_000 + WORDS + "</div>" * 5_000),
    "deep inline": page("<font>" * 5_000 + WORDS),
    "attributes": page("<p " + " ".join(f"a{n}='{n}'" for n in range(40_000)) + f">{WORDS}</p>"),
    "bare attributes": page("<p " + " ".join(f"a{n}" for n in range(40_000)) + f">{WORDS}</p>"),
    "many tags": page("<br>" * 200_000),
    "huge": page(f"<p>{WORDS}</p>" * 4_000),
    "one run": page("<p>" + "a" * 2_000_000 + "</p>"),
    "angle brackets": "<" * 1_000_000,
    "NUL": page(f"<p>\x00{WORDS}\x00</p>"),
    "surrogate in data": scripted('{"@type":"NewsArticle","headline":"Komissiya \\ud800 qərarı","author":"\\udfff"}'),
    "deep data": scripted('{"a":' * 50_000 + "1" + "}" * 50_000),
    "deep lists": scripted("[" * 100_000),
    "broken data": scripted('{"@type":"NewsArticle","headline":"Ko"miss", "datePublished":"2025-10-20T10:02:00Z",,,}'),
    "raw newlines": scripted('{"@type":"NewsArticle","headline":"Komissiya\n\tqərarı",}'),
    "odd types": scripted(
        '{"@type":["NewsArticle",5,null],"headline":{"a":[1]},"author":[[["x"]]],"datePublished":20251020,"image":[null]}'
    ),
    "not finite": scripted('{"@type":"NewsArticle","wordCount":NaN,"datePublished":Infinity}'),
    "long title": f"<html><head><title>{'Komissiya ' * 50_000}</title></head><body><p>{WORDS}</p></body></html>",
    "empty body": "<html><head></head><body></body></html>",
    "no body": "<title>x</title>",
    "frameset": "<html><frameset><frame src='/a'></frameset></html>",
    "bad links": page(
        f"<p>{WORDS}</p>", '<link rel="canonical" href="http://[::1"><meta property="og:image" content="http://[">'
    ),
    "bad dates": page(f"<time datetime='9999-99-99T99:99'>99.99.9999</time><p>{WORDS}</p>"),
    "xml": f'<?xml version="1.0" encoding="utf-16"?><html><body><h1>Komissiya qərarı</h1><p>{WORDS}</p></body></html>',
    "entities": page(f"<p>&#xD800; &#0; &#x110000; {WORDS}</p>"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_page_ends_as_a_value(capture, portal, name):
    started = time.process_time()
    result = extract(capture(HOSTILE[name]), portal)
    assert isinstance(result, Article | Rejection)
    assert time.process_time() - started < 5
    if isinstance(result, Article):
        text = json.dumps([result.title, result.body, *result.authors], ensure_ascii=False)
        text.encode("utf-8")
        assert "\x00" not in result.body
        assert len(result.title) <= 1_000


@pytest.mark.parametrize(
    "name", ["deep", "deep inline", "attributes", "bare attributes", "many tags", "huge", "one run"]
)
def test_bombs_are_refused_unread(capture, portal, name):
    assert extract(capture(HOSTILE[name]), portal).reason == "too-big-to-extract"


@pytest.mark.parametrize("body", [b"", b"   ", bytes(range(256)) * 200, b"\xff\xfe<\x00h\x00t\x00m\x00l\x00>\x00"])
def test_odd_bytes_end_as_a_rejection(capture, portal, body):
    assert isinstance(extract(capture(body), portal), Rejection)


@pytest.mark.parametrize(
    "end", ["</body></html>", "</HTML >", "</body></html><!DOCTYPE html><html><body>", "</html x='1'>"]
)
def test_what_stands_behind_the_end_of_the_page_belongs_to_it(story, portal, end):
    """Browsers show it. libxml2 makes trees of its own of it, and a text spread over several once ended in a fault."""
    paragraphs = [
        f"<p>Komissiya {number} saylı qərarı təsdiqləyib, sənəd bu gün açıqlanıb.</p>" for number in range(12)
    ]
    result = extract(story(body=end.join(paragraphs)), portal)
    assert [str(number) in result.body for number in range(12)] == [True] * 12


@pytest.mark.parametrize("label", ["idna", "undefined", "punycode", "unicode_escape", "raw_unicode_escape", "base64"])
def test_a_label_that_is_no_charset_of_pages_is_not_believed(story, portal, label):
    body = story(head=f'<meta charset="{label}">').body.replace(b"</main>", b"\xff\\ud800</main>")
    result = extract(story().__class__(**{**story().__dict__, "body": body}), portal)
    assert result.charset == "utf-8"
    assert "təsdiqləyib" in result.body


@pytest.mark.parametrize(
    "sign", ["\x08", "\x1b[31m", "\x0c", "\ufffe", "\uffff", "&#27;", "&#x1b;", "&#8;", "&#xFFFE;", "&#0;"]
)
def test_one_control_character_does_not_cost_the_text(story, portal, sign):
    """lxml refuses to copy a text that XML cannot hold, and the extraction then came back without any."""
    result = extract(story(body=f"<p>Komissiya {sign} yeni qərarı təsdiqləyib.</p>" * 8), portal)
    assert isinstance(result, Article)
    assert "yeni qərarı təsdiqləyib" in result.body


def test_signs_alone_are_no_article(capture, portal):
    assert extract(capture("< > " * 10_000), portal).reason == "not-article"
