"""Home and section pages: which links are articles, sections, feeds, and the next page."""

from __future__ import annotations

import pytest

from icma_crawler.discovery import learn_shapes
from icma_crawler.errors import SourceError

CARDS = [
    ("/siyaset/prezident-yeni-ferman-imzaladi", "Prezident yeni fərman imzaladı"),
    ("/idman/qarabag-finalda-qalib-gelib", "Qarabağ finalda qalib gəlib"),
    ("/hadise/bakida-agir-yol-qezasi-olub", "Bakıda ağır yol qəzası olub"),
]
MENU = '<nav><a href="/">Ana</a><a href="/siyaset">Siyasət</a><a href="/idman">İdman</a><a href="/ru">RU</a></nav>'


def page(*cards, menu=MENU, more="", head="", foot="<a href='/elaqe'>Əlaqə</a><a href='/reklam.html'>Reklam</a>"):
    items = "".join(f'<div class="item"><a href="{href}"><h3>{text}</h3></a></div>' for href, text in [*CARDS, *cards])
    return f"<!doctype html><title>Şərq</title>{head}<header>{menu}</header><main>{items}{more}</main><footer>{foot}</footer>"


def paths(listing):
    return [candidate.url.removeprefix("https://sherg.az") for candidate in listing.candidates]


def sections(listing):
    return [s.url.removeprefix("https://sherg.az") for s in listing.sources if s.kind == "section"]


def test_home_is_split_into_articles_and_sections(read):
    listing = read(page(), "section")
    assert listing.kind == "section"
    assert listing.title == "Şərq"
    assert paths(listing) == [href for href, _ in CARDS]
    assert [candidate.title for candidate in listing.candidates] == [text for _, text in CARDS]
    assert sections(listing) == ["/siyaset", "/idman", "/ru"]
    assert listing.next_page is None


def test_a_page_without_links_still_names_its_feed(read):
    """A front page that a script fills with the news."""
    feed = '<link rel="alternate" type="application/feed+json" href="/xeberler.json">'
    listing = read(f"<title>Şərq</title>{feed}<div id=root></div><script src=/app.js></script>", "section")
    assert [(source.kind, source.url) for source in listing.sources] == [("feed", "https://sherg.az/xeberler.json")]
    assert listing.candidates == ()


@pytest.mark.parametrize(
    ("href", "text"),
    [
        ("/siyaset/yeni-sazis", "Bakı ilə Ankara yeni saziş imzaladı"),
        ("/idman/kepez", "Kəpəz doğma meydanda uduzdu"),
        ("/hadise/agir-qeza", "Ağır qəza"),
        ("/news/812", "Neft yenə bahalaşdı, benzin ucuz"),
        ("/xeber.php?id=812", "Neft yenə bahalaşdı, benzin ucuz"),
        ("/2026/11/22/qeza", "Qəza"),
        ("/news/103168.html", "2026"),
        ("/video/zelzele-anlari", "Zəlzələ anları kameraya düşdü (VİDEO)"),
        ("/2026/11/22/world/a-long-slug-of-words/index.html", "World news are long"),
        ("/новости/нефть-снова-дорожает", "Нефть снова дорожает в мире"),
    ],
)
def test_what_is_listed_among_articles_is_one(read, href, text):
    assert len(paths(read(page((href, text)), "section"))) == 4


@pytest.mark.parametrize(
    ("href", "text"),
    [
        ("/", "Ən son xəbərlər bizim saytda"),
        ("/tag/neft-qiymetleri-son-xeberler", "Neft qiymətləri son xəbərlər burada"),
        ("/news/tag/12345", "Neft qiymətləri son xəbərlər burada"),
        ("/muellif/aysel-quliyeva-12345", "Aysel Quliyeva bütün yazıları burada"),
        ("/search?q=neft+qiymeti", "Neft qiyməti ilə bağlı axtarış"),
        ("/haqqimizda.html", "Bizim haqqımızda bütün məlumat burada"),
        ("/uploads/pdf/qezet-22-noyabr-2026.pdf", "Qəzetin bu günkü nömrəsini oxu"),
        ("/siyaset?page=2", "Siyasət xəbərləri, ikinci səhifə"),
        ("/siyaset/page/2", "Siyasət xəbərləri, ikinci səhifə"),
        ("/arxiv/2026/11/22", "22 noyabr 2026 üçün arxiv"),
        ("/2026/11/22", "22 noyabr 2026 üçün xəbərlər"),
        ("/video", "Bütün video xəbərləri burada izlə"),
        ("/private/gizli-bir-sehife-burada", "Gizli bir səhifə burada var"),
        ("https://evil.example/siyaset/yeni-sazis-imzalandi", "Bakı ilə Ankara yeni saziş imzaladı"),
        ("javascript:void(0)", "Bakı ilə Ankara yeni saziş imzaladı"),
        ("http://[broken", "Bakı ilə Ankara yeni saziş imzaladı"),
        ("/siyaset/yeni-sazis?print=1", "Bakı ilə Ankara yeni saziş imzaladı"),
        ("/idman", "İdman dünyasından ən son xəbərlər"),
    ],
)
def test_what_is_no_article_is_none_whatever_it_says(read, href, text):
    assert paths(read(page((href, text)), "section")) == [href for href, _ in CARDS]


