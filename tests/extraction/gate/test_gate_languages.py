"""What is no article in Azerbaijani, Russian, Turkish and English: each kind of page has a reason of its own."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from icma_crawler.extraction import extract
from icma_crawler.models import Article

WORDS = {
    "az": {
        "headline": "Komissiya yeni büdcə qərarını təsdiqlədi",
        "sentence": "Komissiya yeni büdcə qərarını təsdiqləyib və sənəd bu gün ictimaiyyətə açıqlanıb, müzakirələr davam edir.",
        "second": "Sənəd parlamentə göndəriləcək və gələn həftə ilk oxunuşda müzakirə olunacaq, deyə komissiyanın sədri bildirib.",
        "section": "Siyasət",
        "tag": "Etiket: büdcə",
        "search": "“büdcə” üzrə axtarış nəticələri",
        "found": "19 nəticə tapıldı",
        "live": "CANLI: Komissiyanın iclası başladı",
        "watch": "Videonu izləyin.",
        "teaser": "Davamını oxumaq üçün abunə olun.",
        "login": "Xəbəri oxumaq üçün hesabınıza daxil olun və ya qeydiyyatdan keçin.",
        "consent": "Saytımız kuki fayllarından istifadə edir. Şəxsi məlumatların emalına razılıq verirsiniz. Bütün kukiləri qəbul edin.",
        "missing": ["Səhifə tapılmadı", "Xəbər tapılmadı", "Belə bir səhifə yoxdur", "Xəta 404", "Bu xəbər silinib"],
        "gone": "Axtardığınız səhifə silinib, adı dəyişdirilib və ya müvəqqəti olaraq mövcud deyil.",
        "cookie_title": "Razılıq",
    },
    "ru": {
        "headline": "Комиссия утвердила новое решение о бюджете",
        "sentence": "Комиссия утвердила новое решение о бюджете, и документ сегодня представлен общественности после обсуждения.",
        "second": "Документ направят в парламент, где на следующей неделе его рассмотрят в первом чтении, сообщил глава комиссии.",
        "section": "Политика",
        "tag": "Тег: бюджет",
        "search": "Результаты поиска по запросу «бюджет»",
        "found": "Найдено 19 материалов",
        "live": "ОНЛАЙН: Заседание комиссии началось",
        "watch": "Смотрите видео.",
        "teaser": "Полный текст доступен только для подписчиков.",
        "login": "Чтобы прочитать материал, войдите в личный кабинет или зарегистрируйтесь.",
        "consent": "Мы используем файлы cookie и обрабатываем персональные данные. Нажимая «Принять», вы соглашаетесь на cookie.",
        "missing": ["Страница не найдена", "Ошибка 404", "Материал удален", "Такой страницы не существует", "Ничего не найдено"],
        "gone": "Возможно, она была удалена или перемещена по другому адресу.",
        "cookie_title": "Согласие",
    },
    "tr": {
        "headline": "Komisyon yeni bütçe kararını onayladı",
        "sentence": "Komisyon yeni bütçe kararını onayladı ve belge bugün kamuoyuna açıklandı, görüşmeler ise üç ay sürdü.",
        "second": "Belge meclise gönderilecek ve gelecek hafta ilk okumada ele alınacak, komisyon başkanı gazetecilere böyle söyledi.",
        "section": "Siyaset",
        "tag": "Etiket: bütçe",
        "search": "“bütçe” için arama sonuçları",
        "found": "19 sonuç bulundu",
        "live": "CANLI: Komisyon toplantısı başladı",
        "watch": "Videoyu izleyin.",
        "teaser": "Haberin devamını okumak için abone olun.",
        "login": "Haberi okumak için giriş yapın veya üye olun.",
        "consent": "Sitemizde çerezler kullanılmaktadır. Kişisel verilerin işlenmesi için çerez politikamızı kabul edin.",
        "missing": ["Sayfa bulunamadı", "404 Hata", "Aradığınız sayfa bulunamadı", "Haber bulunamadı", "Bu haber kaldırılmıştır"],
        "gone": "Aradığınız sayfa kaldırılmış, adı değiştirilmiş ya da geçici olarak kullanılamıyor olabilir.",
        "cookie_title": "Onay",
    },
    "en": {
        "headline": "Commission approves the new budget decision",
        "sentence": "The commission approved the new budget decision, and the document was made public today after three months of talks.",
        "second": "The paper goes to parliament, which will take it up in first reading next week, the head of the commission said.",
        "section": "Politics",
        "tag": "Tag: budget",
        "search": "Search results for “budget”",
        "found": "19 results found",
        "live": "LIVE: The commission's session has begun",
        "watch": "Watch the video.",
        "teaser": "Subscribe to continue reading this story.",
        "login": "Please sign in or register to read this story.",
        "consent": "We use cookies and process personal data. By clicking accept you give consent to all cookies.",
        "missing": ["Page not found", "404 error", "This page doesn't exist", "Article not found", "This story is no longer available"],
        "gone": "The page you requested may have been removed, renamed or is temporarily unavailable.",
        "cookie_title": "Consent",
    },
}  # fmt: skip
LANGUAGES = list(WORDS)


@pytest.fixture
def read(capture, portal):
    """Read a page of the portal in a language: head, body and path given; what came out as a reason, or "article"."""

    def run(language, *, title, body, head="", path="siyaset/komissiya-qerari"):
        page = (
            f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title} | Çinar.example</title>{head}'
            '</head><body><header><a href="/"><img src="logo.png"></a><nav><a href="/siyaset">A</a><a href="/idman">B</a></nav>'
            f"</header><main>{body}</main><footer>© 2025 Çinar.example</footer></body></html>"
        )
        found = extract(
            capture(page, url=f"https://cinar.example/{path}"), replace(portal, language=language, name="Çinar.example")
        )
        return (found.access if isinstance(found, Article) else found.reason), found

    return run


def cards(words, *, with_text):
    text = f"<p>{words['sentence'][:90]}…</p>" if with_text else ""
    return "".join(
        f"<div class='item'><a href='/siyaset/{n}-xeber'><h3>{n}. {words['second'][:50]}</h3></a>"
        f"<span class='date'>{n:02}.10.2025 10:00</span>{text}</div>"
        for n in range(1, 20)
    )


@pytest.mark.parametrize("with_text", [False, True], ids=["titles", "teasers"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "page",
    [
        ("section", "siyaset", "listing"),
        ("section", "az/news/politics?page=2", "listing"),
        ("section", "kateqoriya/siyaset", "listing"),
        ("section", "arxiv/2025-10-20", "listing"),
        ("tag", "tag/budce", "tag-page"),
        ("tag", "etiket/butce", "tag-page"),
        ("tag", "movzu/1234", "tag-page"),
        ("search", "search?q=budce", "search-page"),
        ("search", "axtaris/?query=budce", "search-page"),
        ("search", "?s=budce", "search-page"),
    ],
)
def test_pages_that_list_articles(read, language, page, with_text):
    heading, path, reason = page
    words = WORDS[language]
    found = f"<p>{words['found']}</p>" if heading == "search" else ""
    body = f"<h1>{words[heading]}</h1>{found}<div class='list'>{cards(words, with_text=with_text)}</div>"
    assert read(language, title=words[heading], body=body, path=path)[0] == reason


@pytest.mark.parametrize("language", LANGUAGES)
def test_soft_404(read, language):
    words = WORDS[language]
    for title in words["missing"]:
        body = f"<h1>{title}</h1><p>{words['gone']}</p><form action='/axtaris'><input name='q'></form>"
        assert read(language, title=title, body=body)[0] == "soft-404", title
        latest = f"<h2>{words['section']}</h2>{cards(words, with_text=False)}"
        assert read(language, title=title, body=body + latest)[0] == "soft-404", title


@pytest.mark.parametrize("form", ["", "<form><input type='email'><input type='password'></form>"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_login_wall(read, language, form):
    words = WORDS[language]
    body = f"<h1>{words['headline']}</h1><div class='login'><p>{words['login']}</p>{form}</div>"
    assert read(language, title=words["headline"], body=body)[0] == "login-wall"


@pytest.mark.parametrize("language", LANGUAGES)
def test_consent_wall(read, language):
    words = WORDS[language]
    body = f"<h1>{words['cookie_title']}</h1><p>{words['consent']}</p><p>{words['consent']}</p><button>OK</button>"
    assert read(language, title=words["cookie_title"], body=body)[0] == "consent-wall"


@pytest.mark.parametrize("language", LANGUAGES)
def test_video_only(read, language):
    words = WORDS[language]
    for player in (
        "<video src='/v.mp4' controls></video>",
        "<iframe src='https://www.youtube.com/embed/x'></iframe>",
        "<div class='player'><iframe data-src='https://vk.com/video_ext.php?oid=1'></iframe></div>",
    ):
        body = f"<h1>{words['headline']}</h1><span class='date'>20.10.2025 14:02</span>{player}<p>{words['watch']}</p>"
        assert read(language, title=words["headline"], body=body)[0] == "video-only", player


@pytest.mark.parametrize("language", LANGUAGES)
def test_running_live_blog(read, language):
    words = WORDS[language]
    entries = "".join(f"<p>{h}:{m:02}</p><p>{words['sentence']}</p>" for h in (10, 11) for m in range(0, 60, 10))
    body = f"<h1>{words['live']}</h1><span class='date'>21.10.2025 11:50</span><div class='text'>{entries}</div>"
    assert read(language, title=words["live"], body=body)[0] == "live-blog"
    data = {"@type": "LiveBlogPosting", "headline": words["headline"], "datePublished": "2025-10-21T07:50:00Z"}
    head = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    body = f"<h1>{words['headline']}</h1><div class='text'>{entries}</div>"
    assert read(language, title=words["headline"], body=body, head=head)[0] == "live-blog"


@pytest.mark.parametrize("language", LANGUAGES)
def test_paywalled_teaser_is_an_article_that_says_so(read, language):
    words = WORDS[language]
    body = (
        f"<h1>{words['headline']}</h1><span class='date'>20.10.2025 14:02</span>"
        f"<div class='news-text'><p>{words['sentence']}</p><p>{words['second']}</p></div>"
        f"<div class='paywall'><b>{words['teaser']}</b></div>"
    )
    access, found = read(language, title=words["headline"], body=body)
    assert access == "teaser"
    assert words["teaser"] not in found.body


@pytest.mark.parametrize("language", LANGUAGES)
def test_short_news_is_an_article(read, language):
    """Two sentences, the portal's usual furniture around them, no structured data."""
    words = WORDS[language]
    body = (
        f"<h1>{words['headline']}</h1><span class='date'>20.10.2025 14:02</span>"
        f"<div class='news-text'><p>{words['sentence']}</p><p>{words['second']}</p></div>"
        f"<div class='son-xeberler'><h2>{words['section']}</h2>{cards(words, with_text=False)}</div>"
        f"<div class='cookie-bar'>{words['consent']}</div>"
    )
    assert read(language, title=words["headline"], body=body)[0] == "full"
