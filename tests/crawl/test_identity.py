"""One article under many addresses, as servers show it: redirects, short links, copies, and pages that only look alike."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

OLD, NEW = "/xeber/park-acildi", "/xeber/park-acildi-2"
TITLE = "Bakıda yeni park açılıb"


@pytest.fixture
def crawl(site, tmp_path: Path, run_icma, read_rows):
    """Crawl, look at every known article again, and tell the changes and the articles' addresses."""

    def run(*options: str) -> tuple[list[str], list[str]]:
        done = run_icma("crawl", *options)
        assert done.returncode in (0, 1), done.stderr
        archive = tmp_path / "archive.db"
        changes = [row[0] for row in read_rows(archive, "SELECT change FROM changes ORDER BY seq")]
        urls = [
            row[0].removeprefix(site.home[:-1]) for row in read_rows(archive, "SELECT url FROM articles ORDER BY id")
        ]
        assert read_rows(archive, "SELECT count(*) FROM frontier WHERE outcome = 'pending'") == [(0,)]
        return changes, urls

    site.write_portal_file(tmp_path / "portals")
    return run


def redirect(path: str, status: int = 301) -> tuple[int, dict[str, str], bytes]:
    return status, {"Location": path}, b""


def edited(site, path: str) -> None:
    """The article at *path* gets a sentence more."""
    status, headers, body = site.routes[path]
    site.routes[path] = (
        status,
        headers,
        body.replace(b"</article>", "<p>Yeni: giriş pulsuzdur.</p></article>".encode()),
    )


def test_a_changed_slug_with_a_redirect_is_the_same_article(site, crawl):
    site.article(OLD, TITLE)
    assert crawl() == (["new"], [OLD])
    site.article(NEW, TITLE)
    site.routes[OLD] = redirect(NEW)
    assert crawl("--recheck") == (["new", "revised"], [NEW])


@pytest.mark.parametrize("etag", [{}, {"ETag": '"of-the-text"'}], ids=["whole", "not-modified"])
def test_a_page_that_names_no_address_moves_with_the_redirect(site, crawl, etag: dict[str, str]):
    """It is the same to the byte at both addresses, and says so by its ETag, too."""
    site.article(OLD, TITLE)
    status, headers, body = site.routes[OLD]
    own_link = f'<link rel="canonical" href="{site.home}{OLD[1:]}">'.encode()
    page = (status, headers | etag, body.replace(own_link, b""))
    site.routes[OLD] = page
    assert crawl() == (["new"], [OLD])
    site.routes |= {OLD: redirect(NEW), NEW: page}
    assert crawl("--recheck") == (["new", "revised"], [NEW])
    assert crawl("--recheck") == (["new", "revised"], [NEW])


def test_an_article_that_is_back_at_its_first_address_is_not_missing(site, crawl, read_rows, tmp_path: Path):
    """It led elsewhere for a while, and where it led is gone."""
    site.article(OLD, TITLE)
    assert crawl() == (["new"], [OLD])
    page = site.routes[OLD]
    site.article(NEW, TITLE)
    site.routes[OLD] = redirect(NEW, 302)
    assert crawl("--recheck") == (["new", "revised"], [NEW])
    site.routes |= {OLD: page, NEW: (410, {}, b"")}
    assert crawl("--recheck") == (["new", "revised", "revised"], [OLD])
    assert read_rows(tmp_path / "archive.db", "SELECT status FROM articles") == [("live",)]
    site.routes[OLD] = redirect("/", 302)
    site.routes[NEW] = redirect("http://another.example/")
    assert crawl("--recheck") == (["new", "revised", "revised"], [OLD])
    assert read_rows(tmp_path / "archive.db", "SELECT reason FROM frontier WHERE misses = 1") == [("home-redirect",)]


def test_an_article_that_moved_and_was_edited_at_once_stays_one(site, crawl, read_rows, tmp_path: Path):
    """The feed tells of the new address before the old one is looked at again; its text is another, too."""
    site.article(OLD, TITLE)
    assert crawl() == (["new"], [OLD])
    site.article(NEW, TITLE)
    edited(site, NEW)
    site.routes[OLD] = redirect(NEW)
    assert crawl() == (["new", "revised"], [NEW])
    assert read_rows(tmp_path / "archive.db", "SELECT revision, body LIKE '%giriş pulsuzdur%' FROM articles") == [
        (2, 1)
    ]
    assert read_rows(tmp_path / "archive.db", "SELECT count(*) FROM aliases WHERE article_id = 1") == [(2,)]


def test_an_article_that_moved_and_was_rewritten_at_once_stays_one(site, crawl, read_rows, tmp_path: Path):
    """Neither its headline nor a whole paragraph is left; where its old address leads says what it is."""
    site.article(OLD, TITLE)
    assert crawl() == (["new"], [OLD])
    site.article(NEW, "Yenilənmiş parkın açılış mərasimi keçirilib")
    site.routes[OLD] = redirect(NEW)
    assert crawl() == (["new", "revised"], [NEW])
    assert read_rows(tmp_path / "archive.db", "SELECT revision FROM articles") == [(2,)]


