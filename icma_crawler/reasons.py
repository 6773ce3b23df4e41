"""The reason codes: why a url is not (yet) an archived article. One list, also printed in the README."""

from __future__ import annotations

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    # the page was read, and is no article
    "not-article": "the page is not an article (the front page, a page about the portal, one without text)",
    "listing": "the page lists articles (a section, an archive)",
    "tag-page": "the page lists the articles of a tag",
    "search-page": "the page shows the results of a search",
    "soft-404": "the page says that nothing is there, with status 200",
    "login-wall": "the page asks for a login or a subscription and shows no text",
    "consent-wall": "the page shows only a consent dialogue",
    "challenge": "the page is a robot check",
    "empty-shell": "the page has no text of its own (it may need JavaScript)",
    "video-only": "the page shows a video and no text",
    "live-blog": "the page is a running live coverage, not one article",
    "not-html": "the response is not an HTML page",
    "duplicate": "another link of an article that is archived already",
    "off-portal": "the link leads to a host that is not the portal's",
    "home-redirect": "the link leads back to the home page",
    # the page was not read
    "robots": "robots.txt forbids the page",
    "private-address": "the link leads to an address that is not on the public internet",
    "bad-url": "the link is malformed, or neither http nor https",
    "redirect-loop": "the redirects never end",
    "http-401": "the portal asks for a password",
    "http-403": "the portal refuses to answer this crawler",
    "http-404": "the portal no longer has the page",
    "http-410": "the portal has taken the page down",
    "http-429": "the portal asks for fewer requests",
    "http-4xx": "the portal answers with an error of ours",
    "http-5xx": "the portal answers with an error of its own",
    "http-other": "the portal answers with a status that is not understood",
    "timeout": "no whole answer came within the time limit",
    "dns": "the host name cannot be resolved",
    "connect": "no connection could be made, or it broke",
    "tls": "the portal's certificate or TLS handshake is not valid",
    "too-big": "the response is larger than the size limit",
    "cut": "the response ended before it was whole",
    "encoding": "the response cannot be decompressed",
    "robots-unreachable": "robots.txt cannot be had, which forbids everything until it can (RFC 9309)",
    "host-paused": "the portal asked for a pause, or has fallen silent; the page's turn comes after it",
    # the source
    "html-not-feed": "an HTML page came where a feed or a sitemap should be",
    "not-a-source": "neither a feed, nor a sitemap, nor an HTML page",
    "broken-xml": "the feed or sitemap cannot be read",
    "xml-entities": "the feed or sitemap declares XML entities, which are refused",
    "nothing-listed": "the source lists nothing",
    # a known article that was looked at again
    "much-shorter": "the page now has much less text than the archived article",
    "teaser-now": "the page now shows only the beginning of the archived article",
    "same-as-another": "the page now shows the text of another article",
    # our side
    "extract-timeout": "reading the page took longer than the limit",
    "extract-crash": "reading the page ended the worker process",
    "too-big-to-extract": "the page is too large, or its tags too many or too deep, to be read",
    "interrupted": "the crawl ended before the page's turn",
    "max-pages": "the portal's page limit for one crawl was reached",
    "internal": "a fault of this program; the log has more",
}


def explain(reason: str) -> str:
    """The sentence for a reason code, or the code itself where none is known."""
    if reason in REASONS:
        return REASONS[reason]
    for prefix, general in (("http-4", "http-4xx"), ("http-5", "http-5xx"), ("http-", "http-other")):
        if reason.startswith(prefix):
            return f"{REASONS[general]} ({reason.removeprefix('http-')})"
    return reason