def test_folder_of_other_articles_is_no_article(read):
    more = [
        ("/idman/futbol", "Futbol dünyasından ən son xəbərlər"),
        ("/idman/futbol/zire-turan-oyunu-basladi", "Zirə - Turan oyunu başladı"),
    ]
    assert paths(read(page(*more), "section"))[3:] == ["/idman/futbol/zire-turan-oyunu-basladi"]


def test_long_slug_in_the_menu_is_a_section(read):
    menu = '<ul class="main-menu"><li><a href="/hadise-ve-kriminal-xeberleri">Hadisə və kriminal</a></li></ul>'
    listing = read(page(menu=menu), "section")
    assert sections(listing) == ["/hadise-ve-kriminal-xeberleri"]
    assert len(listing.candidates) == 3


def test_title_is_the_heading_or_the_longest_text_without_icons_and_times(read):
    href = CARDS[0][0]
    more = f"""<a href="{href}"><img src="x.jpg"></a><a href="{href}"><i class="material-icons">see</i> Oxu</a>
      <a href="/idman/zire-sebail-oyunu-bitdi"><time>12:30</time><span>Zirə - Səbail   oyunu bitdi</span></a>
      <a href="/hadise/tek-soz-olan-basliq">Söz</a>"""
    titles = {c.url.rpartition("/")[2]: c.title for c in read(page(more=more), "section").candidates}
    assert titles["prezident-yeni-ferman-imzaladi"] == "Prezident yeni fərman imzaladı"
    assert titles["zire-sebail-oyunu-bitdi"] == "Zirə - Səbail oyunu bitdi"
    assert titles["tek-soz-olan-basliq"] is None


def test_overlay_link_takes_the_heading_of_its_card(read):
    card = '<div class="c"><a href="/idman/kepez-uduzdu"></a><h4>Kəpəz doğma meydanda uduzdu</h4></div>'
    assert read(page(more=card), "section").candidates[-1].title == "Kəpəz doğma meydanda uduzdu"


def test_the_portals_pattern_has_the_first_word(read, make_portal):
    portal = make_portal(pattern=r"/hadise/[a-z-]+$")
    assert paths(read(page(), "section", portal=portal)) == ["/hadise/bakida-agir-yol-qezasi-olub"]


def test_known_shapes_decide_before_the_words(read):
    shapes = learn_shapes(f"https://sherg.az/news/xeber-{n}.html" for n in range(10_000, 10_010))
    listing = read(page(("/news/yeni-91234.html", "Yeni")), "section", shapes=shapes)
    assert paths(listing) == ["/news/yeni-91234.html"]


def test_base_href_resolves_the_links(read):
    listing = read(
        page(("yeni-sazis-imzalandi-bu-gun", "Yeni saziş imzalandı bu gün"), head='<base href="/az/siyaset/">'),
        "section",
    )
    assert paths(listing)[-1] == "/az/siyaset/yeni-sazis-imzalandi-bu-gun"


def test_feeds_of_the_head_and_of_links_are_announced_but_not_those_of_comments(read):
    head = """<link rel="alternate" type="application/rss+xml" href="/feed/"><link rel="alternate" hreflang="ru" href="/ru">
      <link rel="alternate" type="application/rss+xml" href="/comments/feed/">
      <link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">
      <link rel="alternate" type="application/atom+xml" href="https://evil.example/atom.xml">"""
    listing = read(page(head=head, foot='<a href="/rss.xml">RSS</a>'), "section")
    feeds = [source.url for source in listing.sources if source.kind == "feed"]
    assert feeds == ["https://sherg.az/feed/", "https://sherg.az/rss.xml"]


