"""Single pages of the sample portals: an article or another page in, HTML in the portal's own markup out."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from html import escape
from importlib.resources import files
from string import Template
from urllib.parse import urlsplit

from icma_crawler.demo.articles import DemoArticle, DemoEdition, OtherPage, PageKind, read_manuscript
from icma_crawler.demo.phrases import BAKU, WORDS, format_date, format_relative_day, format_time

_POPULAR_ROWS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoLook:
    """A portal's markup: the templates of its folder, and the patterns of its ``[look]`` table."""

    page: Template
    head: Template
    article: Template
    row: Template
    popular: Template
    date: str
    moment: str
    paragraph: str
    related: str | None = None
    relative: bool = False


@lru_cache
def load_look(portal_id: str) -> DemoLook:
    """The look of a portal folder."""
    folder = files("icma_crawler.demo") / portal_id

    def template(name: str) -> Template:
        return Template(folder.joinpath(f"{name}.html").read_text("utf-8").rstrip("\n"))

    return DemoLook(
        page=template("page"),
        head=template("head"),
        article=template("article"),
        row=template("row"),
        popular=template("popular"),
        **read_manuscript(portal_id)["look"],
    )


def render_article(edition: DemoEdition, article: DemoArticle) -> str:
    """The whole page of *article*."""
    look = load_look(article.portal)
    values = {
        "name": escape(edition.portal.name),
        "title": escape(article.title_shown),
        "url": escape(article.url),
        "lead": escape(article.lead),
        "image": escape(article.image_url),
        "section": escape(article.section),
        "section_url": escape(path_of(article.section_url)),
        "tags": escape(", ".join(article.tags)),
        "byline": _byline(article),
        "views": article.views,
        "date": format_date(article.published_at, look.date, article.language),
        "time": format_time(article.published_at),
        "iso": _iso(article.published_at),
        "naive": f"{article.published_at.astimezone(BAKU):%Y-%m-%dT%H:%M:%S}",
        "json_ld": _json_ld(edition, article),
        "body": _body(edition, article, look),
    }
    title = f"{article.title_shown} | {edition.portal.name}"
    return render_page(
        edition,
        title=title,
        head=look.head.substitute(values),
        main=look.article.substitute(values),
        language=article.language,
    )


def render_page(edition: DemoEdition, *, title: str, main: str, head: str = "", language: str | None = None) -> str:
    """The portal's page around *main*: name, sections of that language, most-read list, footer."""
    language = language or edition.portal.language
    words = WORDS[language]
    return load_look(edition.portal.id).page.substitute(
        language=language,
        title=escape(title),
        head=head,
        style=_style(),
        name=escape(edition.portal.name),
        nav=_navigation(edition, language),
        main=main,
        most_read=words["most_read"],
        popular=_popular(edition, language),
        disclaimer=words["disclaimer"],
    )


def render_other(edition: DemoEdition, page: OtherPage) -> str:
    """A page that is no article, though it may be linked as one."""
    title = _NOT_FOUND_TITLE if page.kind == "soft-404" else page.title
    main = f"<h1>{escape(title)}</h1>\n{_OTHER[page.kind]}"
    return render_page(edition, title=f"{title} | {edition.portal.name}", main=main)


def render_missing(edition: DemoEdition) -> str:
    """What the portal says where it has no page."""
    main = f"<h1>{_NOT_FOUND_TITLE}</h1>\n{_OTHER['soft-404']}"
    return render_page(edition, title=_NOT_FOUND_TITLE, main=main)


def render_private(edition: DemoEdition) -> str:
    """The page that robots.txt asks crawlers not to read."""
    return render_page(
        edition, title="Redaksiya", main="<h1>Redaksiya</h1>\n<p>Bu səhifə redaksiyanın öz işi üçündür.</p>"
    )


def render_image(article: DemoArticle) -> str:
    """A small landscape, another one for each article."""
    seed = zlib.crc32(article.title.encode())
    hue, sun, hill = seed % 360, 80 + seed // 360 % 480, 150 + seed // 7 % 90
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 320" width="640" height="320">'
        f'<rect width="640" height="320" fill="hsl({hue},45%,82%)"/>'
        f'<circle cx="{sun}" cy="90" r="42" fill="hsl({(hue + 40) % 360},80%,70%)"/>'
        f'<path d="M0 {hill} Q160 {hill - 90} 320 {hill} T640 {hill - 20} V320 H0Z" fill="hsl({hue},35%,55%)"/>'
        f'<path d="M0 250 Q200 {330 - hill // 2} 400 250 T640 240 V320 H0Z" fill="hsl({hue},40%,35%)"/></svg>'
    )


