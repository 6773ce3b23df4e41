"""The portals that come with the program, and what happens to a portal file with a mistake in it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from icma_crawler.errors import PortalFileError, UnknownPortalError
from icma_crawler.models import CrawlPolicy, Rule, Source
from icma_crawler.portals import default_registry, load_portal, load_portals, pick_portals, portal_as_dict

PACKAGED = load_portals()

# One article of each portal whose article addresses are known; xezerxeber.az and banker.az show the shape only.
EXAMPLES = {
    "1news.az": "https://1news.az/az/news/20260409120640547-Prezident-Indiyedek-400-den-chox-insan-mina-partlayishlarinda-helak-olub-ve-ya-yaralanib",
    "525.az": "https://525.az/news/166139-sosial-media-menim-ucun-daha-elcatandir-cavidan-fatihi",
    "apa.az": "https://apa.az/hadise/bakida-islediyi-evden-30-min-manatliq-ogurluq-eden-sexs-saxlanilib-954015",
    "axar.az": "https://axar.az/news/planet/1079434.html",
    "azadliq.org": "https://www.azadliq.org/a/1828333.html",
    "azerbaijan-news.az": "https://www.azerbaijan-news.az/index.php/az/posts/detail/heqiqi-fikirlerin-aynasi-heqiqeti-efkar-1752874280/365199",
    "azerbaijan.az": "https://azerbaijan.az/news/18906",
    "azernews.az": "https://www.azernews.az/aggression/244982.html",
    "azertag.az": "https://azertag.az/xeber/Haminin_can_atdigi_chetin_pese_dovlet_qullugu-1073115",
    "azxeber.com": "https://azxeber.com/az/ilham-eliyev-qazaxistanin-xarici-isler-ve-neqliyyat-nazirlerini-qebul-etdi-foto/siyaset/",
    "banker.az": "https://banker.az/some-slug/",
    "bbc.com-azeri": "https://www.bbc.com/azeri/azerbaijan-45833081",
    "caliber.az": "https://caliber.az/en/post/khankendi-the-khan-is-back-to-its-throne",
    "day.az": "https://news.day.az/world/1093356.html",
    "fed.az": "https://fed.az/az/maliyye/merkezi-bankin-sedrinden-lombard-sektoru-barede-aciqlama-206423",
    "haqqin.az": "https://haqqin.az/newsarchive/387035",
    "ikisahil.az": "https://ikisahil.az/post/637899-agdaban-qetliamindan-34-il-otur",
    "interpress.az": "https://interpress.az/28849-meyidi-trkmnistan-sahillrind-taplan-nefti-bu-gn-tovuzda-dfn-edilck.html",
    "iqtisadiyyat.az": "https://iqtisadiyyat.az/az/post/q-rg-z-stan-2100-cu-il-q-d-r-buzlaqlar-n-n-80-ni-itir-bil-r-170995",
    "islam.az": "https://islam.az/70144/azerbaycanda-islam-maliyyesi-dovru-sahibkarlar-ve-vetendaslar-ucun-yeni-qapilar-acilir/",
    "lent.az": "https://lent.az/xeber/maqazin/cavidan-fatihi-menden-can-cana-oxumagimi-isteyirler-40657258",
    "marja.az": "https://ww.marja.az/public/80416/onlayn-mediaya-dair-standartlar-mueyyenlesir",
    "metbuat.az": "https://metbuat.az/news/1550585/kecmis-hakim-yeni-pesesinde-milyonlar-qazanir.html",
    "milli.az": "https://news.milli.az/society/1323670.html",
    "minval.az": "https://minval.az/news/123975571",
    "modern.az": "https://modern.az/az/tehsil/514701/azerbaycandaki-zel-orta-mektebler-siyahi/",
    "musavat.com": "http://musavat.com/news/po-iniciative-mehriban-alievoj-dan-ehsan-v-gyandzhe-foto_592756.html",
    "news.az": "https://news.az/news/google-sees-massive-800-rise-in-ai-agent-revenue",
    "news24.az": "https://news24.az/52398-azerbaycanli-politoloqdan-polad-bulbulogluna-ermenileri-rahatlatmaq-uchun.html",
    "oxu.az": "https://oxu.az/dunya/alyaskada-yoxa-cixan-teyyareden-xeber-var",
    "publika.az": "https://publika.az/news/sosial/426715.html",
    "qafqazinfo.az": "https://qafqazinfo.az/news/detail/iraqda-silahli-hucum-12-nefer-olduruldu-161018",
    "report.az": "https://report.az/az/xarici-siyaset/ceyhun-bayramov-kuveytin-azerbaycandaki-sefiri-ile-gorusub/",
    "sherg.az": "https://sherg.az/iqtisadiyyat/lombard-fealiyyeti-ile-bagli-riskler-azalacaq",
    "sia.az": "https://sia.az/az/news/politics/1329914.html",
    "siyasetinfo.az": "https://siyasetinfo.az/8825",
    "sonxeber.az": "https://sonxeber.az/391869/zaur-eliyev-nazir-muavini-teyin-olundu",
    "teleqraf.az": "https://teleqraf.az/news/dunya/537688.html",
    "today.az": "http://www.today.az/news/society/213291.html",
    "trend.az": "https://az.trend.az/azerbaijan/society/2103824.html",
    "turan.az": "https://turan.az/en/social/subway-and-bus-fares-have-increased-in-azerbaijan-782016",
    "xalqqazeti.com": "https://old.xalqqazeti.com/az/news/education/9513",
    "xeberler.az": "https://xeberler.az/new/details/ayna:-avtobus-marsrutlarina-onlayn-bilet-satisi-2-defe-artib--38665.htm",
    "xezerxeber.az": "https://www.xezerxeber.az/news/some-section/148984/some-slug",
    "yeniavaz.com": "https://www.yeniavaz.com/az/news/185588/meshur-sirket-abs-da-magazalarini-bagladi",
    "yeniazerbaycan.com": "https://www.yeniazerbaycan.com/Din_e140104_az.html",
    "yenixeber.az": "https://yenixeber.az/cinsiyyetini-deyisen-qaraderili-aktrisa-olduruldu-149698",
}

# What lies beside the articles and must never be taken for one.
NOT_ARTICLES = [
    ("sherg.az", "https://sherg.az/iqtisadiyyat"),
    ("sherg.az", "https://sherg.az/storage/posts"),
    ("report.az", "https://report.az/az/xarici-siyaset/"),
    ("report.az", "https://report.az/ru/rss/"),
    ("apa.az", "https://apa.az/ru/maliyye"),
    ("oxu.az", "https://oxu.az/iqtisadiyyat/page/2"),
    ("milli.az", "https://news.milli.az/tag/12345.html"),
    ("ikisahil.az", "https://ikisahil.az/post/share"),
    ("banker.az", "https://banker.az/vakansiyalar"),
    ("banker.az", "https://banker.az/feed/"),
    ("azxeber.com", "https://azxeber.com/az/xeberler/2/"),
    ("bbc.com-azeri", "https://www.bbc.com/azeri/institutional-49283479"),
    ("bbc.com-azeri", "https://www.bbc.com/azeri/topics/c06gq3dvz7xt"),
    ("bbc.com-azeri", "https://www.bbc.com/news/world-45833081"),
    ("turan.az", "https://turan.az/en/social"),
]

MINIMAL = """\
name = "Sherg.az"
home = "https://sherg.az/"
language = "az"
timezone = "Asia/Baku"
"""


@pytest.fixture
def write(tmp_path):
    def write(text: str | bytes, name: str = "sherg.az.toml") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


# The packaged registry


def test_the_registry_holds_forty_portals_and_more_in_order_of_id():
    assert len(PACKAGED) >= 40
    assert list(PACKAGED) == sorted(PACKAGED)
    assert "icma.az" not in PACKAGED, "the publisher of reprints is no source"


@pytest.mark.parametrize("portal", PACKAGED.values(), ids=list(PACKAGED))
def test_a_packaged_portal_claims_no_more_than_is_its_own(portal):
    assert portal.timezone == "Asia/Baku"
    assert portal.reuse == "excerpt"
    assert portal.crawl == CrawlPolicy(), "nobody is asked faster than the default without an agreement"
    assert len({source.url for source in portal.sources}) == len(portal.sources)
    for url in (portal.home, *(source.url for source in portal.sources)):
        assert portal.owns(url)
        assert not portal.matches_article(url), f"{url} would be taken for an article"


@pytest.mark.parametrize(("portal_id", "url"), EXAMPLES.items(), ids=list(EXAMPLES))
def test_the_url_pattern_finds_the_portals_articles(portal_id, url):
    portal = PACKAGED[portal_id]
    assert portal.matches_article(url)
    assert portal.owns(url)


def test_every_url_pattern_has_an_example():
    assert {portal.id for portal in PACKAGED.values() if portal.article_url_pattern} == set(EXAMPLES)


@pytest.mark.parametrize(("portal_id", "url"), NOT_ARTICLES)
def test_the_url_pattern_leaves_other_pages_alone(portal_id, url):
    assert PACKAGED[portal_id].matches_article(url) is False


def test_every_packaged_portal_explains_what_its_facts_rest_on():
    folder = Path(load_portals.__code__.co_filename).parent
    for path in folder.glob("*.toml"):
        assert path.read_text(encoding="utf-8").startswith("# "), path.name


# What a file says


def test_four_keys_are_a_whole_portal(write):
    portal = load_portal(write(MINIMAL))
    assert (portal.id, portal.name, portal.home) == ("sherg.az", "Sherg.az", "https://sherg.az/")
    assert (portal.reuse, portal.enabled, portal.hosts, portal.sources) == ("excerpt", True, (), ())
    assert portal.crawl == CrawlPolicy()
    assert portal.source_url == "https://sherg.az"
    assert portal.matches_article("https://sherg.az/iqtisadiyyat/lombard") is None


def test_every_key_is_read(write):
    portal = load_portal(
        write(
            MINIMAL
            + """
