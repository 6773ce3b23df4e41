"""What is no article, and why."""

import json
import re
from pathlib import Path
from typing import get_args

import pytest

from icma_crawler.extraction import extract, gate
from icma_crawler.extraction.gate.listings import ListingKind
from icma_crawler.models import Article, Candidate
from icma_crawler.reasons import REASONS

PARAGRAPH = (
    "Komissiya yeni qərarı təsdiqləyib və sənəd bu gün ictimaiyyətə açıqlanıb, müzakirələr isə üç ay davam edib."
)


def reason_of(result):
    return "article" if isinstance(result, Article) else result.reason


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Səhifə tapılmadı", "Axtardığınız səhifə silinib və ya ünvanı dəyişib."),
        ("404", "Bu ünvanda heç nə yoxdur."),
        ("Страница не найдена", "Возможно, она удалена или перемещена по другому адресу."),
        ("Sayfa bulunamadı", "Aradığınız haber kaldırılmış olabilir."),
        (
            "Page not found",
            "The page you requested may have been moved. Try the search or go to the front page instead.",
        ),
    ],
)
def test_soft_404(capture, portal, title, text):
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><div class='content'><p>{text}</p></div></body></html>"
    assert reason_of(extract(capture(page), portal)) == "soft-404"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Davam etmək üçün hesabınıza daxil olun və ya qeydiyyatdan keçin.", '<form><input type="password"></form>'),
        ("Чтобы читать дальше, войдите или оформите подписку на издание.", '<form><input type="password"></form>'),
        ("Please log in to continue reading this story on all your devices.", ""),
    ],
)
def test_login_wall(capture, portal, text, form):
    page = f"<html><head><title>Çinar</title></head><body><h1>Komissiya yeni qərar verdi</h1><p>{text}</p>{form}</body></html>"
    assert reason_of(extract(capture(page), portal)) == "login-wall"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Just a moment...",
            (
                "This process is automatic. Your browser will redirect to your requested content shortly after the check. "
                "Enable JavaScript and cookies to continue to the page that you have asked for."
            ),
        ),
        (
            "Verify you are human",
            (
                "Please complete the security check to access the website. Why do I have to complete a CAPTCHA? Completing "
                "it proves that you are a human and gives you temporary access to the web property."
            ),
        ),
    ],
)
def test_a_robot_check_is_no_article_whatever_day_its_source_gives(capture, portal, title, text):
    page = capture(f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>")
    hint = Candidate(url=page.url, source_url="https://cinar.example/rss", published_at=page.fetched_at)
    assert reason_of(extract(page, portal, hint)) == "challenge"


def test_consent_wall(capture, portal):
    text = (
        "We and our partners use cookies to store personal data. By choosing accept you give consent to all cookies. "
        * 2
    )
    page = f"<html><head><title>Before you continue</title></head><body><h1>Before you continue</h1><p>{text}</p></body></html>"
    assert reason_of(extract(capture(page), portal)) == "consent-wall"


@pytest.mark.parametrize(
    "title", ["Just a moment...", "Attention Required! | Cloudflare", "DDoS-Guard", "Are you a robot?"]
)
def test_challenge(capture, portal, title):
    page = f"<html><head><title>{title}</title></head><body><h1>{portal.name}</h1><p>Enable JavaScript and cookies to continue.</p></body></html>"
    assert reason_of(extract(capture(page), portal)) == "challenge"


def test_empty_shell(capture, portal):
    page = "<html><head><title>Çinar</title></head><body><div id='root'></div><script>boot()</script></body></html>"
    assert reason_of(extract(capture(page), portal)) == "empty-shell"


def test_video_only(capture, portal):
    page = (
        "<html><head><title>Limandan görüntülər</title></head><body><h1>Limandan görüntülər</h1>"
        "<iframe src='https://player.example/embed/1'></iframe><p>Baxın.</p></body></html>"
    )
    assert reason_of(extract(capture(page), portal)) == "video-only"


def test_running_live_blog_and_one_that_ended(story, portal):
    data = {
        "@type": "LiveBlogPosting",
        "headline": "Komissiya yeni qərarı təsdiqlədi",
        "datePublished": "2025-10-20T10:00:00Z",
    }
    head = '<script type="application/ld+json">{}</script>'
    running = data | {"coverageEndTime": "2025-10-22T10:00:00Z"}
    ended = data | {"coverageEndTime": "2025-10-20T18:00:00Z"}
    assert reason_of(extract(story(head=head.format(json.dumps(running))), portal)) == "live-blog"
    assert reason_of(extract(story(head=head.format(json.dumps(ended))), portal)) == "article"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("siyaset", "listing"),
        ("tag/liman", "tag-page"),
        ("axtaris/?q=liman", "search-page"),
        ("category/idman/page/3", "listing"),
    ],
)
def test_listing(capture, portal, path, reason):
    cards = "".join(
        f"<div class='news-item'><a href='/siyaset/xeber-{n}'><h3>Komissiya {n} saylı qərarı təsdiqlədi və açıqladı</h3></a>"
        f"<span class='date'>{n} Oktyabr 2025 10:00</span></div>"
        for n in range(1, 20)
    )
    page = f"<html><head><title>Siyasət</title></head><body><h1>Siyasət</h1><div class='news-list'>{cards}</div></body></html>"
    assert reason_of(extract(capture(page, url=f"https://cinar.example/{path}"), portal)) == reason


