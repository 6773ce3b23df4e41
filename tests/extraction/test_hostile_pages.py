"""Pages built to break a reader end as a value, and in steps that grow with the page."""

import json

import pytest
from counting import LINEAR, give_up_after, growth_of

from icma_crawler.extraction import extract
from icma_crawler.models import Article, Rejection

WORDS = "Komissiya yeni qərarı təsdiqləyib və sənədi açıqlayıb. " * 20


def page(inside, head=""):
    return f"<html><head><title>Komissiya qərarı</title>{head}</head><body><h1>Komissiya yeni qərar verdi</h1>{inside}</body></html>"


def scripted(text):
    return page(f"<p>{WORDS}</p>", f'<script type="application/ld+json">{text}</script>')


GROWING = {
    "deep": lambda size: page("<div>" * size + WORDS + "</div>" * size),
    "deep inline": lambda size: page("<font>" * size + WORDS),
    "attributes": lambda size: page("<p " + " ".join(f"a{n}='{n}'" for n in range(size)) + f">{WORDS}</p>"),
    "bare attributes": lambda size: page("<p " + " ".join(f"a{n}" for n in range(size)) + f">{WORDS}</p>"),
    "many tags": lambda size: page("<br>" * size),
    "huge": lambda size: page(f"<p>{WORDS}</p>" * size),
    "one run": lambda size: page("<p>" + "a" * size + "</p>"),
    "angle brackets": lambda size: "<" * size,
    "deep data": lambda size: scripted('{"a":' * size + "1" + "}" * size),
    "deep lists": lambda size: scripted("[" * size),
    "long title": lambda size: (
        f"<html><head><title>{'Komissiya ' * size}</title></head><body><p>{WORDS}</p></body></html>"
    ),
}
READ = {"deep": 50, "deep inline": 50, "attributes": 400, "bare attributes": 400, "many tags": 2_000, "huge": 100}
READ |= dict.fromkeys(["one run", "angle brackets", "deep data", "deep lists", "long title"], 5_000)
"""How big they may be so that twice as much is still read."""
BOMBS = {"deep": 5_000, "deep inline": 5_000, "attributes": 40_000, "bare attributes": 40_000}
BOMBS |= {"many tags": 200_000, "huge": 4_000, "one run": 2_000_000}
BIGGEST = BOMBS | {"angle brackets": 1_000_000, "deep data": 50_000, "deep lists": 100_000, "long title": 50_000}
HOSTILE = {
    **{name: GROWING[name](size) for name, size in BIGGEST.items()},
    "NUL": page(f"<p>\x00{WORDS}\x00</p>"),
    "surrogate in data": scripted('{"@type":"NewsArticle","headline":"Komissiya \\ud800 qərarı","author":"\\udfff"}'),
    "broken data": scripted('{"@type":"NewsArticle","headline":"Ko"miss", "datePublished":"2025-10-20T10:02:00Z",,,}'),
    "raw newlines": scripted('{"@type":"NewsArticle","headline":"Komissiya\n\tqərarı",}'),
    "odd types": scripted(
        '{"@type":["NewsArticle",5,null],"headline":{"a":[1]},"author":[[["x"]]],"datePublished":20251020,"image":[null]}'
    ),
    "not finite": scripted('{"@type":"NewsArticle","wordCount":NaN,"datePublished":Infinity}'),
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
    with give_up_after(60):
        result = extract(capture(HOSTILE[name]), portal)
    assert isinstance(result, Article | Rejection)
    if isinstance(result, Article):
        text = json.dumps([result.title, result.body, *result.authors], ensure_ascii=False)
        text.encode("utf-8")
        assert "\x00" not in result.body
        assert len(result.title) <= 1_000


@pytest.mark.parametrize("name", GROWING)
def test_no_page_takes_the_square_of_its_length(capture, portal, name):
    def work(size):
        given = capture(GROWING[name](size))
        return lambda: extract(given, portal)

    assert growth_of(work, READ[name]) < LINEAR


@pytest.mark.parametrize("name", BOMBS)
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
