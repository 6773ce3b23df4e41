"""What a page says of its own reuse: robots directives, a TDM reservation, and the notice in its footer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from lxml.html import HtmlElement

from icma_crawler.directives import ADDRESSED, LIMITS, header_signals, read_directives
from icma_crawler.extraction.page import Page, lines_of, name_of
from icma_crawler.models import Capture, Reuse, Signal
from icma_crawler.text import clean_line, fold

_FOOTERS = etree.XPath(
    "//footer | //@class[contains(., 'oot') or contains(., 'opyright')]/.. |"
    " //@id[contains(., 'oot') or contains(., 'opyright')]/.."
)
_FOOTER_NAME = re.compile("foot|copyright")
_LENGTH = etree.XPath("string-length()")
_MAX_FOOTER = 12_000
"""Signs of text, white space included; what is named after a footer and longer is the page around it."""
_MAX_VALUE = 300

_USE = (
    r"\b(?:materiallar|melumat|xeber|sayt|metn|foto)\w*\b.{0,60}\b(?:istifade|kocur|paylas)|"
    r"\b(?:использован|перепечат|копирован|цитирован|воспроизведен)\w*|"
    r"\b(?:icerik|haber|yazi|fotograf|materyal|site)\w*\b.{0,80}\b(?:kullan|kopyala|alinti|yayinla|iktibas)\w*|"
    r"\b(?:reproduc|republi|redistribut|copying|reuse|use of (?:the |any |our |site )?(?:material|content|article))\w*"
)
_FORBIDS = (
    r"\b(?:qadagandir|icaze verilmir|yolverilmezdir)|\b(?:запрещ|не допускается|не разрешается)\w*|"
    r"\b(?:yasaktir|kullanilamaz|kopyalanamaz|yayinlanamaz|alinti yapilamaz|cogaltilamaz)|"
    r"\b(?:prohibited|forbidden|not permitted|not allowed|may not be)\b"
)
_CONSENT = (
    r"\b(?:yazili|redaksiyanin|rehberliyin) .{0,20}(?:razili|icaze)|\b(?:icaze(?:si)?|razili\w*) olmadan\b|"
    r"\bписьменн\w+|\bбез (?:разрешения|согласия)|\bс (?:разрешения|согласия)\b|"
    r"\b(?:izinsiz|(?:yazili )?izin(?:i)? (?:alinmadan|olmadan|olmaksizin))\b|"
    r"\bunauthori[sz]ed\b|\b(?:without|with) .{0,30}(?:permission|consent)|\bprior (?:written )?(?:permission|consent)"
)
_LINK = (
    r"\b(?:istinad|hiper ?-?link|hiper-istinad|menbe)\w*\b.{0,40}\b(?:mutleq|vacib|zeruri|olunmali|edilmeli|gosteril|verilmeli|vermeli)|"
    r"\b(?:гипер)?ссылк\w+|\bkaynak (?:gosteril|belirtil)\w*|\b(?:hyperlink|link|attribution|credit|reference)\b"
)
_USE_RE, _FORBIDS_RE = re.compile(_USE), re.compile(_FORBIDS)
_CONSENT_RE, _LINK_RE = re.compile(_CONSENT), re.compile(_LINK)
_EVEN_CREDITED = re.compile(r"\bkaynak gosteril(?:se|mek)\w* (?:dahi|bile)\b|\bistinad (?:edil|olun)se (?:bele|de)\b")
_RIGHTS = re.compile(
    r"\bbutun huquqlar(?:i)? qorunur|\bmuellif huquqlari qorunur|\bвсе права защищены|\btum haklari saklidir|"
    r"\ball rights reserved"
)
_WORTH_READING = re.compile(
    r"istifad|hüquq|huquq|köçür|kocur|использ|перепеч|копир|цитир|воспр|права|kullan|kopya|al[iı]nt[iı]|hak|iktibas|"
    r"yay[iı]nla|reprod|republ|redistrib|rights|copying|reuse|use of",
    re.IGNORECASE,
)
"""Before folding, which costs more than looking."""
_MAX_READ = 1_000


def read_signals(page: Page, capture: Capture) -> tuple[Signal, ...]:
    """Every signal of a page and of its response, each once."""
    found = [*header_signals(capture), *_meta_signals(page), *_notices(page)]
    return tuple(dict.fromkeys(found))


def _meta_signals(page: Page) -> Iterator[Signal]:
    for name in ADDRESSED:
        for content in page.metas.get(name, ()):
            for directive in read_directives(content):
                if directive in LIMITS:
                    yield Signal(kind="robots-meta", value=directive, reuse=LIMITS[directive])
    if "1" in page.metas.get("tdm-reservation", ()):
        yield Signal(kind="tdm-meta", value="tdm-reservation: 1", reuse="excerpt")


def _notices(page: Page) -> Iterator[Signal]:
    seen: set[str] = set()
    for footer in _footers(page.tree):
        for line in lines_of(footer):
            if line in seen or not _WORTH_READING.search(line):
                continue
            seen.add(line)
            reuse = classify_notice(fold(line[:_MAX_READ]))
            if reuse is not None:
                yield Signal(kind="notice", value=clean_line(line, limit=_MAX_VALUE), reuse=reuse)


def _footers(tree: HtmlElement) -> Iterator[HtmlElement]:
    """The page's footers, none within another."""
    last = None
    for element in _FOOTERS(tree):
        is_footer = element.tag == "footer" or _FOOTER_NAME.search(name_of(element))
        if is_footer and last not in element.iterancestors() and _LENGTH(element) <= _MAX_FOOTER:
            yield element
            last = element


def classify_notice(folded: str) -> Reuse | None:
    """What a folded line of a footer leaves allowed; None where it is no notice about reuse.

    With consent only: the law's third remains. Forbidden, even with attribution: the link alone. Allowed with a link,
    or "all rights reserved": nothing that the portal file does not say already.
    """
    if _USE_RE.search(folded):
        if _EVEN_CREDITED.search(folded):
            return "link"
        if _CONSENT_RE.search(folded):
            return "excerpt"
        if _FORBIDS_RE.search(folded):
            return "excerpt" if _LINK_RE.search(folded) else "link"
        if _LINK_RE.search(folded):
            return "full"
    return "full" if _RIGHTS.search(folded) else None
