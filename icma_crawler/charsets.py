"""What a portal calls its character set in, the codec that reads it out; some of Python's codecs are no page's."""

from __future__ import annotations

import codecs

# They read names of hosts and source code, raise whatever the error handler, or make surrogates of plain letters.
_NO_PAGES = frozenset({"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "utf-7", "mbcs", "oem"})


def page_codec(label: str) -> str | None:
    """The name of the codec, None where there is none for pages."""
    try:
        found = codecs.lookup(label.strip().lower())
    except (LookupError, ValueError):  # ValueError: a label with NUL in it
        return None
    is_text = found._is_text_encoding  # noqa: SLF001 - codecs has no public word for base64 and its like
    return found.name if is_text and found.name.replace("_", "-") not in _NO_PAGES else None