def test_one_date_on_all_pages_costs_no_second_look(site, crawl):
    for number in range(4):
        site.article(f"/xeber/kohne-{number}", f"{number} nömrəli xəbər")
    crawl()
    site.asked.clear()
    site.article(NEW, "Stadion tikilir")
    assert crawl()[0] == ["new"] * 5
    assert [path for path in site.paths() if path.startswith("/xeber/")] == [NEW]


def test_a_follow_up_of_the_same_minute_under_the_same_headline_stays_another(site, crawl):
    """The old address still shows the old article: what is at the new one is another."""
    site.article(OLD, TITLE)
    crawl()
    site.article(NEW, TITLE)
    edited(site, NEW)
    assert crawl() == (["new", "new"], [OLD, NEW])
    assert site.paths().count(NEW) == 2  # looked at, and again once the older one was


def test_what_shows_a_notice_at_first_becomes_an_article_later(site, crawl, tmp_path: Path):
    """The portal is being worked on: each new address shows one text, until its own is there."""
    paths = [f"/xeber/{number}" for number in range(4)]
    for path in paths:
        place(site, path, "Saytda texniki işlər aparılır")
    assert crawl()[0] == ["new"]
    a_day_later(tmp_path / "archive.db")
    for path in paths:
        place(site, path, f"{path} ünvanındakı xəbər")
    changes, urls = crawl("--recheck")
    assert sorted(changes) == ["new"] * 4 + ["revised"]
    assert sorted(urls) == paths


@pytest.mark.parametrize("options", [[], ["--recheck"]], ids=["not-due", "due"])
def test_two_copies_that_are_edited_stay_one_article(site, crawl, tmp_path: Path, options: list[str]):
    """The first is asked before the second stands for itself."""
    for path in (OLD, NEW):
        place(site, path, TITLE)
    _, (known,) = crawl()
    a_day_later(tmp_path / "archive.db")
    for path in (OLD, NEW):
        edited(site, path)
    assert crawl(*options) == (["new", "revised"], [known])
    site.asked.clear()
    assert crawl() == (["new", "revised"], [known])
    assert not {OLD, NEW} & set(site.paths())


def place(site, path: str, title: str) -> None:
    """A page at *path* that names neither its address nor its time, which would be one for all."""
    site.article(path, title)
    status, headers, body = site.routes[path]
    site.routes[path] = (
        status,
        headers,
        re.sub(rb'<link rel="canonical"[^>]*>|<meta property="article:[^>]*>', b"", body),
    )


def a_day_later(archive: Path) -> None:
    """The copies' next look is due."""
    with closing(sqlite3.connect(archive)) as conn, conn:
        conn.execute("UPDATE frontier SET next_due_at = fetched_at WHERE duplicate_of IS NOT NULL")


def test_a_short_link_is_an_alias_of_what_it_leads_to(site, crawl):
    site.article(OLD, TITLE)
    site.link("/s/8rT2", redirect(OLD, 302))
    assert crawl() == (["new"], [OLD])


def test_a_new_canonical_link_on_the_old_page_moves_the_article(site, crawl):
    site.article(OLD, TITLE)
    crawl()
    status, headers, body = site.routes[OLD]
    site.routes[OLD] = (
        status,
        headers,
        body.replace(f'href="{site.home}{OLD[1:]}"'.encode(), f'href="{NEW}"'.encode()),
    )
    site.routes[NEW] = site.routes[OLD]
    assert crawl("--recheck") == (["new", "revised"], [NEW])


def test_a_canonical_link_to_another_host_is_never_identity(site, crawl):
    """Two reprints of one agency report name the agency's page as canonical: they stay two, under their own addresses."""
    for path, title in ((OLD, TITLE), (NEW, "Stadion tikilir")):
        site.article(path, title)
        status, headers, body = site.routes[path]
        own = f'href="{site.home}{path[1:]}"'.encode()
        site.routes[path] = (status, headers, body.replace(own, b'href="https://azertag.az/xeber/1"'))
    changes, urls = crawl()
    assert (changes, sorted(urls)) == (["new", "new"], sorted([OLD, NEW]))


def test_a_guid_that_a_feed_uses_again_joins_nothing(site, crawl):
    """Some feeds give every item one guid, or count anew each day."""
    site.article(OLD, TITLE)
    site.article(NEW, "Stadion tikilir")
    status, headers, body = site.routes["/rss"]()
    site.routes["/rss"] = (status, headers, body.replace(b"</item>", b"<guid isPermaLink='false'>1</guid></item>"))
    changes, urls = crawl()
    assert (changes, sorted(urls)) == (["new", "new"], sorted([OLD, NEW]))


@pytest.mark.parametrize("other", ["{old}?utm_source=feed", "{old}/", "{old}/amp", "/amp{old}", "{old}?fbclid=x&amp=1"])
def test_another_form_of_an_address_is_not_even_asked_for(site, crawl, other: str):
    site.article(OLD, TITLE)
    crawl()
    site.asked.clear()
    site.article(other.format(old=OLD), TITLE)
    assert crawl() == (["new"], [OLD])
    assert [path for path in site.paths() if "park" in path] == []
