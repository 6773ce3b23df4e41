"""Every way a page can be built to break its readers, in one crawl: each ends in one outcome, and what is kept is clean."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hostile_lab import SENTENCES, Crawl, RawServer, answer, feed, page, run_crawl, write_portal

pytestmark = pytest.mark.hostile

MEGABYTE = 1024 * 1024
MEMORY_LIMIT = 512 * MEGABYTE
TITLE = "Bakıda köhnə park açılıb"
TURKISH = "İstanbul'da başlayan toplantıda şehircilik projesi görüşüldü ve ağaçlandırma çalışmaları değerlendirildi."
RUSSIAN = "В Баку открылся новый парк, в котором посадили двести деревьев и поставили скамейки."
ASCII = (
    "The city council agreed on Tuesday to open the new park near the old harbour to all residents.",
    "Two hundred trees were planted there over the winter, and thirty benches were set along the paths.",
    "A small library will follow in the autumn, and a second entrance is being built on the northern side.",
)
NOW_AND_THEN = "2026-01-18T09:30:00+00:00"


@dataclass(frozen=True)
class Hazard:
    """A page, the outcome that is right, and what must stand in the archive where it is archived.

    ``kept`` is a part of the text; ``published`` the time, "" where there must be none. A page that ``is_costly`` may
    also take longer than there is time for, which a fast machine may have.
    """

    name: str
    response: bytes
    state: str = "archived"
    reason: str | None = None
    is_costly: bool = False
    kept: str = SENTENCES[4]
    published: str | None = None


def html(body: str, *, head: str = "", title: str = TITLE, name: str = "") -> bytes:
    text = "".join(f"<p>{sentence} ({name})</p>" for sentence in SENTENCES)
    return (
        f'<!doctype html><html lang="az"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body><article><h1>{title}</h1>{text}{body}</article></body></html>"
    ).encode("utf-8", "surrogatepass")


def with_body(name: str, body: str, state: str = "archived", reason: str | None = None, **more) -> Hazard:
    return Hazard(name, answer(200, html(body, name=name)), state, reason, **more)


def with_head(name: str, head: str, **more: str) -> Hazard:
    return Hazard(name, answer(200, html("", head=head, name=name)), **more)


def with_data(name: str, data: str, **more: str) -> Hazard:
    return with_head(name, f'<script type="application/ld+json">{data}</script>', **more)


def with_title(name: str, title: str) -> Hazard:
    return Hazard(name, answer(200, page(name, title)))


def with_date(name: str, date: str, published: str = "") -> Hazard:
    return with_head(name, f'<meta property="article:published_time" content="{date}">', published=published)


def in_charset(name: str, sentence: str, charset: str, header: str = "", meta: str = "") -> Hazard:
    # The rest is plain ASCII, the same in every charset but the wide ones.
    text = "".join(f"<p>{name}: {line}</p>" for line in (sentence, *ASCII))
    head_date = '<meta property="article:published_time" content="2026-01-18T13:30:00+04:00">'
    head = f"<meta charset={meta}>" if meta else ""
    body = f"<html><head>{head}{head_date}<title>New park in the harbour</title></head><body><article><h1>New park in the harbour</h1>{text}</article></body></html>"
    kind = f"text/html; charset={header}" if header else "text/html"
    return Hazard(name, answer(200, body.encode(charset), kind=kind), kept=sentence)


def bombs() -> Iterator[Hazard]:
    """What takes a parser minutes, or all memory, or makes it drop the text without a word."""
    too_big = ("rejected", "too-big-to-extract")
    yield with_body("nested-div-5000", "<div>" * 5_000, *too_big)
    yield with_body("nested-font-5000", "<font>" * 5_000, *too_big)
    yield with_body("nested-div-200", "<div>" * 200 + "<p>Sonda</p>" + "</div>" * 200)
    yield with_body("nested-table-100", "<table><tr><td>" * 80)
    yield with_body("nested-list-230", "<ul><li>" * 115)
    yield with_body("attributes-40000", f"<p {' '.join(f'a{n}={n}' for n in range(40_000))}>", *too_big)
    yield with_body("attributes-100000-bare", f"<p {' '.join(f'a{n}' for n in range(100_000))}>", *too_big)
    yield with_body("attributes-900", f"<p {' '.join(f'a{n}={n}' for n in range(900))}>x</p>")
    yield with_body("attribute-1-mb", f'<p title="{"x" * 900_000}">x</p>')
    yield with_body("class-of-50000-names", f'<p class="{"news " * 50_000}">x</p>')
    yield with_body("br-200000", "<br>" * 200_000, *too_big)
    yield with_body("links-200000", "<a href=/x>x</a>" * 150_000, *too_big)
    yield with_body("links-20000", "<a href=/x>x</a>" * 20_000, "rejected", "not-article")
    yield with_body("paragraphs-50000", "<p>Park.</p>" * 28_000, kept="", is_costly=True)
    yield with_body("headings-10000", f"<h2>{TITLE}</h2>" * 10_000, kept="", is_costly=True)
    yield with_body("angle-brackets-1000000", "<" * 1_000_000, *too_big)
    yield with_body("text-2-mb-in-one-run", "a" * 2_000_000, *too_big)
    yield with_body("text-900-kb-without-space", "ə" * 450_000, kept="")
    yield with_body("spaces-900-kb", " " * 900_000)
    yield with_body("line-breaks-900-kb", "\n" * 900_000)
    yield with_body("ampersands-500000", "&" * 500_000, kept="")
    yield with_body("references-100000", "&#601;" * 100_000, kept="")
    yield with_body("page-of-4-mb", "<p>Park açılıb.</p>" * 220_000, *too_big)
    yield with_body("comment-2-mb", f"<!--{'x' * 2_000_000}-->", *too_big)
    yield with_body("comments-30000", "<!-- x -->" * 30_000)
    yield with_body("comment-never-closed", "<!--" * 10_000, kept=SENTENCES[0])
    yield with_body("script-never-closed", "<script>var a = '</p>';" + "x" * 10_000, kept=SENTENCES[0])
    yield with_body("picture-in-its-own-address", f'<img src="data:image/png;base64,{"A" * 900_000}">')
    yield with_body("dates-100000", "<time>18.01.2026 13:30</time> " * 25_000, kept="", is_costly=True)
    yield with_body("dates-in-words", "18 yanvar 2026-cı il saat 13:30, " * 20_000, kept="", is_costly=True)
    yield with_body("names-20000", "<span class=author>Əli Vəliyev</span>" * 20_000, kept="", is_costly=True)
    yield with_body("quotes-open", "<p>«" * 20_000, kept="", is_costly=True)
    yield with_body("numbers-endless", "9" * 500_000, kept="")
    yield with_body("tables-10000", "<table><tr><td>x</td></tr></table>" * 9_000, kept="", is_costly=True)
    yield with_head("metas-10000", '<meta name="x" content="y">' * 10_000)
    yield with_head("meta-of-900-kb", f'<meta property="og:description" content="{"a " * 450_000}">')
    yield with_head("keywords-50000", f'<meta name="keywords" content="{"park, " * 50_000}">')
    yield with_head("styles-1-mb", f"<style>{'a{b:c}' * 150_000}</style>")
    yield with_data("data-deep", '{"a":' * 50_000 + "1" + "}" * 50_000)
    yield with_data("data-deep-lists", "[" * 200_000)
    yield with_data("data-of-900-kb", json.dumps({"@type": "NewsArticle", "headline": "a" * 900_000}))
    yield with_data("data-100000-nodes", json.dumps([{"@type": "Thing", "name": str(n)} for n in range(20_000)]))
    yield with_head("data-5000-scripts", '<script type="application/ld+json">{"@type":"Thing"}</script>' * 5_000)
    yield Hazard("title-of-900-kb", answer(200, html("", title="Park " * 90_000, name="title")), kept="")
    yield Hazard("no-markup-but-brackets", answer(200, b"< > " * 10_000), "rejected")
    yield Hazard("entities-declared", answer(200, laughing()))


def laughing() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return (f'<!DOCTYPE html [<!ENTITY l0 "ha">{entities}<!ENTITY x SYSTEM "file:///etc/passwd">]>').encode() + html(
        "<p>&l9; &x;</p>", name="entities"
    )


def characters() -> Iterator[Hazard]:
    for name, signs in (
        ("nul", "\0"),
        ("c0-controls", "".join(map(chr, range(1, 9)))),
        ("escape-sequence", "\x1b[31m\x1b]0;x\x07"),
        ("c1-controls", "\x85\x9b31m"),
        ("bidi-override", "\u202e\u2066"),
        ("zero-width", "\u200b\u2060\ufeff"),
        ("line-separator", "\u2028\u2029"),
        ("non-characters", "\ufffe\uffff"),
        ("private-use", "\ue000\U000f0000"),
        ("zalgo", "a" + "\u0301\u0327" * 200),
        ("combining-alone", "\u0301"),
        ("tags", "\U000e0041\U000e007f"),
        ("emoji", "👨‍👩‍👧"),
        ("surrogate-bytes", "\ud800"),
        ("surrogate-pair-bytes", "\ud83d\ude00"),
        ("reference-to-nul", "&#0;"),
        ("reference-to-surrogate", "&#xD800;"),
        ("reference-beyond-unicode", "&#x110000;&#99999999999;"),
        ("reference-to-escape", "&#27;[31m"),
        ("reference-to-bidi", "&#x202e;"),
    ):
        yield Hazard(f"{name}-in-title", answer(200, html("", title=f"{TITLE} {signs} bu gün", name=f"{name}-title")))
        yield with_body(f"{name}-in-text", f"<p>Parkda {signs} ağaclar əkilib.</p>")
    yield with_data("surrogate-in-data", '{"@type":"NewsArticle","headline":"Park \\ud800","author":"\\udfff"}')
    yield with_data("nul-in-data", '{"@type":"NewsArticle","headline":"Park \\u0000 açılıb","author":"\\u0000"}')
    yield Hazard(
        "overlong-utf-8",
        answer(200, html("", name="overlong").replace(b"</article>", b"<p>\xc0\x80\xc1\xbf</p></article>")),
    )
    yield Hazard("nul-between-all-bytes", answer(200, html("", name="nul").replace(b"<p>", b"<\0p\0>")), kept="")


def charsets() -> Iterator[Hazard]:
    yield in_charset("1254-in-header", TURKISH, "cp1254", header="windows-1254")
    yield in_charset("1254-in-meta", TURKISH, "cp1254", meta="windows-1254")
    yield in_charset("1254-unsaid", TURKISH, "cp1254")
    for codec in ("utf-16-le", "utf-16-be"):
        yield in_charset(f"{codec}-in-header", TURKISH, codec, header=codec)
        yield in_charset(f"{codec}-unsaid", TURKISH, codec)
    yield in_charset("8859-9-in-header", TURKISH, "iso-8859-9", header="iso-8859-9")
    yield in_charset("8859-9-in-meta", TURKISH, "iso-8859-9", meta="iso-8859-9")
    yield in_charset("1251-in-header", RUSSIAN, "cp1251", header="windows-1251")
    yield in_charset("1251-unsaid", RUSSIAN, "cp1251")
    yield in_charset("koi8-in-meta", RUSSIAN, "koi8-r", meta="koi8-r")
    yield in_charset("utf-8-said-to-be-1254", TURKISH, "utf-8", header="windows-1254")
    yield in_charset("utf-8-said-to-be-klingon", TURKISH, "utf-8", header="klingon", meta="idna")
    yield in_charset("utf-8-said-to-be-utf-16", TURKISH, "utf-8", meta="utf-16")
    yield in_charset("utf-16-with-mark", TURKISH, "utf-16")
    yield in_charset("utf-8-with-mark", TURKISH, "utf-8-sig", header="windows-1251")
    yield in_charset("utf-32-with-mark", TURKISH, "utf-32")
    yield in_charset("header-against-meta", RUSSIAN, "cp1251", header="windows-1251", meta="utf-8")


def dates() -> Iterator[Hazard]:
    """A date that cannot be true is none; the page that said it is kept."""
    for name, text in (
        ("in-two-years", "2099-01-01T10:00:00+04:00"),
        ("year-9999", "9999-12-31T23:59:59Z"),
        ("year-1", "0001-01-01T00:00:00Z"),
        ("year-1970", "1970-01-01T00:00:00Z"),
        ("30-february", "2026-02-30T10:00:00+04:00"),
        ("month-13", "2026-13-01"),
        ("hour-25", "2026-01-18T25:00:00"),
        ("minus-one", "-1"),
        ("zero", "0000-00-00 00:00:00"),
        ("words", "soon"),
        ("zone-of-99-hours", "2026-01-18T13:30:00+99:00"),
        ("stamp-of-400-digits", "9" * 400),
        ("digits-of-another-script", "٢٠٢٦-٠١-١٨"),
        ("empty", ""),
    ):
        yield with_date(f"date-{name}", text)
    yield with_date("date-plain", "2026-01-18T13:30:00+04:00", NOW_AND_THEN)


def data() -> Iterator[Hazard]:
    for name, text in (
        ("not-a-number", '{"@type":"NewsArticle","wordCount":NaN,"datePublished":Infinity}'),
        ("numbers-for-texts", '{"@type":"NewsArticle","headline":5,"author":7,"datePublished":20260118}'),
        ("lists-in-lists", '{"@type":["NewsArticle",5,null],"author":[[["x"]]],"image":[null,[{}]]}'),
        ("objects-for-texts", '{"@type":"NewsArticle","headline":{"a":[1]},"articleSection":{"@id":5}}'),
        ("trailing-commas", '{"@type":"NewsArticle","headline":"Park",,,}'),
        ("quotes-inside", '{"@type":"NewsArticle","headline":"Pa"rk","datePublished":"2026-01-18T09:30:00Z"}'),
        ("raw-line-breaks", '{"@type":"NewsArticle","headline":"Park\n\taçılıb"}'),
        ("null-bytes-escaped", '{"@type":"NewsArticle","author":{"name":"\\u0000\\u001b[31m"}}'),
        ("itself-by-reference", '{"@id":"#a","@type":"NewsArticle","author":{"@id":"#a"}}'),
        ("cut", '{"@type":"NewsArticle","headline":"Pa'),
        ("not-json", "<<<>>>"),
        ("keys-twice", '{"@type":"NewsArticle","author":"A","author":{"name":["B",{"name":"C"}]}}'),
        (
            "script-inside",
            '{"@type":"NewsArticle","headline":"<script>alert(1)</scr","author":"<img src=x onerror=a()>"}',
        ),
        ("links-to-private", '{"@type":"NewsArticle","url":"http://127.0.0.2/","image":"http://169.254.169.254/"}'),
    ):
        yield with_data(f"data-{name}", text)


def walls() -> Iterator[Hazard]:
    """What is no article, whatever status it comes with."""
    said = "<html><head><title>{0}</title></head><body><h1>{0}</h1>{1}</body></html>"
    for name, title, text, reason in (
        ("soft-404-az", "Səhifə tapılmadı", "<p>Axtardığınız səhifə mövcud deyil.</p>", "soft-404"),
        ("soft-404-ru", "Ошибка 404", "<p>Страница не найдена</p>", "soft-404"),
        ("soft-404-tr", "Sayfa bulunamadı", "<p>Aradığınız sayfa yok.</p>", "soft-404"),
        ("soft-404-en", "404 Not Found", "<p>The page you requested was not found.</p>", "soft-404"),
        ("login", "Giriş", "<p>Daxil olun</p><form><input type=password></form>", "login-wall"),
        ("subscribe", "Abunə", "<p>Please sign in or subscribe to continue reading this article.</p>", "login-wall"),
        (
            "consent",
            "Cookies",
            "<p>We use cookies. Your consent to cookies and privacy (GDPR) is needed.</p>",
            "consent-wall",
        ),
        ("challenge", "Just a moment...", "<p>Checking your browser</p><div id=cf-chl-x></div>", "challenge"),
        ("shell", "Park", '<div id="root"></div><script src="/app.js"></script>', "empty-shell"),
        ("video", TITLE, '<video src="/v.mp4"></video>', "video-only"),
        ("frames", "Park", '<iframe src="/a"></iframe>', "empty-shell"),
    ):
        state = "refused" if reason == "challenge" else "rejected"
        yield Hazard(f"wall-{name}", answer(200, said.format(title, text).encode()), state, reason)


def scripts() -> Iterator[Hazard]:
    """What would run in a browser stays text, or goes."""
    for number, vector in enumerate(
        (
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<svg onload=alert(1)><style><img src=x onerror=alert(1)></style></svg>",
            "<a href='javascript:alert(1)'>x</a>",
            "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
            "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
            "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
            "<form action='javascript:alert(1)'><button>x</button></form>",
            "<object data='javascript:alert(1)'></object>",
            "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
            "<base href='javascript:alert(1)//'>",
            "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
            "&lt;script&gt;alert(1)&lt;/script&gt;",
            "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;",
            "]]&gt;&lt;script&gt;alert(1)&lt;/script&gt;",
            "[gallery ids='1'] [embed]http://127.0.0.2/[/embed]",
            "=HYPERLINK(&quot;http://127.0.0.2/&quot;)",
        )
    ):
        yield Hazard(
            f"script-{number}",
            answer(200, html(f"<p>Park {vector} açılıb</p>", title=f"{TITLE} {vector}", name=f"s{number}")),
        )


HAZARDS = [*bombs(), *characters(), *charsets(), *dates(), *data(), *walls(), *scripts()]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawl]:
    folder = tmp_path_factory.mktemp("pages")
    with RawServer() as site:
        for hazard in HAZARDS:
            site.routes[f"/xeber/{hazard.name}"] = hazard.response
        site.routes["/rss"] = feed([f"{site.home}xeber/{hazard.name}" for hazard in HAZARDS])
        write_portal(folder / "portals", "bad", site.home, sources=(("feed", site.home + "rss"),))
        yield run_crawl(folder, watch=True)


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard.name)
def test_each_page_ends_in_one_outcome(crawled: Crawl, hazard: Hazard, note):
    state, reason = crawled.outcomes()[f"/xeber/{hazard.name}"]
    note(f"page: {hazard.name}", f"{state} {reason or ''}", seconds=0)
    if not (hazard.is_costly and reason == "extract-timeout"):
        assert (state, hazard.reason and reason) == (hazard.state, hazard.reason)
    assert (state == "archived") is (reason is None)
    if state == "archived":
        (row,) = crawled.rows(
            "SELECT title, body, published_at FROM articles WHERE url LIKE '%/xeber/' || ?", hazard.name
        )
        assert row[0]
        assert hazard.kept in str(row[1])
        assert hazard.published is None or (row[2] or "") == hazard.published


def test_memory_and_time(crawled: Crawl, note):
    note(
        f"page: all {len(HAZARDS)} kinds",
        "bounded",
        tries=len(HAZARDS),
        seconds=crawled.seconds,
        peak_bytes=crawled.peak_bytes,
    )
    assert crawled.peak_bytes < MEMORY_LIMIT
    assert "Traceback" not in crawled.stderr


def test_nobody_else_was_called(crawled: Crawl):
    assert {host for host, port in crawled.connected if port not in (0, 53)} == {"127.0.0.1"}
