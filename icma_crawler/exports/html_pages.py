"""The pages of the static site as text: an article, a list of articles, the front page. No script, no foreign style."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from icma_crawler.dates import BAKU
from icma_crawler.exports.html_words import day_in, words_in
from icma_crawler.exports.markup import escape, headline, published, story_html, web_link
from icma_crawler.exports.records import Dispatch, Edition

_POLICY = "default-src 'none'; style-src 'self'; img-src https: http:; base-uri 'none'; form-action 'none'"

STYLE = """:root { color-scheme: light dark; --soft: #6b7280; --line: #8884; --link: #0b5fa5; }
@media (prefers-color-scheme: dark) { :root { --soft: #9ca3af; --link: #7cc0ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 44rem; padding: 1rem 1.2rem 4rem; font: 1.05rem/1.6 system-ui, sans-serif; }
header, footer { color: var(--soft); font-size: .9rem; }
header a { font-weight: 600; text-decoration: none; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 1.2rem 0 .4rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2rem 0 .6rem; }
a { color: var(--link); }
article p { overflow-wrap: anywhere; }
article img { max-width: 100%; height: auto; border-radius: .4rem; }
.facts { color: var(--soft); font-size: .9rem; margin: 0 0 1rem; }
article p:nth-last-child(2) { border-top: 1px solid var(--line); margin: 2rem 0 0; padding-top: .8rem; }
article p:nth-last-child(-n+2) { color: var(--soft); font-size: .95rem; }
ul.articles { list-style: none; padding: 0; }
ul.articles li { padding: .55rem 0; border-bottom: 1px solid var(--line); }
ul.articles a { font-weight: 600; text-decoration: none; }
ul.articles small { display: block; color: var(--soft); }
ul.links { columns: 2; padding-left: 1.1rem; }
ul.links small { color: var(--soft); }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An article as a list shows it; ``path`` counts from the site's root."""

    path: str
    title: str
    portal_name: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link to a list, with how many articles it has."""

    path: str
    text: str
    count: int


def article_page(dispatch: Dispatch, edition: Edition, root: str) -> str:
    """An article as far as it may be shown, with the three sentences and a canonical link to its source."""
    record = dispatch.record
    picture = web_link(record["image_url"]) if record["reuse"] == "full" else None
    facts = [clock(published(record)), record["source"]["name"], record["section"], ", ".join(record["authors"])]
    body = [
        "<article>",
        f"<h1>{escape(headline(dispatch))}</h1>",
        f'<p class="facts">{escape(" · ".join(filter(None, facts)))}</p>',
        f'<img src="{escape(picture)}" alt="" loading="lazy" referrerpolicy="no-referrer">' if picture else "",
        story_html(dispatch),
        "</article>",
    ]
    head = (
        f'<link rel="canonical" href="{escape(record["url"])}">\n'
        f'<script type="application/ld+json">{_json_ld(dispatch, edition)}</script>\n'
    )
    language = record["language"] or dispatch.language
    return _page(headline(dispatch), body, edition, root=root, language=language, head=head)


def list_page(title: str, articles: Iterable[Listed], edition: Edition, *, root: str, language: str) -> str:
    """A list of articles, newest first."""
    body = [f"<h1>{escape(title)}</h1>", *_articles(articles, root)]
    return _page(title, body, edition, root=root, language=language)


def links_page(title: str, links: Iterable[Link], edition: Edition, *, root: str, language: str) -> str:
    """A list of lists, such as the days of a portal."""
    body = [f"<h1>{escape(title)}</h1>", *_links(links, root)]
    return _page(title, body, edition, root=root, language=language)


def front_page(
    latest: Sequence[Listed], portals: Iterable[Link], days: Iterable[Link], edition: Edition, *, language: str
) -> str:
    """What came last, every portal, every day."""
    words = words_in(language)
    body = [
        f"<h1>{escape(edition.title)}</h1>",
        f"<h2>{words.latest}</h2>",
        *(_articles(latest, "") if latest else [f"<p>{words.no_articles}</p>"]),
        f"<h2>{words.portals}</h2>",
        *_links(portals, ""),
        f"<h2>{words.days}</h2>",
        *_links(days, ""),
    ]
    return _page(edition.title, body, edition, root="", language=language)


def clock(stamp: str) -> str:
    """A time as people in Baku read it: "2026-01-18 13:30"."""
    return datetime.fromisoformat(stamp).astimezone(BAKU).strftime("%Y-%m-%d %H:%M")


def day_title(language: str, day: str) -> str:
    """A day as the heading of its list."""
    return day_in(language, day)


def _page(title: str, body: Iterable[str], edition: Edition, *, root: str, language: str, head: str = "") -> str:
    lines = "\n".join(line for line in body if line)
    return f"""<!doctype html>
<html lang="{escape(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<title>{escape(title)}</title>
{head}<link rel="alternate" type="application/atom+xml" href="{root}feed.atom" title="{escape(edition.title)}">
<link rel="stylesheet" href="{root}style.css">
</head>
<body>
<header><a href="{root}index.html">{escape(edition.title)}</a></header>
<main>
{lines}
</main>
</body>
</html>
"""


def _articles(articles: Iterable[Listed], root: str) -> list[str]:
    items = [
        f'<li><a href="{root}{one.path}">{escape(one.title)}</a>'
        f"<small>{escape(one.portal_name)} · {clock(one.at)}</small></li>"
        for one in articles
    ]
    return ['<ul class="articles">', *items, "</ul>"]


def _links(links: Iterable[Link], root: str) -> list[str]:
    items = [f'<li><a href="{root}{one.path}">{escape(one.text)}</a> <small>{one.count}</small></li>' for one in links]
    return ['<ul class="links">', *items, "</ul>"]


def _json_ld(dispatch: Dispatch, edition: Edition) -> str:
    """What search engines read: a schema.org NewsArticle that is based on the source's own."""
    record = dispatch.record
    attribution = record["attribution"]
    facts: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": headline(dispatch),
        "datePublished": record["published_at"],
        "dateModified": record["modified_at"],
        "inLanguage": record["language"],
        "articleSection": record["section"],
        "keywords": record["tags"],
        "author": [{"@type": "Person", "name": name} for name in record["authors"]],
        "image": web_link(record["image_url"]),
        "mainEntityOfPage": record["url"],
        "isBasedOn": record["url"],
        "publisher": {
            "@type": "NewsMediaOrganization",
            "name": record["source"]["name"],
            "url": record["source"]["url"],
        },
        "provider": {"@type": "Organization", "name": edition.publisher},
        "creditText": " ".join(attribution[key] for key in ("statement", "source", "archived")),
    }
    text = json.dumps({key: value for key, value in facts.items() if value}, ensure_ascii=False)
    # Nothing in it can end the element, or be read as one.
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
