"""Headlines: what the page's statements agree on, and the kicker cut off."""

import pytest

from icma_crawler.extraction import extract
from icma_crawler.extraction.titles import split_kicker

HEADLINE = "Komissiya yeni qərarı təsdiqlədi"


@pytest.mark.parametrize(
    ("shown", "title", "kicker"),
    [
        ("Limanda sınaq keçirildi FOTO", "Limanda sınaq keçirildi", "FOTO"),
        ("Limanda sınaq keçirildi - VİDEO", "Limanda sınaq keçirildi", "VİDEO"),
        ("Limanda sınaq keçirildi – ÖZƏL", "Limanda sınaq keçirildi", "ÖZƏL"),
        ("Limanda sınaq keçirildi FOTO/VİDEO", "Limanda sınaq keçirildi", "FOTO/VİDEO"),
        ("Limanda sınaq keçirildi (FOTOLAR)", "Limanda sınaq keçirildi", "FOTOLAR"),
        ("Limanda sınaq keçirildi - Analitik", "Limanda sınaq keçirildi", "Analitik"),
        ("Yeni körpü fürsət pəncərəsidir Analitik", "Yeni körpü fürsət pəncərəsidir", "Analitik"),
        ("TƏCİLİ: Limanda sınaq keçirildi", "Limanda sınaq keçirildi", "TƏCİLİ"),
        ("EKSKLÜZİV | Limanda sınaq keçirildi", "Limanda sınaq keçirildi", "EKSKLÜZİV"),
        ("Limanda sınaq keçirildi - RƏSMİ - YENİLƏNİB", "Limanda sınaq keçirildi - RƏSMİ", "YENİLƏNİB"),
        ("В порту прошли испытания ФОТО ВИДЕО", "В порту прошли испытания", "ФОТО ВИДЕО"),
        ("ЭКСКЛЮЗИВ: В порту прошли испытания", "В порту прошли испытания", "ЭКСКЛЮЗИВ"),
        ("Trials held in the port - PHOTOS", "Trials held in the port", "PHOTOS"),
        ("EXCLUSIVE: Trials held in the port", "Trials held in the port", "EXCLUSIVE"),
        ("Limanda sınaq keçirildi - video", "Limanda sınaq keçirildi", "video"),
    ],
)
def test_kicker_is_cut_off(shown, title, kicker):
    found = split_kicker(shown)
    assert (found.title, found.kicker, found.shown) == (title, kicker, shown)


@pytest.mark.parametrize(
    "shown",
    [
        "Sərgidə nadir foto",
        "Yeni video hamını heyrətləndirdi",
        "Rəsmi səfər başa çatdı",
        "VİDEO",
        "Port holds trials, photos show",
        "Qazaxıstan - Azərbaycan",
    ],
)
def test_words_of_the_headline_are_no_kicker(shown):
    assert split_kicker(shown).kicker is None
    assert split_kicker(shown).title == shown


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="og:title" content="K">',
        f"<title>{HEADLINE} - Çinar.example</title>",
        f"<title>Çinar.example | {HEADLINE}</title>",
        f'<meta property="og:title" content="{HEADLINE} » Siyasət » Çinar.example"><title>{HEADLINE}</title>',
        f'<meta property="og:title" content="{HEADLINE}"><meta property="og:site_name" content="{HEADLINE}">',
        f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"{HEADLINE}"}}</script>',
    ],
)
def test_headline_is_what_the_statements_agree_on(story, portal, head):
    assert extract(story(head=head), portal).title == HEADLINE


def test_section_name_as_h1_loses_against_the_head(story, portal):
    head = f'<meta property="og:title" content="{HEADLINE}"><title>{HEADLINE}</title>'
    assert extract(story(head=head, title="Siyasət"), portal).title == HEADLINE


def test_headline_cut_in_json_ld_loses_against_the_whole_one(story, portal):
    head = '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Komissiya yeni qərarı"}</script>'
    assert extract(story(head=head), portal).title == HEADLINE


@pytest.mark.parametrize(
    "masthead",
    [
        '<h1><a href="/">Çinarın səsi</a></h1>',
        '<h1 class="site-title">Çinarın səsi</h1>',
        "<nav><h1>Çinarın səsi və bölmələri</h1></nav>",
    ],
)
def test_an_h1_that_names_the_site_is_no_headline(capture, portal, masthead):
    text = (
        "<p>Komissiya yeni qərarı təsdiqləyib və sənəd bu gün ictimaiyyətə açıqlanıb, müzakirələr davam edib.</p>" * 3
    )
    page = (
        f"<html><head><title>{HEADLINE}</title></head><body>{masthead}<div class='news-text'>{text}</div></body></html>"
    )
    assert extract(capture(page), portal).title == HEADLINE


@pytest.mark.parametrize("stated", [f"{HEADLINE} -", f"{HEADLINE} |", f"{HEADLINE} »"])
def test_a_dangling_separator_is_no_part_of_the_headline(story, portal, stated):
    head = f'<meta property="og:title" content="{stated}"><title>{stated}</title>'
    assert extract(story(head=head), portal).title == HEADLINE


def test_entities_escaped_twice_are_read(story, portal):
    head = '<meta property="og:title" content="Komissiya &amp;quot;Yeni&amp;quot; qərarı &amp;#39;təsdiqlədi&amp;#39;">'
    title = "Komissiya &amp;quot;Yeni&amp;quot; qərarı &amp;#39;təsdiqlədi&amp;#39;"
    assert extract(story(head=head, title=title), portal).title == "Komissiya \"Yeni\" qərarı 'təsdiqlədi'"