reuse = "link"
enabled = false
hosts = ["WWW.Şərq.az", "ru.sherg.az:8080"]

[[sources]]
kind = "feed"
url = "https://feeds.example.org/sherg.xml#top"

[[sources]]
kind = "section"
url = "https://sherg.az/iqtisadiyyat"

[article]
url_pattern = '/(?P<section>[a-z]+)/'

[[rules]]
valid_from = 2024-01-01
body = \"\"\"
  div.news-text,
  div.text
\"\"\"

[[rules]]
title = "h1"
date = "time[datetime]"

[crawl]
delay_seconds = 2
concurrency = 3
max_pages = 10
user_agent = "icma (+https://example.org)"
verify_tls = false
"""
        )
    )
    assert (portal.reuse, portal.enabled) == ("link", False)
    assert portal.hosts == ("xn--rq-eta41h.az", "ru.sherg.az:8080")
    assert portal.sources == (
        Source(kind="feed", url="https://feeds.example.org/sherg.xml"),
        Source(kind="section", url="https://sherg.az/iqtisadiyyat"),
    )
    assert portal.owns("https://feeds.example.org/other"), "a source brings its host with it"
    assert portal.matches_article("https://sherg.az/iqtisadiyyat/lombard")
    assert portal.rules == (
        Rule(title="h1", date="time[datetime]"),
        Rule(valid_from=date(2024, 1, 1), body="div.news-text, div.text"),
    ), "the rule that always held is first"
    assert portal.crawl == CrawlPolicy(
        delay_seconds=2.0, concurrency=3, max_pages=10, user_agent="icma (+https://example.org)", verify_tls=False
    )


def test_a_byte_order_mark_and_windows_lines_do_no_harm(write):
    assert load_portal(write(b"\xef\xbb\xbf" + MINIMAL.replace("\n", "\r\n").encode())).name == "Sherg.az"


def test_two_files_may_name_one_home(write, tmp_path):
    write(MINIMAL, "sherg.az.toml")
    write(MINIMAL, "sherg.az-sport.toml")  # "-" sorts before ".toml", yet the id is what counts
    assert list(load_portals(tmp_path)) == ["sherg.az", "sherg.az-sport"]


# What a mistake says


def _with(key: str, value: str) -> str:
    """The minimal file with one of its own keys set differently."""
    lines = [f"{key} = {value}" if line.startswith(f"{key} ") else line for line in MINIMAL.splitlines()]
    return "\n".join(lines)


def _without(key: str) -> str:
    return "\n".join(line for line in MINIMAL.splitlines() if not line.startswith(key))


SOURCE = '[[sources]]\nkind = "feed"\nurl = "https://sherg.az/rss"\n'

MISTAKES = [
    # unknown keys
    (MINIMAL + 'languge = "az"', "languge", "did you mean language?"),
    (MINIMAL + "[zebra]", "zebra", "possible are name"),
    (
        MINIMAL + SOURCE + "[[sources]]\nkind = 'feed'\nurl = 'https://sherg.az/'\ntype = 1",
        "sources[2].type",
        "unknown",
    ),
    (MINIMAL + "[article]\nurl_patern = ''", "article.url_patern", "did you mean url_pattern?"),
    (MINIMAL + "[[rules]]\nbdy = 'p'", "rules[1].bdy", "did you mean body?"),
    (MINIMAL + "[crawl]\ndelay = 1", "crawl.delay", "possible are delay_seconds, concurrency"),
    # missing keys
    (_without("name"), "name", "is missing"),
    (_without("home"), "home", "is missing"),
    (_without("language"), "language", "is missing"),
    (_without("timezone"), "timezone", "is missing"),
    (MINIMAL + "[[sources]]\nkind = 'feed'", "sources[1].url", "is missing"),
    (MINIMAL + "[[sources]]\nurl = 'https://sherg.az/'", "sources[1].kind", "is missing"),
    # wrong types
    (_with("name", "5"), "name", "must be text, not a whole number"),
    (_with("name", '" "'), "name", "is empty"),
    (_with("name", r'"a\u0000b"'), "name", "control character"),
    (_with("home", '["https://sherg.az"]'), "home", "must be text, not a list"),
    (MINIMAL + 'enabled = "yes"', "enabled", "must be true or false, not text"),
    (MINIMAL + "enabled = 1", "enabled", "must be true or false, not a whole number"),
    (MINIMAL + 'hosts = "ru.sherg.az"', "hosts", "must be a list, not text"),
    (MINIMAL + "hosts = [5]", "hosts", "not 5"),
    (MINIMAL + "sources = ['https://sherg.az/rss']", "sources", "under its own [[sources]]"),
    (MINIMAL + "[sources]\nkind = 'feed'", "sources", "under its own [[sources]]"),
    (MINIMAL + "[[article]]\nurl_pattern = 'a'", "article", "must be a table, not a list"),
    (MINIMAL + "[[rules]]\nbody = ['p']", "rules[1].body", "must be text, not a list"),
    (MINIMAL + "[[rules]]\nvalid_from = '2024-01-01'", "rules[1].valid_from", "must be a date, not text"),
    (MINIMAL + "[[rules]]\nvalid_from = 2024-01-01T00:00:00Z", "rules[1].valid_from", "not a date with a time"),
    (MINIMAL + "[[rules]]\nvalid_from = 10:00:00", "rules[1].valid_from", "must be a date, not a time"),
    (MINIMAL + "[crawl]\ndelay_seconds = true", "crawl.delay_seconds", "must be a number"),
    (MINIMAL + "[crawl]\nmax_pages = 1.5", "crawl.max_pages", "must be a whole number, not a number"),
    # values that cannot be meant
    (_with("home", '"sherg.az"'), "home", "neither http nor https"),
    (_with("home", '"ftp://sherg.az/"'), "home", "neither http nor https"),
    (_with("home", '"https://user@sherg.az/"'), "home", "user name"),
    (_with("home", '"https://sherg az/"'), "home", "not a host name"),
    (_with("language", '"azerbaijani"'), "language", "az-Cyrl"),
    (_with("language", '"az_AZ"'), "language", "az-Cyrl"),
    (_with("timezone", '"Asia/Bakı"'), "timezone", "write it like Asia/Baku"),
    (_with("timezone", '"Asia"'), "timezone", "no such time zone"),
    (_with("timezone", '"../Baku"'), "timezone", "no such time zone"),
    (MINIMAL + 'reuse = "all"', "reuse", "full, excerpt, link"),
    (MINIMAL + 'hosts = ["https://ru.sherg.az"]', "hosts", "bare names"),
    (MINIMAL + 'hosts = ["ru.sherg.az/rss"]', "hosts", "bare names"),
    (MINIMAL + 'hosts = ["*.sherg.az"]', "hosts", "bare names"),
    (MINIMAL + 'hosts = [""]', "hosts", "bare names"),
    (MINIMAL + SOURCE.replace("feed", "rss"), "sources[1].kind", "feed, news_sitemap, sitemap, section"),
    (MINIMAL + SOURCE.replace("https://sherg.az", ""), "sources[1].url", "write it whole"),
    (MINIMAL + "[article]\nurl_pattern = '/(news'", "article.url_pattern", "not a regular expression"),
    (MINIMAL + "[[rules]]\nbody = 'p'\n[[rules]]\ntitle = 'h1['", "rules[2].title", "not a CSS selector"),
    (MINIMAL + "[[rules]]\ntitle = 'h1::text'", "rules[1].title", "Pseudo-elements are not supported"),
    (MINIMAL + "[[rules]]\ndate = 'time::attr(datetime)'", "rules[1].date", "Pseudo-elements are not supported"),
    (MINIMAL + "[[rules]]\nremove = 'p, '", "rules[1].remove", "not a CSS selector"),
    (MINIMAL + "[[rules]]\nauthor = 'a:who'", "rules[1].author", "not a CSS selector"),
    (MINIMAL + "[[rules]]\nsection = 'svg|a'", "rules[1].section", "not a CSS selector"),
    (MINIMAL + "[[rules]]\nbody = ''", "rules[1].body", "is empty"),
    (MINIMAL + "[crawl]\ndelay_seconds = -0.5", "crawl.delay_seconds", "0 or more seconds"),
    (MINIMAL + "[crawl]\ndelay_seconds = inf", "crawl.delay_seconds", "0 or more seconds"),
    (MINIMAL + "[crawl]\ndelay_seconds = nan", "crawl.delay_seconds", "0 or more seconds"),
    (MINIMAL + "[crawl]\nconcurrency = 0", "crawl.concurrency", "1 or more"),
    (MINIMAL + "[crawl]\nmax_pages = 0", "crawl.max_pages", "1 or more"),
]


@pytest.mark.parametrize(("text", "key", "words"), MISTAKES, ids=[f"{key}: {words}" for _, key, words in MISTAKES])
def test_a_mistake_is_named_with_file_and_key(write, text, key, words):
    path = write(text)
    with pytest.raises(PortalFileError) as caught:
        load_portal(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: {key}: ")
    assert words in message
    assert "\n" not in message
    assert (caught.value.path, caught.value.key) == (str(path), key)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (MINIMAL + "enabled = yes\n", "line 5: not TOML"),
        (MINIMAL + 'name = "Twice"\n', "line 5: not TOML"),
        (MINIMAL + "reuse =\n\n\n", "line 5: not TOML"),
        (MINIMAL + "hosts = [\n'a.az',\n", "line 6: not TOML"),
        (MINIMAL + "hosts = " + "[" * 9000, "line 5: not TOML"),
        ("name = 'Şərq'\nlanguage = 'азәр'".encode("utf-16"), "line 1: not UTF-8"),
        (MINIMAL.encode() + "# Шәрг".encode("cp1251", errors="replace"), "line 5: not UTF-8"),
    ],
)
def test_what_is_not_toml_in_utf8_is_named_with_its_line(write, content, words):
    path = write(content)
    with pytest.raises(PortalFileError) as caught:
        load_portal(path)
    assert str(caught.value).startswith(f"{path}: {words}")
    assert caught.value.key is None


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "sherg.az.toml").mkdir()
    with pytest.raises(PortalFileError, match=r"sherg\.az\.toml: cannot be read: "):
        load_portals(tmp_path)


# Registries


def test_a_missing_folder_says_what_to_do(tmp_path):
    with pytest.raises(PortalFileError, match="nowhere: no such folder; name one with portal files"):
        load_portals(tmp_path / "nowhere")


def test_a_file_in_place_of_the_folder_says_what_to_do(write):
    with pytest.raises(PortalFileError, match=r"sherg\.az\.toml: is not a folder; name one with portal files"):
        load_portals(write(MINIMAL))


def test_a_folder_without_portals_says_what_to_do(write, tmp_path):
    write("not a portal", "README.md")
    write("an editor's lock", ".#sherg.az.toml")
    with pytest.raises(PortalFileError, match=r"holds no portal file .*icma portals add"):
        load_portals(tmp_path)


def test_the_operators_own_registry_comes_before_the_packaged_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert (default_registry() / "sherg.az.toml").is_file()
    Path("portals").mkdir()
    assert default_registry() == Path("portals")


def test_portals_are_picked_once_each_in_the_order_asked_for():
    picked = pick_portals(PACKAGED, ["sherg.az", "apa.az", "sherg.az"], Path("portals"))
    assert [portal.id for portal in picked] == ["sherg.az", "apa.az"]


def test_without_names_every_enabled_portal_is_picked(write, tmp_path):
    write(MINIMAL, "on.az.toml")
    write(MINIMAL + "enabled = false", "off.az.toml")
    portals = load_portals(tmp_path)
    assert [portal.id for portal in pick_portals(portals, [], tmp_path)] == ["on.az"]
    assert [portal.id for portal in pick_portals(portals, ["off.az"], tmp_path)] == ["off.az"]


@pytest.mark.parametrize("name", ["sherq.az", "Sherg.AZ", "sherg"])
def test_an_unknown_portal_names_those_spelt_alike(name):
    with pytest.raises(UnknownPortalError, match=rf"no portal '{name}' in .*registry; did you mean .*sherg\.az"):
        pick_portals(PACKAGED, [name], Path("registry"))


def test_an_unknown_portal_unlike_any_points_to_the_list():
    with pytest.raises(UnknownPortalError, match="icma portals list"):
        pick_portals(PACKAGED, ["zzzzzz"], Path("registry"))


def test_a_portal_as_json(write):
    portal = load_portal(write(MINIMAL + SOURCE + "[[rules]]\nvalid_from = 2024-01-01\nbody = 'p'\n"))
    shown = json.loads(json.dumps(portal_as_dict(portal)))
    assert list(shown)[:6] == ["id", "name", "home", "language", "reuse", "sources"]
    assert shown["sources"] == [{"kind": "feed", "url": "https://sherg.az/rss"}]
    assert (shown["id"], shown["timezone"], shown["enabled"]) == ("sherg.az", "Asia/Baku", True)
    assert (shown["rules"][0]["valid_from"], shown["rules"][0]["body"]) == ("2024-01-01", "p")
    assert shown["crawl"]["delay_seconds"] == 1.0
