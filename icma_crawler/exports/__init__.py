"""The ways out of the archive: the stable dump record, what rights allow of it, and one writer per format."""

from icma_crawler.exports.dump import FORMATS, dump
from icma_crawler.exports.records import record_of
from icma_crawler.exports.rights import lawful_part

__all__ = ["FORMATS", "dump", "lawful_part", "record_of"]
