"""What robots directives and TDM headers leave allowed of a page.

Sources: Google's reference of the robots meta tag and X-Robots-Tag; W3C TDM Reservation Protocol (community group report
of 10 May 2024), section 5. `noindex` and `nofollow` speak to search engines, not of reuse.
"""

from __future__ import annotations

from collections.abc import Iterator

from icma_crawler.models import Capture, Reuse, ReuseSignal

ADDRESSED = ("robots", "icma-crawler", "googlebot", "googlebot-news")
"""Whom a directive may name and mean us: us by name, or Google, of whom publishers think who think of aggregators."""

LIMITS: dict[str, Reuse] = {"noarchive": "excerpt", "nosnippet": "link", "max-snippet:0": "link"}
_VALUED = ("max-snippet", "max-image-preview", "max-video-preview", "unavailable_after")


def header_signals(capture: Capture) -> Iterator[ReuseSignal]:
    """What the headers of a response say."""
    for name, value in capture.headers:
        if name == "x-robots-tag":
            for directive in _general(value):
                if directive in LIMITS:
                    yield ReuseSignal(kind="robots-header", value=directive, reuse=LIMITS[directive])
        elif name == "tdm-reservation" and value.strip() == "1":
            yield ReuseSignal(kind="tdm-header", value="tdm-reservation: 1", reuse="excerpt")


def read_directives(text: str) -> Iterator[str]:
    """The directives of a list, lower case and without blanks: "max-snippet:0"."""
    for part in text.lower().split(","):
        yield "".join(part.split())


def _general(text: str) -> Iterator[str]:
    """The directives of an X-Robots-Tag that speak to all; "otherbot: noarchive, nosnippet" speaks to another."""
    agent = ""
    for directive in read_directives(text):
        name, colon, rest = directive.partition(":")
        if colon and name not in _VALUED:
            agent, directive = name, rest  # noqa: PLW2901 - what is left of it
        if not agent or agent in ADDRESSED:
            yield directive
