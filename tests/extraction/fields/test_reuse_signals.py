"""What a page says of its own reuse, in the four languages and in headers; and what only looks like it."""

from dataclasses import replace

import pytest

from icma_crawler.extraction import extract
from icma_crawler.models import Article
from icma_crawler.rights import header_signals

TEXT = "".join(
    f"<p>Şəhərin {number}-ci məhəlləsində təmir işləri başa çatıb və sakinlər yeni həyətlərdən istifadə edirlər.</p>"
    for number in range(1, 9)
)


def page(head: str = "", footer: str = "", text: str = TEXT) -> str:
    return (
        '<html lang="az"><head><meta charset="utf-8"><title>Məhəllələrdə təmir başa çatdı</title>'
        f'<meta property="og:type" content="article">{head}</head><body><article>'
        f"<h1>Məhəllələrdə təmir başa çatdı</h1>{text}</article>{footer}</body></html>"
    )


def signals_of(result) -> list[tuple[str, str, str]]:
    assert isinstance(result, Article)
    return [(signal.kind, signal.value, signal.reuse) for signal in result.reuse_signals]


@pytest.mark.parametrize(
    ("head", "found"),
    [
        ('<meta name="robots" content="index, noarchive">', [("robots-meta", "noarchive", "excerpt")]),
        ('<meta name="ROBOTS" content="NOARCHIVE,follow">', [("robots-meta", "noarchive", "excerpt")]),
        ('<meta name="googlebot" content="nosnippet">', [("robots-meta", "nosnippet", "link")]),
        ('<meta name="icma-crawler" content="noarchive">', [("robots-meta", "noarchive", "excerpt")]),
        ('<meta name="robots" content="max-snippet: 0">', [("robots-meta", "max-snippet:0", "link")]),
        ('<meta name="tdm-reservation" content="1">', [("tdm-meta", "tdm-reservation: 1", "excerpt")]),
        ('<meta name="robots" content="noindex, nofollow, max-snippet:50, max-image-preview:large">', []),
        ('<meta name="robots" content="max-snippet:-1, unavailable_after: 25 Jun 2030 15:00:00 GMT">', []),
        ('<meta name="otherbot" content="noarchive">', []),
        ('<meta name="tdm-reservation" content="0">', []),
        ('<meta name="description" content="noarchive">', []),
    ],
)
def test_directives_in_the_head(capture, portal, head, found):
    assert signals_of(extract(capture(page(head)), portal)) == found


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ([("x-robots-tag", "noarchive")], ["noarchive"]),
        ([("x-robots-tag", "noindex"), ("x-robots-tag", "nosnippet, noarchive")], ["nosnippet", "noarchive"]),
        ([("x-robots-tag", "googlebot: noarchive")], ["noarchive"]),
        ([("x-robots-tag", "icma-crawler: nosnippet")], ["nosnippet"]),
        ([("x-robots-tag", "otherbot: noarchive, nosnippet")], []),
        ([("x-robots-tag", "otherbot: noindex, googlebot: nosnippet")], ["nosnippet"]),
        ([("x-robots-tag", "max-snippet: 0")], ["max-snippet:0"]),
        ([("x-robots-tag", "unavailable_after: 25 Jun 2030 15:00:00 GMT, noarchive")], ["noarchive"]),
        ([("tdm-reservation", " 1 ")], ["tdm-reservation: 1"]),
        ([("tdm-reservation", "0"), ("content-type", "noarchive")], []),
    ],
)
def test_directives_in_headers(capture, headers, found):
    answer = replace(capture(page()), headers=tuple(headers))
    assert [signal.value for signal in header_signals(answer)] == found


