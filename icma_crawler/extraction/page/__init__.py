"""The bytes of a capture in, a page out that every reader shares: its tree, its text by lines, what stands where."""

from icma_crawler.extraction.page.element_text import lines_of, name_of, text_of
from icma_crawler.extraction.page.limits import MAX_BODY_BYTES, MAX_DEPTH, is_deeper
from icma_crawler.extraction.page.page import Page
from icma_crawler.extraction.page.parser import read_page

__all__ = [
    "MAX_BODY_BYTES",
    "MAX_DEPTH",
    "Page",
    "is_deeper",
    "lines_of",
    "name_of",
    "read_page",
    "text_of",
]