def format_moment(at: datetime, look: DemoLook, language: str, today: date | None = None) -> str:
    """A date as the portal's lists show it; relative to *today* where the portal does so and *today* is given."""
    day = format_relative_day(at, today) if look.relative and today else None
    return look.moment.format(date=day or format_date(at, look.date, language), time=format_time(at))


def path_of(url: str) -> str:
    """The address within the portal."""
    return urlsplit(url).path


def _byline(article: DemoArticle) -> str:
    if not article.authors:
        return ""
    return f' · Müəllif: <span class="muellif">{escape(", ".join(article.authors))}</span>'


def _body(edition: DemoEdition, article: DemoArticle, look: DemoLook) -> str:
    paragraphs = [look.paragraph.format(text=escape(text, quote=False)) for text in article.paragraphs]
    if look.related:
        paragraphs.insert(2, _related(edition, article, look.related))
    return "\n".join(paragraphs)


def _related(edition: DemoEdition, article: DemoArticle, pattern: str) -> str:
    """A link to the next older article of the language (to the newest, from the oldest)."""
    others = [other for other in edition.articles if other.language == article.language]
    other = others[(others.index(article) + 1) % len(others)]
    words = WORDS[article.language]["related"]
    return pattern.format(words=words, url=path_of(other.url), title=escape(other.title_shown))


def _json_ld(edition: DemoEdition, article: DemoArticle) -> str:
    facts = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title_shown,
        "description": article.lead,
        "datePublished": _iso(article.published_at),
        "dateModified": _iso(article.published_at),
        "articleSection": article.section,
        "keywords": list(article.tags),
        "inLanguage": article.language,
        "image": [article.image_url],
        "author": [{"@type": "Person", "name": name} for name in article.authors],
        "publisher": {"@type": "NewsMediaOrganization", "name": edition.portal.name, "url": edition.portal.home},
        "mainEntityOfPage": article.url,
    }
    stated = {key: value for key, value in facts.items() if value}
    return json.dumps(stated, ensure_ascii=False).replace("</", "<\\/")


def _iso(at: datetime) -> str:
    return at.astimezone(BAKU).isoformat()


def _navigation(edition: DemoEdition, language: str) -> str:
    links = [(path_of(section.url), section.label) for section in edition.sections if section.language == language]
    links += [(language_home(edition, other), other.upper()) for other in edition.languages if other != language]
    return "".join(f'<a href="{path}">{escape(label)}</a>' for path, label in links)


def language_home(edition: DemoEdition, language: str) -> str:
    """The path of a language's front page."""
    return "/" if language == edition.portal.language else f"/{language}/"


def _popular(edition: DemoEdition, language: str) -> str:
    """Linked from every page and never rewritten when an article moves: here the old addresses live on."""
    look = load_look(edition.portal.id)
    articles = sorted((a for a in edition.articles if a.language == language), key=lambda a: -a.views)
    return "\n".join(_popular_row(article, look) for article in articles[:_POPULAR_ROWS])


def _popular_row(article: DemoArticle, look: DemoLook) -> str:
    return look.popular.substitute(
        url=path_of(article.old_url or article.url),
        title=escape(article.title_shown),
        moment=format_moment(article.published_at, look, article.language),
        views=article.views,
    )


@lru_cache
def _style() -> str:
    return files("icma_crawler.demo").joinpath("style.css").read_text("utf-8").rstrip("\n")


_NOT_FOUND_TITLE = "Səhifə tapılmadı"

_OTHER: Mapping[PageKind, str] = {
    "soft-404": '<p>Axtardığınız səhifə mövcud deyil və ya silinib.</p>\n<p><a href="/">Ana səhifəyə qayıdın</a></p>',
    "login-wall": """<p>Bu yazı yalnız abunəçilər üçündür. Davamını oxumaq üçün daxil olun.</p>
<form class="login" action="/private/giris" method="post">
<label>E-poçt <input type="email" name="email"></label>
<label>Parol <input type="password" name="password"></label>
<button>Daxil ol</button>
</form>""",
    "about": """<p>Bu portal proqramın ilk sınağı üçün hazırlanmış kiçik həftəlik nəşrdir. Onu üç nəfər, iki dəftər və
bir çaydan yaradıb.</p>
<p>Burada oxuduğunuz adamlar və hadisələr uydurmadır. Kəndlərin çoxunu xəritədə axtarmağa dəyməz.</p>""",
    "contact": """<ul><li>Ünvan: Nümunə küçəsi 1, ikinci mərtəbə</li>
<li>Telefon: 000 000 00 00</li>
<li>E-poçt: redaksiya@hefte-demo.example</li></ul>""",
}