@pytest.mark.parametrize(
    ("statement", "reuse"),
    [
        ("Saytdakı materiallardan istifadə edərkən istinad mütləqdir.", "full"),
        ("Məlumatdan istifadə etdikdə hiperlinklə istinad olunmalıdır", "full"),
        ("Materiallardan yalnız redaksiyanın yazılı razılığı ilə istifadə etmək olar.", "excerpt"),
        ("Saytın materiallarından icazəsi olmadan istifadə edilməsi qadağandır", "excerpt"),
        ("Saytın materiallarının köçürülməsi qadağandır", "link"),
        ("© 2026 Bütün hüquqlar qorunur", "full"),
        ("Saytdakı yazıların, hətta mənbə göstərilməklə də, köçürülməsi qadağandır.", "link"),
        ("Materialların surətinin çıxarılması və yayılması qəti qadağandır.", "link"),
        ("Redaksiyanın icazəsi olmadan məqalələrin təkrar dərci yolverilməzdir.", "excerpt"),
        ("Məqalələrdən istifadə üçün əvvəlcədən yazılı icazə alınmalıdır.", "excerpt"),
        ("Xəbərlərin icazəsiz kopyalanması qanunla cəzalandırılır.", "excerpt"),
        ("Materiallardan istifadə edərkən sayta aktiv keçid qoyulmalıdır.", "full"),
        ("При перепечатке материалов гиперссылка на сайт обязательна", "full"),
        ("Перепечатка материалов возможна только с письменного разрешения редакции.", "excerpt"),
        ("Копирование материалов сайта запрещено", "link"),
        ("Перепечатка материалов запрещена, в том числе со ссылкой на источник.", "link"),
        ("Использование материалов без согласования с редакцией запрещено", "excerpt"),
        ("Запрещается воспроизводить материалы без разрешения редакции", "excerpt"),
        ("Нельзя копировать тексты сайта", "link"),
        ("Все права защищены и охраняются законом", "full"),
        ("Sitedeki haberler kaynak gösterilerek kullanılabilir.", "full"),
        ("Sitedeki yazı ve fotoğraflar izinsiz kullanılamaz", "excerpt"),
        ("Haberler kaynak gösterilse dahi kopyalanamaz, yayınlanamaz.", "link"),
        ("Haberler kaynak gösterilerek dahi kullanılamaz.", "link"),
        ("Yazılı izin alınmaksızın haberlerimiz alıntılanamaz.", "excerpt"),
        ("İçerikler ancak yayıncının yazılı onayı ile kullanılabilir.", "excerpt"),
        ("Tüm hakları saklıdır © Çinar Haber", "full"),
        ("No part of this site may be reproduced without prior written permission.", "excerpt"),
        ("This material may not be published, rewritten or redistributed.", "link"),
        ("Reproduction of any material is strictly prohibited, even with attribution.", "link"),
        ("No part of this site may be copied or republished.", "link"),
        ("Written permission is required to reprint our stories.", "excerpt"),
        ("Republication is welcome with a link to this page.", "full"),
        ("Copyright 2026. All rights reserved.", "full"),
    ],
)
@pytest.mark.parametrize("place", ["<footer><div><p>{}</p></div></footer>", '<div class="site-Footer bottom">{}</div>'])
def test_a_reuse_statement_in_the_footer(capture, portal, statement, reuse, place):
    found = signals_of(extract(capture(page(footer=place.format(statement))), portal))
    assert found == [("notice", statement, reuse)]


@pytest.mark.parametrize(
    "line",
    [
        "Haqqımızda Əlaqə Reklam",
        "Bakı şəhəri, Nizami küçəsi 12, telefon 012 555 00 00",
        "Saytın istifadəçiləri rəylərinə görə məsuliyyət daşıyır, söyüş qadağandır.",
        "Şəxsi məlumatlarınız razılığınız olmadan üçüncü şəxslərlə paylaşılmır",
        "Редакция не несёт ответственности за содержание рекламы",
        "Лицам до 18 лет использование сайта запрещено",
        "Персональные данные не распространяются без вашего согласия",
        "18 yaşından küçüklerin siteyi kullanması yasaktır",
        "We do not redistribute your personal information without your consent",
        "Subscribe to our newsletter and never miss a story",
    ],
)
def test_what_else_stands_in_footers(capture, portal, line):
    assert signals_of(extract(capture(page(footer=f"<footer><p>{line}</p></footer>")), portal)) == []


def test_an_article_that_quotes_a_reuse_statement_says_nothing_of_itself(capture, portal):
    quoted = TEXT + "<p>Saytda yazılıb ki, materialların köçürülməsi qadağandır və istinad mütləqdir.</p>"
    assert signals_of(extract(capture(page(text=quoted)), portal)) == []


def test_a_wrapper_named_after_its_footer_is_none(capture, portal):
    quoted = "<p>Saytda yazılıb ki, materialların köçürülməsi qadağandır.</p>" + TEXT * 20
    wrapped = page().replace("<article>", '<div class="with-footer"><article>').replace(TEXT, quoted)
    assert signals_of(extract(capture(wrapped), portal)) == []
