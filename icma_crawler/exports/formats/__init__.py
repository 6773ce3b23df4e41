"""The formats of a dump, one file each, and the table of them. A writer is imported only when it is used."""

from icma_crawler.exports.formats.registry import FORMATS, Format, format_named

__all__ = ["FORMATS", "Format", "format_named"]
