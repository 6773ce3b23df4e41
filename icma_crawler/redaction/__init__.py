"""Finding an article's words inside other pages, and blanking them there."""

from icma_crawler.redaction.wording import WORTH_SEARCHING, Wording

__all__ = ["WORTH_SEARCHING", "Wording"]