@pytest.mark.parametrize(
    ("current", "more", "expected"),
    [
        ("/siyaset", '<a rel="next" href="/siyaset?page=2">x</a>', "/siyaset?page=2"),
        ("/siyaset", '<a class="page-link next" href="/siyaset/page/2/"></a>', "/siyaset/page/2/"),
        ("/siyaset", '<li class="next"><a href="/siyaset/2">2</a></li>', "/siyaset/2"),
        ("/siyaset", '<a href="/siyaset?page=2">Növbəti »</a>', "/siyaset?page=2"),
        ("/siyaset", '<a href="/siyaset?page=2">İrəli</a>', "/siyaset?page=2"),
        ("/ru/politika/", '<a href="/ru/politika/page/2/">Следующая</a>', "/ru/politika/page/2/"),
        ("/siyaset/index.html", '<a href="/siyaset/page-2.html">Sonraki</a>', "/siyaset/page-2.html"),
        ("/siyaset", '<a href="/siyaset/page/2">Older posts</a>', "/siyaset/page/2"),
        ("/siyaset", '<a href="?page=2">2</a><a href="?page=3">3</a><a href="?page=90">»</a>', "/siyaset?page=2"),
        ("/siyaset?page=3", '<a href="/siyaset?page=2">«</a><a href="/siyaset?page=4">›</a>', "/siyaset?page=4"),
        ("/siyaset/page/3", '<a href="/siyaset">1</a><a href="/siyaset/page/4">4</a>', "/siyaset/page/4"),
        ("/siyaset?page=3", '<a rel="prev" href="/siyaset?page=2">Next</a>', None),
        ("/siyaset?page=3", '<a href="/siyaset?page=2">2</a><a href="/siyaset">1</a>', None),
        ("/siyaset", '<a class="next" href="#">Next</a>', None),
        ("/siyaset", '<a class="next" href="/siyaset/basqa-bir-xeber-daha">Növbəti</a>', None),
        ("/siyaset", '<a rel="next" href="https://evil.example/siyaset?page=2">Next</a>', None),
        ("/kateqoriya/12", '<a href="/kateqoriya/13">Dünya</a>', None),
    ],
)
def test_next_page(read, current, more, expected):
    listing = read(page(more=more), "section", url=f"https://sherg.az{current}")
    assert listing.next_page == (expected and f"https://sherg.az{expected}")
    assert set(paths(listing)) >= {href for href, _ in CARDS}
    assert not any("page" in path for path in paths(listing))


def test_paging_page_names_no_sections_again(read):
    assert sections(read(page(), "section", url="https://sherg.az/siyaset?page=3")) == []


def test_sections_without_a_marked_menu_are_what_is_named_in_a_word_or_two(read):
    assert sections(
        read(page(menu='<table><tr><td><a href="/dunya">Dünya</a></td></tr></table>', foot=""), "section")
    ) == ["/dunya"]


def test_charset_named_in_meta_only(read):
    head = '<meta http-equiv="Content-Type" content="text/html; charset=windows-1254">'
    body = page(("/idman/isiq-gorunur-yolun-sonunda", "Işık görünür yolun sonunda"), head=head)
    listing = read(body.encode("windows-1254", "xmlcharrefreplace"), "section")
    assert listing.candidates[0].title == "Prezident yeni fərman imzaladı"
    assert listing.candidates[-1].title == "Işık görünür yolun sonunda"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<p>Tezliklə burada olacağıq.</p>", "nothing-listed"),
        ("<div id=app></div><script src=x.js></script><noscript>Enable JavaScript</noscript>", "empty-shell"),
        (f"<p>{'Söz ' * 80}</p><script src=x.js></script>", "nothing-listed"),
        ("<form><input name=u><input type=password></form><script src=x.js></script>", "login-wall"),
    ],
)
def test_a_page_without_links_tells_why(read, body: str, reason: str):
    with pytest.raises(SourceError) as caught:
        read(f"<html><body>{body}</body></html>", "section")
    assert caught.value.reason == reason