def test_front_page(story, portal):
    assert reason_of(extract(story(url="https://cinar.example/"), portal)) == "not-article"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"%PDF-1.7 ...", "text/html"),
        (b"\x89PNG\r\n", "text/html"),
        (b"<html><p>x</p></html>", "image/png"),
        (b"plain words", "text/html"),
    ],
)
def test_not_html(capture, portal, body, content_type):
    assert reason_of(extract(capture(body, content_type=content_type), portal)) == "not-html"


def test_flash_of_one_sentence_is_an_article(story, portal):
    """Agencies' flashes have a sentence; the headline and the date prove them."""
    page = story(
        head='<meta property="og:type" content="article"><meta property="article:published_time" content="2025-10-20T10:02:00Z">',
        body="<p>Komissiya yeni qərarı bu gün yekdilliklə təsdiqləyib.</p>",
    )
    article = extract(page, portal)
    assert reason_of(article) == "article"
    assert article.body == "Komissiya yeni qərarı bu gün yekdilliklə təsdiqləyib."


@pytest.mark.parametrize(
    "title",
    ["Polis 404 nəfəri saxladı", "İtkin düşən uşaq tapılmadı: axtarış davam edir", "Bank robotları sınaqdan keçirir"],
)
def test_articles_about_such_things_pass(story, portal, title):
    page = story(
        title=title, meta="<span>20 Oktyabr 2025 14:02</span>", head='<meta property="og:type" content="article">'
    )
    assert reason_of(extract(page, portal)) == "article"


def test_every_reason_is_in_the_list():
    found = {
        reason
        for path in Path(gate.__file__).parent.glob("*.py")
        for reason in re.findall(r'reason="([\w-]+)"', path.read_text("utf-8"))
    }
    assert len(found) > 5
    assert found | set(get_args(ListingKind)) <= REASONS.keys()


@pytest.mark.parametrize(
    "title",
    [
        "404 nömrəli avtobusun marşrutu dəyişir",
        "Səhifə tapılmadı: kitabxanada nadir əlyazma itib",
        "Haber kaldırıldı: mahkemeden erişim engeli",
        "Материал удален из школьной программы",
        "Missing fisherman not found: family waits for news",
        "Çerez nedir, siteler kişisel verilerimizi nasıl saklıyor",
        "Are you a robot? Schools teach machines to answer",
    ],
)
def test_dated_news_whose_headline_sounds_like_a_wall(story, portal, title):
    text = f"<p>{PARAGRAPH} Bunu komissiyanın sədri jurnalistlərə bildirib.</p>" * 2
    found = extract(story(title=title, meta="20.10.2025 14:02", body=text, url="https://cinar.example/1501"), portal)
    assert isinstance(found, Article)


@pytest.mark.parametrize(
    "title",
    [
        "Oops! That page can’t be found",
        "This article has been removed",
        "Sorry, we couldn’t find that page",
        "Запрашиваемая страница удалена",
        "404 | Çinar.example",
    ],
)
@pytest.mark.parametrize("has_news", [False, True])
def test_other_words_of_what_is_gone(capture, portal, title, has_news):
    news = "".join(
        f'<li><a href="/siyaset/xeber-{n}">{PARAGRAPH[:80]}</a> <span>1{n}:05</span></li>' for n in range(10)
    )
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><ul>{news if has_news else ''}</ul></body>"
    assert reason_of(extract(capture(page, url="https://cinar.example/1502"), portal)) == "soft-404"


@pytest.mark.parametrize("words", ["Руководитель стройки", "Водитель автобуса", "Производители сыра"])
def test_words_that_hold_those_of_a_login(story, portal, words):
    text = (
        "<p>Ремонт школы закончен раньше срока. "
        + f"{words} рассказал об этом журналистам в понедельник утром. " * 3
        + "</p>"
    )
    page = story(
        title="Школу отремонтировали раньше срока",
        body=text,
        rest='<form><input type="password"></form>',
        url="https://cinar.example/1503",
    )
    assert isinstance(extract(page, portal), Article)


def test_words_of_a_script_are_no_paywall(story, portal):
    found = extract(story(rest='<script>var words = {more: "to continue reading", log: "subscribe"}</script>'), portal)
    assert isinstance(found, Article)
    assert found.access == "full"


@pytest.mark.parametrize(
    "invitation",
    [
        "Haberin tamamı sadece abonelere açıktır.",
        "Полная версия доступна по подписке.",
        "Məqalənin tam mətni abunəçilərimiz üçün açıqdır.",
    ],
)
def test_other_invitations_to_subscribe(story, portal, invitation):
    found = extract(story(rest=f'<div class="paywall">{invitation}</div>', meta="20.10.2025 14:02"), portal)
    assert isinstance(found, Article)
    assert found.access == "teaser"
