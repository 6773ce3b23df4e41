"""What is allowed of a text: what portals say of its reuse, the strictest of all that was said, and what is left."""

from icma_crawler.rights.directives import ADDRESSED, LIMITS, header_signals, read_directives
from icma_crawler.rights.excerpts import first_sentences, lawful_caption, lawful_image, lawful_part, lawful_text
from icma_crawler.rights.footers import classify_reuse_statement, is_worth_reading
from icma_crawler.rights.strictness import strictest
from icma_crawler.rights.tdm_files import TDM_FILE_PATH, covers, read_tdm_file, reuse_of_paths

__all__ = [
    "ADDRESSED",
    "LIMITS",
    "TDM_FILE_PATH",
    "classify_reuse_statement",
    "covers",
    "first_sentences",
    "header_signals",
    "is_worth_reading",
    "lawful_caption",
    "lawful_image",
    "lawful_part",
    "lawful_text",
    "read_directives",
    "read_tdm_file",
    "reuse_of_paths",
    "strictest",
]
