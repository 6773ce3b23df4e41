"""What may leave the archive: the one place where `reuse` is enforced, for every way out.

Azerbaijan's media law lets a medium reuse at most a third of another's item, with reference, unless a contract
says more. Whole sentences only, the lead included; where not even one fits, none.
"""

from __future__ import annotations

import re
from dataclasses import replace

from icma_crawler.models import Article, Reuse

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"»”’)\]]*\s+(?=[^\W\d_a-zəıöüçşğа-я]|[\"«“„(\d])")


def lawful_part(article: Article, reuse: Reuse) -> Article:
    """The article as it may be handed on: whole, cut to its first third of the words, or title and link only."""
    if reuse == "full":
        return article
    if reuse == "link":
        return replace(article, lead=None, body="")
    allowance = count_words(article.lead or "", article.body) // 3
    lead = first_sentences(article.lead, allowance) if article.lead else None
    body = ""
    if not article.lead or lead == article.lead:
        body = first_sentences(article.body, allowance - count_words(lead or ""))
    return replace(article, lead=lead or None, body=body)


def count_words(*texts: str) -> int:
    return sum(len(text.split()) for text in texts)


def first_sentences(text: str, max_words: int) -> str:
    """The first whole sentences of *text* that have at most *max_words* words; paragraphs stay apart."""
    taken: list[str] = []
    left = max_words
    for paragraph in text.split("\n\n"):
        sentences = _SENTENCE_END.split(paragraph)
        fitting = []
        for sentence in sentences:
            words = len(sentence.split())
            if words > left:
                break
            fitting.append(sentence)
            left -= words
        if fitting:
            taken.append(_join_as_written(paragraph, fitting))
        if len(fitting) < len(sentences):
            break
    return "\n\n".join(taken)


def _join_as_written(paragraph: str, sentences: list[str]) -> str:
    """The beginning of *paragraph* up to the end of the last of *sentences*, closing quotes and all."""
    end = 0
    for sentence in sentences:
        end = paragraph.index(sentence, end) + len(sentence)
    closing = re.match(r"[\"»”’)\]]*", paragraph[end:])
    return paragraph[: end + (closing.end() if closing else 0)]
