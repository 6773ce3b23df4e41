"""Lines that belong to the page and not to the article: counters, prompts, links to other articles, icon words."""

from __future__ import annotations

import re

_MAX_FURNITURE = 200
# Words that icon fonts draw as signs; as text they are glued to what follows ("seeBaxış sayı", "archiveBu xəbər").
_ICON = re.compile(
    r"^(?:see|embed|archive|schedule|visibility|access_time|top|up|close|news|share|print|remove_red_eye|"
    r"query_builder|date_range|event|folder|comment|chat_bubble|person|edit|search|menu|arrow_\w+|keyboard_arrow_\w+)"
    r"(?=[A-ZƏİŞÇĞÖÜ0-9А-Я])"
)
_ICON_ALONE = re.compile(
    r"^(?:see|embed|archive|schedule|visibility|access_time|top|up|close|remove_red_eye|query_builder|arrow_\w+|"
    r"keyboard_arrow_\w+|date_range|chat_bubble)$"
)
_FURNITURE = re.compile(
    r"^\W*(?:"
    # Azerbaijani
    r"daxil olun,? şərh yaz|şərh (?:yaz|bildir|əlavə)|şərhlər?\W*$|\d+ şərh|baxış(?: sayı|lar)?\W*\d|baxılıb|oxun(?:ub|ma sayı)\W*\d|"
    r"paylaş\W*$|paylaşın|(?:həmçinin|bunu da|daha) oxu(?:yun)?\W|oxşar xəbərlər|son xəbərlər\W*$|ən çox oxunan|günün ən çox|"
    r"digər xəbərlər|xəbər lenti|bölmələr\W*$|teqlər?\W|etiketlər?\W|çap et|şriftin|reklam\W*$|"
    r"hadisələ?r?i?nin gedişatını izləmək üçün|.{0,60}\btelegram kanalı|.{0,60}whatsapp (?:kanal|qrup|nömrə)|"
    r"bizi .{0,40}(?:izləyin|oxuyun)|bizə .{0,40}(?:qoşulun|abunə)|.{0,60}abunə olun\W*$|bütün hüquqlar qorunur|"
    r".{0,60}hiperlinklə istinad|.{0,40}istinad mütləqdir|orfoqrafik səhv|mətndə səhv|"
    # Russian
    r"читайте также|читать также|по теме\W*$|подписывайтесь на|подпишитесь на|просмотров?\W*\d|комментари(?:и|ев)\W*\d*\W*$|"
    r"оставить комментарий|поделиться\W*$|все новости\W*$|самое читаемое|теги\W|нашли ошибку|выделите ее|следите за .{0,40}новостями|"
    # Turkish
    r"ayrıca oku|ilgili haber|yorum yap|yorumlar\W*\d*\W*$|görüntülenme\W*\d|paylaş\W*$|bizi takip|abone ol|"
    # English
    r"read (?:also|more|next)\b\W|also read\W|see also\W|related (?:articles?|stories|news|posts?|content)\W*$|"
    r"share (?:this|on|via)\b|sign up (?:for|to)\b|subscribe (?:to|now|for)\b|follow us\b|leave a (?:comment|reply)|"
    r"(?:log|sign) in to (?:comment|post)|advertisement\W*$|scroll to continue|story continues below|continue reading|"
    r"(?:would you like to|please read our) comment|sign up \(|get the latest .{0,60}(?:inbox|newsletter)|recommended videos\W*$|"
    r"article content\W*$|(?:photo|image|picture)(?: credit| source| by)?s?:.{1,60}$|"
    # German, French, Spanish, Italian, Portuguese, Polish, Dutch, the Nordic languages
    r"auch interessant|lesen sie (?:auch|mehr)|mehr zum thema|ähnliche(?: artikel)?\W*$|(?:foto|bild|quelle)s?:.{1,40}$|"
    r"(?:à )?lire aussi|sur le même sujet|lee (?:también|más)\W|te puede interesar|suscr[ií]bete\W*$|leggi anche|leia (?:também|mais)\W|"
    r"czytaj (?:więcej|też|także|również)|zobacz (?:też|także|również)|lees ook|läs (?:också|mer|även)\W|les også|læs også|lue myös|"
    r"click here to\b|views?\W*\d+\W*$|\d+ views\W*$|\d+ comments?\W*$|loading\W*$|print\W*$|tags?:|copy(?:right)? ©"
    r")",
    re.IGNORECASE,
)
_RELATED_LABEL = re.compile(
    r"^\W*(?:həmçinin oxuyun|bunu da oxuyun|oxşar xəbərlər|əlaqəli xəbərlər|читайте также|читать также|по теме|материалы по теме|"
    r"ayrıca okuyun|ilgili haber(?:ler)?|read (?:also|more|next)|also read|see also|related(?: articles?| stories| news| posts?)?|"
    r"lesen sie auch|mehr zum thema|lire aussi|à lire aussi|leggi anche|lea también|czytaj też|czytaj także|lees ook|läs också)\s*(?::|$)",
    re.IGNORECASE,
)


def is_furniture(line: str) -> bool:
    """Whether *line* is part of the page's furniture, in Azerbaijani, Russian, Turkish or English."""
    return len(line) < _MAX_FURNITURE and bool(_ICON_ALONE.match(line) or _FURNITURE.match(line))


def is_related_label(text: str) -> bool:
    """Whether *text* opens a block of links to other articles ("Həmçinin oxuyun: ...")."""
    return _RELATED_LABEL.match(text[:80]) is not None


def without_icons(line: str) -> str:
    """*line* without the name of an icon glued to its start."""
    return _ICON.sub("", line)
