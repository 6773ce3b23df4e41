"""Headlines: what the page's statements agree on, and the kicker cut off."""

import pytest

from icma_crawler.extraction import extract
from icma_crawler.extraction.fields.titles import split_kicker
from icma_crawler.models import Candidate

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
        ("Limanda sınaq keçirildi... - FOTOFAKT", "Limanda sınaq keçirildi...", "FOTOFAKT"),
        ("TƏCİLİ! Limanda sınaq keçirildi", "Limanda sınaq keçirildi", "TƏCİLİ"),
        ("ÖZEL HABER - Limanda deneme yapıldı", "Limanda deneme yapıldı", "ÖZEL HABER"),
        ("Limanda deneme yapıldı - VİDEO HABER", "Limanda deneme yapıldı", "VİDEO HABER"),
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
        "Analitik: “Neftin qiyməti artacaq”",
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


SECOND = "Yeni qərar komissiya tərəfindən bəyənildi"


def _stating(og, title=HEADLINE):
    return f'<meta property="og:title" content="{og}"><title>{title} - Çinar.example</title>'


def test_a_second_headline_to_be_shared_with_is_the_title(story, portal):
    head = _stating("Qərar qəbul olundu: komissiya yeni qaydanı təsdiqlədi")
    assert extract(story(head=head), portal).title == "Qərar qəbul olundu: komissiya yeni qaydanı təsdiqlədi"


@pytest.mark.parametrize(
    ("og", "title"),
    [
        ("Çinarın ən yeni xəbərləri və komissiya", HEADLINE),  # hardly a word of this article
        ("Komissiya yeni qərarı…", HEADLINE),
        (f"Siyasət: {HEADLINE}", HEADLINE),
        (f"{HEADLINE} | Son xəbərlər", HEADLINE),
        ("Qərar qəbul olundu: komissiya yeni qaydanı təsdiqlədi",) * 2,  # for search engines
    ],
)
def test_what_is_no_second_headline_leaves_the_shown_one(story, portal, og, title):
    assert extract(story(head=_stating(og, title)), portal).title == HEADLINE


@pytest.mark.parametrize("shown", [f"{HEADLINE} FOTO", f"{HEADLINE} - VİDEO", f"TƏCİLİ: {HEADLINE}"])
def test_a_kicker_that_og_title_leaves_out_is_kept(story, portal, shown):
    article = extract(story(head=_stating(HEADLINE, shown), title=shown), portal)
    assert (article.title, article.title_shown) == (HEADLINE, shown)


def test_a_part_that_og_title_leaves_out_before_a_sign_is_kept(story, portal):
    shown = f"Dünənki iclasda: {HEADLINE}"
    assert extract(story(head=_stating(HEADLINE, shown), title=shown), portal).title == shown


def test_what_the_page_shows_and_is_shared_with_outweighs_json_ld(story, portal):
    head = (
        f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"{SECOND}"}}</script>'
        f'<meta property="og:title" content="{HEADLINE}"><title>{SECOND}</title>'
    )
    assert extract(story(head=head), portal).title == HEADLINE


@pytest.mark.parametrize("stated", [f"{HEADLINE} | Yaxşı günlər", f"Arxiv » {HEADLINE}"])
def test_a_title_is_cut_to_what_stands_on_the_page_as_a_heading(capture, portal, stated):
    text = f"<p>{'Komissiya sənədi bu gün açıqlayıb və müzakirələr davam edib. ' * 3}</p>" * 3
    page = f"<html><head><title>{stated}</title></head><body><h2>{HEADLINE}</h2><div>{text}</div></body></html>"
    assert extract(capture(page), portal).title == HEADLINE


def test_a_long_headline_cut_in_json_ld_is_taken_whole_from_the_head(capture, portal):
    whole = "Komissiya yeni qərarı təsdiqlədi və sənədin bütün bölmələri üzrə görüləcək işlərin siyahısını ictimaiyyətə açıqladı"
    text = f"<p>{'Komissiya sənədi bu gün açıqlayıb və müzakirələr davam edib. ' * 3}</p>" * 3
    head = (
        f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"{whole.rpartition(" ")[0]}"}}</script>'
        f'<meta property="og:title" content="{whole}"><title>{whole}</title>'
    )
    assert extract(capture(f"<html><head>{head}</head><body><div>{text}</div></body></html>"), portal).title == whole


def test_a_section_joined_to_the_headline_by_a_hyphen_is_cut(capture, portal):
    shown = "Komissiya yeni qərarı bu gün səhər təsdiqlədi"
    text = f"<p>{'Komissiya sənədi bu gün açıqlayıb və müzakirələr davam edib. ' * 3}</p>" * 3
    head = f'<meta name="headline" content="{shown}"><meta property="og:title" content="{shown}-Siyasət|Çinar">'
    head += '<meta property="og:site_name" content="Çinar">'
    assert extract(capture(f"<html><head>{head}</head><body><div>{text}</div></body></html>"), portal).title == shown


def test_of_equal_wordings_the_pages_own_signs_win_over_the_announcement(story, portal):
    shown = "&quot;Qarabağ&quot; finala çıxdı"
    page = story(head=f'<title>{shown}</title><meta property="og:title" content="{shown}">', title=shown)
    announced = Candidate(url=page.url, source_url="https://cinar.example/rss", title="Qarabağ finala çıxdı")
    assert extract(page, portal, announced).title == '"Qarabağ" finala çıxdı'
