"""The ways out of the archive: the stable dump record, what rights allow of it, and one writer per format."""

from icma_crawler.exports.dump import dump
from icma_crawler.exports.formats import FORMATS, Format
from icma_crawler.exports.records import Dispatch, Edition, Records, record_digest, record_of
from icma_crawler.exports.rights import lawful_part

__all__ = [
    "FORMATS",
    "Dispatch",
    "Edition",
    "Format",
    "Records",
    "dump",
    "lawful_part",
    "record_digest",
    "record_of",
]
