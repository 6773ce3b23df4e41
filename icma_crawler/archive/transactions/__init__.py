"""Units of work over several tables, each all or nothing; no SQL. A function takes the `Archive` first."""

from icma_crawler.archive.transactions.accept import accept
from icma_crawler.archive.transactions.announce import Announced, announce
from icma_crawler.archive.transactions.crawl_runs import begin_crawl, end_crawl
from icma_crawler.archive.transactions.hold_portal import DuePortals, dead_holders, due_portals
from icma_crawler.archive.transactions.import_record import Taken, import_record
from icma_crawler.archive.transactions.limit_reuse import BEGINNING, Position, note_tdm_file, refresh_reuse
from icma_crawler.archive.transactions.merge import merge_article, merge_register
from icma_crawler.archive.transactions.observe import observe, page_of
from icma_crawler.archive.transactions.pages import flagged_page, iter_captures_of, stored_page
from icma_crawler.archive.transactions.record_page import PageLook, mark_gone, record_miss, record_page, record_same
from icma_crawler.archive.transactions.redact import FoundWording, find_wording
from icma_crawler.archive.transactions.reread import StoredPage, load_page, newest_pages, reread
from icma_crawler.archive.transactions.store_page import keep_listing
from icma_crawler.archive.transactions.take_former import take_former
from icma_crawler.archive.transactions.withdraw import refuse_address, refuse_key, wipe_pages, withdraw_article

__all__ = [
    "BEGINNING",
    "Announced",
    "DuePortals",
    "FoundWording",
    "PageLook",
    "Position",
    "StoredPage",
    "Taken",
    "accept",
    "announce",
    "begin_crawl",
    "dead_holders",
    "due_portals",
    "end_crawl",
    "find_wording",
    "flagged_page",
    "import_record",
    "iter_captures_of",
    "keep_listing",
    "load_page",
    "mark_gone",
    "merge_article",
    "merge_register",
    "newest_pages",
    "note_tdm_file",
    "observe",
    "page_of",
    "record_miss",
    "record_page",
    "record_same",
    "refresh_reuse",
    "refuse_address",
    "refuse_key",
    "reread",
    "stored_page",
    "take_former",
    "wipe_pages",
    "withdraw_article",
]
