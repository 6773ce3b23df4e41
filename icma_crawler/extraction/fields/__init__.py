"""A page in, the fields of an article out: one file a field, each decided from a short list of `Evidence`."""

from icma_crawler.extraction.fields.access import decide_access
from icma_crawler.extraction.fields.authors import decide_authors
from icma_crawler.extraction.fields.body import decide_body, read_text
from icma_crawler.extraction.fields.language import decide_language
from icma_crawler.extraction.fields.lead import decide_lead
from icma_crawler.extraction.fields.origin import decide_origin
from icma_crawler.extraction.fields.pictures import decide_picture
from icma_crawler.extraction.fields.published import decide_modified, decide_published
from icma_crawler.extraction.fields.reuse_signals import read_reuse_signals
from icma_crawler.extraction.fields.sections import decide_section, decide_tags
from icma_crawler.extraction.fields.titles import decide_title
from icma_crawler.extraction.fields.url import decide_url

__all__ = [
    "decide_access",
    "decide_authors",
    "decide_body",
    "decide_language",
    "decide_lead",
    "decide_modified",
    "decide_origin",
    "decide_picture",
    "decide_published",
    "decide_section",
    "decide_tags",
    "decide_title",
    "decide_url",
    "read_reuse_signals",
    "read_text",
]
