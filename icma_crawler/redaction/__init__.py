"""Finding an article's words inside other pages, and blanking them there."""

from icma_crawler.redaction.teasers import host_key_of, without_withdrawn
from icma_crawler.redaction.wording import WORTH_SEARCHING, Wording

__all__ = ["WORTH_SEARCHING", "Wording", "host_key_of", "without_withdrawn"]
