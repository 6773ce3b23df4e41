"""Text into XML and HTML: always well-formed, never a script, and the story as every feed and page shows it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from icma_crawler.exports.records import Dispatch, Record

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# One replace after the other: str.translate takes ten times as long where letters are not Latin-1.
_ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;"), ("\r", "&#13;"))

_READER_NOTES: Mapping[str, Mapping[str, str]] = {
    "gone": {
        "az": "Bu xəbər mənbədə artıq yoxdur.",
        "ru": "Этой новости больше нет в источнике.",
        "en": "This article is no longer at its source.",
    },
    "withdrawn": {
        "az": "Bu xəbər geri götürülmüşdür.",
        "ru": "Эта новость отозвана.",
        "en": "This article was withdrawn.",
    },
}
_READ_ON = {"az": "Ardını mənbədə oxuyun", "ru": "Читать далее в источнике", "en": "Read on at the source"}


def escape(text: str) -> str:
    """*text* as it may stand in XML 1.0 and HTML, within an element or a quoted attribute."""
    text = _NOT_XML.sub("\ufffd", text)
    for sign, escaped in _ESCAPES:
        text = text.replace(sign, escaped)
    return text


def element(name: str, text: str | None, /, **attributes: str | None) -> str:
    """One XML element on a line; nothing where there is neither text nor an attribute."""
    given = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items() if value is not None)
    if text:
        return f"<{name}{given}>{escape(text)}</{name}>\n"
    return f"<{name}{given}/>\n" if given else ""


def cdata(name: str, text: str) -> str:
    """One XML element whose text stands as it is, as WordPress writes them."""
    clean = _NOT_XML.sub("\ufffd", text).replace("]]>", "]]]]><![CDATA[>")
    return f"<{name}><![CDATA[{clean}]]></{name}>\n"


def web_link(url: str | None) -> str | None:
    """*url* if a browser can safely follow it: no `javascript:`, no `data:`."""
    return url if url and url.startswith(("https://", "http://")) else None


def headline(dispatch: Dispatch) -> str:
    """The title as the page had it; of what must be taken away, only that."""
    record = dispatch.record
    return reader_note(dispatch) if dispatch.is_tombstone else str(record["title_shown"] or record["url"])


def reader_note(dispatch: Dispatch) -> str:
    """Why there is nothing to read any more."""
    return _READER_NOTES[dispatch.record["change"]][dispatch.language]


def story_html(dispatch: Dispatch) -> str:
    """The statement, the text as far as it may be shown, a way to the rest, the source and the archived-on stamp."""
    record = dispatch.record
    parts = [paragraph(reader_note(dispatch) if dispatch.is_tombstone else record["attribution"]["statement"])]
    if not dispatch.is_tombstone:
        parts += [f"<p><strong>{escape(record['lead'])}</strong></p>"] if record["lead"] else []
        parts += [paragraph(text) for text in record["text"].split("\n\n") if text]
        parts += [link_paragraph(record["url"], _READ_ON[dispatch.language])] if record["reuse"] != "full" else []
    return "\n".join([*parts, credit_html(record)])


def credit_html(record: Record) -> str:
    """Source and archived-on, the source linked to the article itself."""
    attribution = record["attribution"]
    return f"{link_paragraph(record['url'], attribution['source'])}\n{paragraph(attribution['archived'])}"


def paragraph(text: str) -> str:
    """Plain text as a paragraph; its line breaks stay."""
    return f"<p>{escape(text).replace(chr(10), '<br/>')}</p>"


def link_paragraph(url: str, text: str) -> str:
    """A paragraph that is a link, where *url* can be one."""
    target = web_link(url)
    return f'<p><a href="{escape(target)}">{escape(text)}</a></p>' if target else paragraph(text)


def published(record: Record) -> str:
    """When the article came out, as far as known: the source's own time, else when it was archived."""
    return str(record.get("published_at") or record["archived_at"])
