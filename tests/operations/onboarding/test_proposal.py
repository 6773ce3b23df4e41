from __future__ import annotations

import re
import tomllib

import pytest

from icma_crawler.models import Portal, Source
from icma_crawler.operations.onboarding.portal_files import format_portal, id_of, switched
from icma_crawler.operations.onboarding.probe import ProbeFindings
from icma_crawler.operations.onboarding.proposal import propose, why_not
from icma_crawler.operations.onboarding.url_patterns import find_url_pattern

HOME = "https://x.az/"


@pytest.mark.parametrize(
    ("paths", "matching", "pattern"),
    [
        (["siyaset/a-{n}", "idman/b-{n}"], "elm/c-77777", r"^https?://[^/]+/[^/]+/[^/]*\d{3,}/?$"),
        (["news/{n}.html"], "news/77777.html", r"^https?://[^/]+/news/\d+\.html/?$"),
        (["2026/11/{n}-a"], "2025/01/77777-b", None),
        (["yeni-park-acilib"], None, None),
        (["a-{n}", "x/b-{n}"], None, None),
    ],
)
def test_a_shape_is_written_down_where_there_is_one(paths: list[str], matching: str | None, pattern: str | None):
    urls = [HOME + path.format(n=10000 + number) for number in range(8) for path in paths]
    found = find_url_pattern(urls, [HOME, HOME + "siyaset"], [])
    if pattern is not None:
        assert found == pattern
    if found is not None:
        assert all(re.search(found, url) for url in [*urls, HOME + str(matching)])


def test_a_shape_that_other_pages_share_is_not_written_down():
    urls = [f"{HOME}news/a-{number}" for number in range(10000, 10010)]
    assert find_url_pattern(urls, [], []) is not None
    assert find_url_pattern(urls, [HOME + "news/tag-12345"], []) is None
    assert find_url_pattern(urls, [], [HOME + "video/b-12345"]) is None, "another section's articles would be lost"
    assert find_url_pattern(urls[:3], [], []) is None


@pytest.mark.parametrize(
    ("page", "language", "timezone"),
    [
        (b'"2026-01-18T13:30:00+04:00"', "en", "Asia/Baku"),
        (b'"2026-01-18T13:30:00+0300"', "en", "Etc/GMT-3"),
        (b'"2026-01-18T13:30:00Z"', "en", "UTC"),
        (b"", "en", "UTC"),
        (b"", "az", "Asia/Baku"),
        (b'"2026-01-18T13:30:00+05:30"', "en", "UTC"),
    ],
)
def test_the_zone_is_guessed_and_the_guess_is_noted(page: bytes, language: str, timezone: str):
    portal = Portal(id="x", name="X", home="https://x.org/", language=language, timezone="UTC")
    proposal = propose(ProbeFindings(portal=portal, pages=(page,)))
    assert proposal.portal.timezone == timezone
    assert len(proposal.notes) == 1


def test_the_zone_of_an_azerbaijani_address_needs_no_guess():
    portal = Portal(id="x.az", name="X", home=HOME, language="az", timezone="Asia/Baku")
    proposal = propose(ProbeFindings(portal=portal, pages=(b'<meta property="og:site_name" content="X &amp; Y">',)))
    assert (proposal.portal.timezone, proposal.portal.name, proposal.notes) == ("Asia/Baku", "X & Y", ())


@pytest.mark.parametrize(
    ("titles", "name"),
    [
        (["Park açıldı - Şərq", "Neft - baha | İdman – Şərq", "Üç nəfər həlak oldu &mdash; Şərq"], "Şərq"),
        (["Şərq | Park açıldı", "Şərq | Neft bahalaşdı", "Şərq | Üç nəfər həlak oldu"], "Şərq"),
        (["Park açıldı - FOTO", "Neft bahalaşdı - VİDEO", "Üç nəfər həlak oldu"], "X"),
        (["Park açıldı - Şərq", "Neft bahalaşdı - Şərq"], "X"),
    ],
)
def test_a_site_is_called_as_most_of_its_titles_end(titles: list[str], name: str):
    portal = Portal(id="x.az", name="X", home=HOME, language="az", timezone="Asia/Baku")
    pages = tuple(f"<html><title>{title}</title>".encode() for title in titles)
    assert propose(ProbeFindings(portal=portal, pages=pages)).portal.name == name


def test_a_dead_front_page_is_the_reason():
    portal = Portal(id="x.az", name="X", home=HOME, language="az", timezone="Asia/Baku")
    assert why_not(ProbeFindings(portal=portal, home_reason="tls")) == (
        "its front page cannot be read: the portal's certificate or TLS handshake is not valid"
    )


def test_a_portal_file_holds_what_it_was_given():
    portal = Portal(
        id="x.az",
        name='X "Y" \\ \x7f Ə',
        home=HOME,
        language="az",
        timezone="Asia/Baku",
        enabled=False,
        sources=(Source(kind="feed", url=HOME + "rss"),),
        article_url_pattern=r"^https?://[^/]+/\d+$",
    )
    read = tomllib.loads(format_portal(portal, ["a note\nof two lines"]))
    assert read["name"] == portal.name
    assert read["enabled"] is False
    assert read["sources"] == [{"kind": "feed", "url": HOME + "rss"}]
    assert read["article"]["url_pattern"] == portal.article_url_pattern


@pytest.mark.parametrize(
    "text",
    [
        'name = "x"\n',
        'name = "x"\nenabled = true  # was off\n',
        'name = "x"\n\n# the feed\n[[sources]]\nurl = "y"\n',
        'name = "x"',
        '[article]\nurl_pattern = "enabled = 1"\n',
    ],
)
def test_switching_changes_one_key_and_keeps_the_rest(text: str):
    for enabled in (False, True):
        changed = switched(text, enabled=enabled)
        assert tomllib.loads(changed) == tomllib.loads(text) | {"enabled": enabled}
        assert [part for part in re.findall("#.*", text) if part not in changed] == []


@pytest.mark.parametrize(
    ("home", "expected"),
    [
        ("https://www.sherg.az/", "sherg.az"),
        ("https://bbc.com/azeri", "bbc.com-azeri"),
        ("http://127.0.0.1:8427/", "127.0.0.1-8427"),
    ],
)
def test_a_portal_is_called_after_its_address(home: str, expected: str):
    assert id_of(home) == expected
