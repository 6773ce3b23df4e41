"""What may leave the archive: the one place where `reuse` is enforced, for every way out.

Azerbaijan's media law lets a medium reuse at most a third of another's item, with reference, unless a contract
says more. Whole sentences only, the lead included; where not even one fits, none.
"""

from __future__ import annotations

import re
from dataclasses import replace

from icma_crawler.models import Article, Reuse

_SENTENCE_END = re.compile(r"[.!?…][\"»”’)\]]*\s+(?=[^\W\d_a-zəıöüçşğа-я]|[\"«“„(\d])")
_CLOSING = re.compile(r"[\"»”’)\]]*")


def lawful_part(article: Article, reuse: Reuse) -> Article:
    """The article as it may be handed on: whole, cut to its first third of the words, or title and link only."""
    if reuse == "full":
        return article
    lead, body = lawful_text(article.lead, article.body, reuse)
    return replace(
        article,
        lead=lead,
        body=body,
        image_url=lawful_image(article.image_url, reuse),
        image_caption=lawful_caption(article.image_caption, reuse),
        image_credit=lawful_image(article.image_credit, reuse),
    )


def lawful_text(lead: str | None, body: str, reuse: Reuse) -> tuple[str | None, str]:
    """The lead and the body as they may be handed on."""
    if reuse == "full":
        return lead, body
    if reuse == "link":
        return None, ""
    lead_words = len(lead.split()) if lead else 0
    allowance = (lead_words + _count_at_least(body)) // 3
    if lead and lead_words > allowance:
        return first_sentences(lead, allowance) or None, ""
    return lead or None, first_sentences(body, allowance - lead_words)


def lawful_image(image_url: str | None, reuse: Reuse) -> str | None:
    """The address of the article's image; a link-only article goes out without."""
    return None if reuse == "link" else image_url


def lawful_caption(caption: str | None, reuse: Reuse) -> str | None:
    """What stands below the article's image: text of its own, which leaves only where the whole text does."""
    return caption if reuse == "full" else None


def first_sentences(text: str, max_words: int) -> str:
    """The first whole sentences of *text* that have at most *max_words* words; paragraphs stay apart."""
    taken: list[str] = []
    left = max_words
    start = 0
    while left > 0 and start < len(text):
        end = text.find("\n\n", start)
        end = len(text) if end < 0 else end
        paragraph = text[start:end]
        # No further than there is room: what is left over stays one piece.
        words = paragraph.split(None, left)
        if len(words) > left:
            taken += filter(None, [_cut(paragraph, len(paragraph) - len(words[-1]))])
            break
        taken.append(paragraph)
        left -= len(words)
        start = end + 2
    return "\n\n".join(taken)


def _count_at_least(text: str) -> int:
    """The words of *text* as plain blanks part them, which is never more than there are.

    Counting is what an excerpt costs; among bytes it is done in half the time.
    """
    return len(text.encode("utf-8", "surrogatepass").split())


def _cut(paragraph: str, limit: int) -> str:
    """The beginning of *paragraph* up to the last sentence that ends before *limit*, closing quotes and all."""
    kept = 0
    for end in _SENTENCE_END.finditer(paragraph, 0, limit + 1):
        kept = end.start() + 1
    closing = _CLOSING.match(paragraph, kept) if kept else None
    return paragraph[: closing.end()] if closing else ""
