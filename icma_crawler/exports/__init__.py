"""The ways out of the archive: the stable dump record, what rights allow of it, and one writer per format."""

from icma_crawler.exports.dump import dump, manifest_path
from icma_crawler.exports.formats import FORMATS, Format, format_named
from icma_crawler.exports.records import (
    SCHEMA_VERSION,
    Dispatch,
    Edition,
    Records,
    credited_publisher,
    record_digest,
    record_of,
    sent_now,
)

__all__ = [
    "FORMATS",
    "SCHEMA_VERSION",
    "Dispatch",
    "Edition",
    "Format",
    "Records",
    "credited_publisher",
    "dump",
    "format_named",
    "manifest_path",
    "record_digest",
    "record_of",
    "sent_now",
]
