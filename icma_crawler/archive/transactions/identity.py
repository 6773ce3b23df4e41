"""Which article a page is a state of: its addresses, its canonical link, its very text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from icma_crawler.archive.archive import Archive
from icma_crawler.archive.decisions import KnownState, agrees, digest_of
from icma_crawler.models import Article
from icma_crawler.urls import identity_key


def known_by_url(archive: Archive, url: str) -> KnownState | None:
    """The article that is or was at *url*, whatever its scheme, www or amp form; None where none ever was."""
    return archive.articles.known(archive.aliases.article_at(url))


def find_known(archive: Archive, portal_id: str, article: Article, addresses: Iterable[str]) -> KnownState | None:
    """The article that a page at *addresses* is a state of, or None for a new one.

    The same text at a second address of one portal is one article.
    """
    known = known_by_addresses(archive, article, addresses)
    return known or archive.articles.known_by_content(portal_id, digest_of(article))


def known_by_addresses(archive: Archive, article: Article, addresses: Iterable[str]) -> KnownState | None:
    """The article that an address of a page joins it to, whatever the text; a canonical link alone must also agree.

    None where none of them leads to one.
    """
    for url in dict.fromkeys(addresses):
        known = known_by_url(archive, url)
        if known is not None:
            return known
    known = known_by_url(archive, article.url)
    return known if known is not None and agrees(known, article) else None


def find_former(archive: Archive, portal_id: str, article: Article, announced_at: str, crawl_id: int) -> int | None:
    """The frontier entry of an article that a page at an unknown address may be the moved and edited state of.

    It came out in the same minute and was not looked at since the new address was announced: whether its old address
    leads to the new one is to be asked before the page stands for itself.
    """
    if article.published_at is None or article.published_precision != "minute":
        return None
    former = _likeliest(archive, archive.articles.known_of_minute(portal_id, article.published_at), article)
    if former is None:
        return None
    return archive.known_urls.entry_not_seen_since(former.id, announced_at, crawl_id)


def find_original(archive: Archive, article_id: int, article: Article) -> int | None:
    """The frontier entry of a known article whose text a page showed, where it now shows another.

    Whether both were edited is to be asked before the page stands for itself.
    """
    known = archive.articles.known(article_id)
    if known is None or known.content_sha256 == digest_of(with_steady_section(known, article)):
        return None
    return archive.known_urls.entry_of(article_id)


def _likeliest(archive: Archive, known: list[KnownState], article: Article) -> KnownState | None:
    """The one that has a headline or a paragraph in common with *article*.

    An edit may have left neither, so else the newest is worth the question; but not where one date stands on all pages.
    """
    agreeing = next((each for each in known if agrees(each, article)), None)
    return agreeing or (known[0] if known and not archive.articles.is_crowd(known) else None)


def with_steady_section(known: KnownState, article: Article) -> Article:
    """*article* in the section that is known, where nothing else differs and one of the two is but a word of its url.

    The url's word stands in for a section that the page does not state; which link beside the headline is taken for one
    may change with the adverts and the lists of what is new.
    """
    steady = replace(article, section=known.section)
    words = unquote(urlsplit(article.url).path).split("/")[1:]  # as they are: a section that is stated has a name
    is_of_url = known.section in words or article.section in words
    return steady if is_of_url and digest_of(steady) == known.content_sha256 else article


def shows_another(archive: Archive, portal_id: str, known: KnownState, article: Article, final_url: str) -> bool:
    """Whether the page of *known* shows another article than its own: its very text, or what is kept at *final_url*.

    Of two articles that a portal made one, the first leads to the second: it does not take over the other's text. A
    stand-in text that all pages show below headlines of their own is that of the first that was looked at.
    """
    owner = archive.aliases.article_at(final_url)
    if owner is not None and owner != known.id:
        return True
    articles, has_new_body = archive.articles, article.body and article.body != known.body
    if has_new_body and articles.has_other_with_body(portal_id, article.body, article.word_count, known.id):
        return True
    return articles.has_other_with_content(portal_id, digest_of(article), known.id)


def move(archive: Archive, known: KnownState, article: Article) -> bool:
    """Take over a new address of a known article, where no other article has it; returns whether it moved."""
    owner = archive.aliases.article_at(article.url)
    if identity_key(article.url) == identity_key(known.url) or (owner is not None and owner != known.id):
        return False
    archive.articles.update(known.id, {"url": article.url})
    return True


def is_kept_at(known: KnownState, url: str) -> bool:
    """Whether *url* is an article's address now, and not one of those that it was met at."""
    return identity_key(known.url) == identity_key(url)
