"""What a line of a page's footer says of reuse, in Azerbaijani, Russian, Turkish and English.

No list of whole sentences can be complete, so each language has the words for four things: using what is published, a
ban, consent, a link. What a line says follows from which of them meet in it.
"""

from __future__ import annotations

import re

from icma_crawler.models import Reuse

_USE = re.compile(
    # az
    r"\b(?:material|melumat|xeber|meqale|yazi|sayt|metn|mezmun|kontent|foto|sekil|video)\w*\b.{0,60}"
    r"\b(?:istifade(?!ci)|kocur|paylas|yayil|yayim|kopyala|suret|derc|iqtibas|nesr|yerlesdir)|"
    r"\b(?:kocurulme|kopyalanma|tekrar derc|iqtibas)\w*|"
    # ru
    r"\b(?:перепечат|копирова|цитирова|воспроизве|воспроизводи|распростран|тиражирова|републикац)\w*|"
    r"\b(?:материал|текст|информаци|контент|публикаци|стать|статей|новост|фото|содержани)\w*\b.{0,60}\bиспользова|"
    r"\b(?:ис|при ис)пользовани\w* .{0,40}\b(?:материал|текст|информаци|контент|публикаци|стат|новост|фото|содержани|ссылк)|"
    # tr
    r"\b(?:iceri[kg]|haber|yazi|fotograf|gorsel|metin|metn|materyal|makale)\w*\b.{0,80}"
    r"\b(?:kullan(?!ici)|kopyala|alinti|yayinla|yayimla|iktibas|cogalt|paylas|dagit)|"
    r"\bizinsiz (?:kopya|alinti|cogalt|yayin|kullan)|"
    # en
    r"\b(?:reproduc|republi|redistribut|reprint)\w*|\b(?:copied|copying|reuse)\b|\bcopy (?:or|any|our|this|the)\b|"
    r"\buse of (?:the |any |our |this |site |its )*(?:material|content|article|text|photo|stor)|"
    r"\b(?:material|content|article|text|photo|stor(?:y|ies)\b)\w*\b.{0,60}\b(?:used|published|quoted|scraped)\b"
)
_BAN = re.compile(
    r"\bqadagan|\bicaze verilmir|\bicaze verilmemis|\byol ?verilm(?:ir|ez)|\b\w+m[ae][kq] olmaz|\b(?:mumkun|caiz) deyil|"
    r"\b(?:запрещ|воспрещ|недопустим)\w*|\bне (?:допуска|разреша)\w*|\bнельзя\b|"
    r"\byasak|\b\w+(?:[ln]amaz|[ln]emez)\b|\b(?:yapilamaz|edilemez)\b|\bizin verilme|"
    r"\b(?:prohibited|forbidden|not permitted|not allowed|not authori[sz]ed)\b|\b(?:may|must|can) ?not (?:be|copy|reproduce|republish|use)\b|"
    r"\bno (?:part|reproduction|copying|content|material)\b|\bdo not (?:copy|reproduce|republish)\b"
)
_CONSENT = re.compile(
    r"\b(?:yazili|redaksiya\w*|rehberli\w*) .{0,20}(?:razili|icaze)|\bicazesiz\b|\brazilasdiril?m|"
    r"\b(?:icaze|razili)\w* (?:ile|olma|alin|alma|esasinda|teleb|vacib|lazim)|"
    r"\bписьменн\w+|\b(?:без|с|со) (?:[\w-]+ ){0,3}(?:разрешени|согласи|согласовани|дозволени)|\bпо согласовани|"
    r"\bтребует\w* (?:\w+ ){0,2}(?:разрешени|согласи|согласовани)|\bнесанкционированн|"
    r"\bizinsiz\b|\byazili (?:izin|izn|onay|muvafakat)|\biz(?:in|n)\w* (?:alin|alma|olma|ile\b|gerek)|"
    r"\bonay\w* (?:ile|alin|alma|olma)|\bmuvafakat|"
    r"\b(?:unauthori[sz]ed|unlicensed)\b|\b(?:written|prior|express) (?:\w+ )?(?:permission|consent|approval|authori[sz]ation)|"
    r"\b(?:without|with|requires?|subject to|obtain\w*) .{0,30}(?:permission|consent|approval|authori[sz]ation)|"
    r"\b(?:permission|consent) is required"
)
_LINK = re.compile(
    r"\b(?:istinad|hiper ?-?link|hiper-istinad|link|menbe|kecid)\w*\b.{0,40}"
    r"\b(?:mutleq|vacib|zeruri|sert|olun|edil|gosteri|veri?l|vermeli|qoyul|qeyd)|"
    r"\b(?:гипер)?ссылк\w+|\bуказани\w+ (?:\w+ )?источник|\bkaynak (?:gosteril|belirtil)\w*|"
    r"\b(?:hyperlink|link|attribution|credit|reference)\b"
)
_EVEN_CREDITED = re.compile(
    r"\b(?:istinad|menbe|link|hiperlink)\w* (?:\w+ )?(?:edil|olun|goster|veril|qeyd)\w*(?: \w+)? (?:bele|de|da|dahi)\b|"
    r"\bhetta .{0,20}\b(?:istinad|menbe|link|hiperlink)|"
    r"\b(?:даже|в том числе|в т\. ?ч\.) .{0,25}(?:ссылк|источник)|\b(?:независимо от|вне зависимости от) .{0,25}(?:ссылк|источник)|"
    r"\bkaynak (?:goster|belirt)il\w* (?:dahi|bile|de|da)\b|"
    r"\b(?:even (?:with|if|when)|whether or not|regardless of) .{0,40}(?:attribut|credit|link|source|acknowledg|reference)"
)
_RIGHTS = re.compile(
    r"\bbutun huquqlar(?:i)? qorunur|\bmuellif huquqlari qorunur|\bвсе права защищены|\btum haklari saklidir|"
    r"\ball rights reserved"
)
_OF_READERS = re.compile(
    r"\b(?:sexsi|ferdi) melumat|\b(?:kuki|cookie|cerez)|\b\d\d ?(?:\+ ?)?yas|\bперсональн|\bличн\w+ данн|\bкуки\b|\bлет\b|"
    r"\bkisisel (?:veri|bilgi)|\bpersonal (?:data|information|details)|\bunder (?:the age of )?\d\d\b"
)
"""What a site may do with its readers' data, and who its readers may be."""
_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{3}[.!?;]) +")
_WORTH_READING = re.compile(
    r"istifad|hüquq|huquq|köçür|kocur|kopya|paylaş|yayıl|yayım|surət|dərc|yerləşdir|iqtibas|nəşr|"
    r"использ|перепеч|копир|цитир|воспр|распростр|тираж|републ|права|"
    r"kullan|al[iı]nt[iı]|hak|iktibas|yay[iı][nm]|çoğalt|dağıt|"
    r"repro|republ|redistrib|reprint|rights|cop(?:y|ied)|reuse|use|publi|quote|scrape",
    re.IGNORECASE,
)


def is_worth_reading(line: str) -> bool:
    """Whether a line can be a reuse statement at all; asked before folding it, which costs more than looking."""
    return _WORTH_READING.search(line) is not None


def classify_reuse_statement(folded: str) -> Reuse | None:
    """What a folded line of a footer leaves allowed; None where it is no statement about reuse.

    With consent only: the law's third remains. Forbidden, even with attribution: the link alone. Allowed with a link,
    or "all rights reserved": nothing that the portal file does not say already.
    """
    said = " ".join(part for part in _SENTENCE_END.split(folded) if not _OF_READERS.search(part))
    if _USE.search(said):
        is_banned, needs_consent = _BAN.search(said), _CONSENT.search(said)
        if (is_banned or needs_consent) and _EVEN_CREDITED.search(said):
            return "link"
        if needs_consent:
            return "excerpt"
        if is_banned:
            return "excerpt" if _LINK.search(said) else "link"
        if _LINK.search(said):
            return "full"
    return "full" if _RIGHTS.search(said) else None
