"""What announces the articles: front pages, sections, feeds, sitemaps and robots.txt of a sample portal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.utils import format_datetime
from html import escape

from icma_crawler.demo.articles import DemoArticle, DemoEdition, Section
from icma_crawler.demo.pages import format_moment, language_home, load_look, path_of, render_page
from icma_crawler.demo.phrases import BAKU, WORDS

_FRONT_PAGE_ROWS = 12
_FEED_ITEMS = 10
_NEWS_SITEMAP_AGE = timedelta(hours=48)  # what Google News reads
_TRACKING = "?utm_source=rss&utm_medium=feed"


def render_front_page(edition: DemoEdition, language: str, today: date) -> str:
    """The front page of a language; pages that are no articles stand among the rows by their date."""
    rows = [*map(_article_row, _in_language(edition, language)), *_other_rows(edition)]
    newest = sorted(rows, key=lambda row: row.published_at, reverse=True)[:_FRONT_PAGE_ROWS]
    heading = WORDS[language]["home"]
    return render_page(
        edition,
        title=edition.portal.name,
        head=_feed_link(edition, language),
        main=f"<h1>{heading}</h1>\n{_rows(edition, newest, language, today)}",
        language=language,
    )


def render_section(edition: DemoEdition, section: Section, today: date) -> Iterator[str]:
    """The pages of a section, from the newest on."""
    rows = [_article_row(article) for article in edition.articles if article.section_url == section.url]
    size = edition.page_size
    chunks = [rows[start : start + size] for start in range(0, len(rows), size)]
    for number, chunk in enumerate(chunks, start=1):
        main = (
            f"<h1>{escape(section.label)}</h1>\n{_rows(edition, chunk, section.language, today)}\n"
            f"{_pager(section, number, len(chunks))}"
        )
        title = f"{section.label} | {edition.portal.name}"
        yield render_page(edition, title=title, main=main, language=section.language)


def render_feed(edition: DemoEdition, language: str) -> str:
    """RSS 2.0 with the newest articles of a language."""
    tracking = _TRACKING if edition.announces.feed_has_tracking else ""
    items = "".join(_feed_item(article, tracking) for article in _in_language(edition, language)[:_FEED_ITEMS])
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>\n'
        f"<title>{escape(edition.portal.name)}</title><link>{escape(edition.portal.home)}</link>"
        f"<description>{WORDS[language]['home']}</description><language>{language}</language>\n{items}</channel></rss>\n"
    )


def render_sitemap(edition: DemoEdition) -> str:
    """Every article, with its time."""
    entries = "".join(
        f"<url><loc>{escape(article.url)}</loc><lastmod>{_iso(article.published_at)}</lastmod></url>\n"
        for article in edition.articles
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n'
    )


def render_news_sitemap(edition: DemoEdition) -> str:
    """A Google News sitemap: the articles of the two days before the newest one, in all languages."""
    since = edition.articles[0].published_at - _NEWS_SITEMAP_AGE
    entries = "".join(_news_entry(edition, a) for a in edition.articles if a.published_at >= since)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        f' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n{entries}</urlset>\n'
    )


def render_robots(sitemap_url: str | None) -> str:
    """One closed folder, and the sitemap where the portal has one."""
    sitemap = f"\nSitemap: {sitemap_url}\n" if sitemap_url else ""
    return f"User-agent: *\nDisallow: /private/\n{sitemap}"


def feed_path(edition: DemoEdition, language: str) -> str | None:
    """Where the feed of a language is; None where the portal has none."""
    feed = edition.announces.feed
    return feed.format(home=language_home(edition, language)) if feed else None


def _in_language(edition: DemoEdition, language: str) -> list[DemoArticle]:
    return [article for article in edition.articles if article.language == language]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    url: str
    title: str
    lead: str
    published_at: datetime


def _article_row(article: DemoArticle) -> _Row:
    return _Row(url=article.url, title=article.title_shown, lead=article.lead, published_at=article.published_at)


def _other_rows(edition: DemoEdition) -> Iterator[_Row]:
    for page in edition.other_pages:
        if page.published_at:
            yield _Row(url=page.url, title=page.title, lead="", published_at=page.published_at)


def _rows(edition: DemoEdition, rows: Sequence[_Row], language: str, today: date) -> str:
    look = load_look(edition.portal.id)
    return "\n".join(
        look.row.substitute(
            url=path_of(row.url),
            title=escape(row.title),
            lead=escape(row.lead),
            moment=format_moment(row.published_at, look, language, today),
        )
        for row in rows
    )


def _pager(section: Section, number: int, count: int) -> str:
    path, words = path_of(section.url), WORDS[section.language]
    links = []
    if number > 1:
        previous = path if number == 2 else f"{path}?page={number - 1}"
        links.append(f'<a rel="prev" href="{previous}">{words["previous"]}</a>')
    if number < count:
        links.append(f'<a rel="next" href="{path}?page={number + 1}">{words["next"]}</a>')
    return f'<p class="pager">{" ".join(links)}</p>'


def _feed_link(edition: DemoEdition, language: str) -> str:
    path = feed_path(edition, language)
    if path is None or not edition.announces.feed_is_linked:
        return ""
    return f'<link rel="alternate" type="application/rss+xml" href="{path}">'


def _feed_item(article: DemoArticle, tracking: str) -> str:
    return (
        f"<item><title>{escape(article.title_shown)}</title><link>{escape(article.url + tracking)}</link>"
        f'<guid isPermaLink="true">{escape(article.url)}</guid><category>{escape(article.section)}</category>'
        f"<description>{escape(article.lead)}</description>"
        f"<pubDate>{format_datetime(article.published_at.astimezone(BAKU))}</pubDate></item>\n"
    )


def _news_entry(edition: DemoEdition, article: DemoArticle) -> str:
    return (
        f"<url><loc>{escape(article.url)}</loc><news:news><news:publication>"
        f"<news:name>{escape(edition.portal.name)}</news:name><news:language>{article.language}</news:language>"
        f"</news:publication><news:publication_date>{_iso(article.published_at)}</news:publication_date>"
        f"<news:title>{escape(article.title_shown)}</news:title></news:news></url>\n"
    )


def _iso(at: datetime) -> str:
    return at.astimezone(BAKU).isoformat()
