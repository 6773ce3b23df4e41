"""The pages of the static site as text: an article, a list of articles, the front page. No script, no foreign style."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from icma_crawler.dates import BAKU, format_stamp
from icma_crawler.exports.formats.html_words import day_in, words_in
from icma_crawler.exports.markup import escape, headline, story_html, web_link
from icma_crawler.exports.records import Dispatch, Edition, Record

_POLICY = "default-src 'none'; style-src 'self'; img-src https: http:; base-uri 'none'; form-action 'none'"
_DAYS_IN_FRONT = 30

STYLE = """:root { color-scheme: light dark; --soft: #5f6672; --line: #8883; --link: #0b5fa5; }
@media (prefers-color-scheme: dark) { :root { --soft: #a3abb8; --link: #7cc0ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 44rem; padding: 1rem 1.2rem 2rem; font: 1.05rem/1.6 system-ui, sans-serif; }
body { overflow-wrap: anywhere; }
a { color: var(--link); text-underline-offset: .15em; }
header, footer, .facts, small { color: var(--soft); font-size: .9rem; }
header a { text-decoration: none; }
header a:first-child { font-weight: 600; }
header a + a::before { content: "›"; color: var(--soft); padding: 0 .5em; }
footer { border-top: 1px solid var(--line); margin-top: 3rem; padding-top: .8rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 1.2rem 0 .4rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 .4rem; }
.facts { margin: 0 0 1.4rem; }
figure { margin: 0; }
figcaption { color: var(--soft); font-size: .9rem; line-height: 1.4; margin-top: .4rem; }
article img { display: block; max-width: 100%; height: auto; border-radius: .4rem; }
article p:nth-last-child(2) { border-top: 1px solid var(--line); margin: 2rem 0 0; padding-top: .8rem; }
article p:last-child { margin: 0; }
article p:nth-last-child(-n+2) { color: var(--soft); font-size: .95rem; }
ul { list-style: none; padding: 0; }
ul.articles li { padding: .6rem 0; border-bottom: 1px solid var(--line); line-height: 1.4; }
ul.articles a { font-weight: 600; text-decoration: none; }
ul.articles a:visited { color: var(--soft); }
ul.articles small { display: block; margin-top: .15rem; }
ul.links { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: .3rem 1rem; }
nav { display: flex; justify-content: space-between; margin-top: 1.4rem; }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An article as a list shows it; ``path`` counts from the site's root, ``facts`` is the line below the title."""

    path: str
    title: str
    language: str
    facts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLink:
    """A link to a list, with how many articles it has; ``path`` counts from the site's root."""

    path: str
    text: str
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What surrounds a page: where it stands below the root ("../"), its language, and the lists it belongs to."""

    edition: Edition
    language: str
    root: str = ""
    trail: Sequence[PageLink] = ()


def article_page(dispatch: Dispatch, frame: Frame) -> str:
    """An article as far as it may be shown, with the three sentences and a canonical link to its source."""
    record = dispatch.record
    picture = web_link(record["image_url"]) if record["reuse"] == "full" else None
    facts = [when(record, frame.language), record["section"], ", ".join(record["authors"])]
    language = record["language"] or dispatch.language
    body = [
        f'<article lang="{escape(language)}">',
        f"<h1>{escape(headline(dispatch))}</h1>",
        f'<p class="facts">{escape(" · ".join(filter(None, facts)))}</p>',
        _picture_html(picture, dispatch, frame.language) if picture else "",
        story_html(dispatch),
        "</article>",
    ]
    head = (
        f'<link rel="canonical" href="{escape(record["url"])}">\n'
        f'<script type="application/ld+json">{_json_ld(dispatch, frame.edition)}</script>\n'
    )
    return _page(headline(dispatch), body, frame, head=head)


def _picture_html(link: str, dispatch: Dispatch, language: str) -> str:
    """The picture with what its source says below it, and whom it is by."""
    image = f'<img src="{escape(link)}" alt="" loading="lazy" referrerpolicy="no-referrer">'
    credit = f"{words_in(language).photo}: {dispatch.credit}" if dispatch.credit else None
    said = " · ".join(filter(None, [dispatch.caption, credit]))
    return f"<figure>{image}<figcaption>{escape(said)}</figcaption></figure>" if said else image


def list_page(
    title: str, articles: Iterable[Listed], frame: Frame, *, newer: PageLink | None, older: PageLink | None
) -> str:
    """A list of articles, newest first, with links to the lists before and after it."""
    return _page(
        title, [f"<h1>{escape(title)}</h1>", *_articles(articles, frame), *_between(newer, older, frame)], frame
    )


def links_page(title: str, links: Iterable[PageLink], frame: Frame) -> str:
    """A list of lists, such as the days of a portal."""
    return _page(title, [f"<h1>{escape(title)}</h1>", *_links(links, frame)], frame)


def front_page(latest: Sequence[Listed], portals: Iterable[PageLink], days: Sequence[PageLink], frame: Frame) -> str:
    """What came last, every portal, the newest days."""
    words = words_in(frame.language)
    body = [
        f"<h1>{escape(frame.edition.title)}</h1>",
        f"<h2>{words.latest}</h2>",
        *(_articles(latest, frame) if latest else [f"<p>{words.no_articles}</p>"]),
        f"<h2>{words.portals}</h2>",
        *_links(portals, frame),
        f"<h2>{words.days}</h2>",
        *_links(days[:_DAYS_IN_FRONT], frame),
        f'<p><a href="day/index.html">{words.all_days}</a></p>',
    ]
    return _page(frame.edition.title, body, frame)


def when(record: Record, language: str) -> str:
    """When the source says that an article came out, as exactly as it says it; empty where it does not."""
    if not record["published_at"]:
        return ""
    at = datetime.fromisoformat(record["published_at"]).astimezone(BAKU)
    day = day_in(language, at.date().isoformat())
    return day if record["published_precision"] == "day" else f"{day}, {at:%H:%M}"


def _page(title: str, body: Iterable[str], frame: Frame, *, head: str = "") -> str:
    lines = "\n".join(line for line in body if line)
    name, root = escape(frame.edition.title), frame.root
    trail = [PageLink(path="index.html", text=frame.edition.title), *frame.trail] if root else []
    return f"""<!doctype html>
<html lang="{escape(frame.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<title>{escape(title)}</title>
{head}<link rel="alternate" type="application/atom+xml" href="{root}feed.atom" title="{name}">
<link rel="stylesheet" href="{root}style.css">
</head>
<body>
<header>{"".join(_anchor(link, root) for link in trail)}</header>
<main>
{lines}
</main>
<footer>{name} · {format_stamp(frame.edition.made_at, frame.language)} · <a href="{root}feed.atom">Atom</a></footer>
</body>
</html>
"""


def _articles(articles: Iterable[Listed], frame: Frame) -> list[str]:
    items = [
        f'<li><a href="{frame.root}{one.path}" lang="{escape(one.language)}">{escape(one.title)}</a>'
        f"<small>{escape(one.facts)}</small></li>"
        for one in articles
    ]
    return ['<ul class="articles">', *items, "</ul>"]


def _links(links: Iterable[PageLink], frame: Frame) -> list[str]:
    items = [f"<li>{_anchor(one, frame.root)} <small>{one.count}</small></li>" for one in links]
    return ['<ul class="links">', *items, "</ul>"]


def _between(newer: PageLink | None, older: PageLink | None, frame: Frame) -> list[str]:
    before = _anchor(replace(older, text=f"← {older.text}"), frame.root) if older else "<span></span>"
    after = _anchor(replace(newer, text=f"{newer.text} →"), frame.root) if newer else "<span></span>"
    return [f"<nav>{before}{after}</nav>"] if newer or older else []


def _anchor(link: PageLink, root: str) -> str:
    return f'<a href="{root}{link.path}">{escape(link.text)}</a>'


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
