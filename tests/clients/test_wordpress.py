"""A real WordPress is kept in step, and its own interface shows it: new, corrected, gone, back, withdrawn, interrupted."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import urllib3
from lxml import html
from other_program import change
from wordpress_site import WordPressSite, missing, running_site

from icma_crawler.archive import Archive
from icma_crawler.archive.transactions.record_page import mark_gone
from icma_crawler.archive.transactions.withdraw import withdraw_article

pytestmark = pytest.mark.clients

LATER = timedelta(days=1)
TITLE = 'Park "Çinar" <açılıb> & yenidən'


@pytest.fixture(scope="module", params=["pretty, with the plugin", "plain, without"])
def site(request, tmp_path_factory) -> Iterator[WordPressSite]:
    """One without pretty links and without our plugin, and one with both."""
    reason = missing()
    if reason:
        pytest.skip(reason)
    pretty = request.param.startswith("pretty")
    folder = tmp_path_factory.mktemp("wordpress")
    with running_site(folder, permalinks="/%postname%/" if pretty else "", with_plugin=pretty) as running:
        yield running


class Newsroom:
    """An archive, and `icma publish wordpress` on it."""

    def __init__(self, desk: Any, site: WordPressSite, run: Callable[..., Any]) -> None:
        self.desk, self.site, self._run = desk, site, run
        self.archive: Archive = desk.archive

    @property
    def environment(self) -> dict[str, str]:
        return {"ICMA_WORDPRESS_USER": self.site.user, "ICMA_WORDPRESS_PASSWORD": self.site.password}

    def publish(self, *options: str, **more: Any) -> Any:
        given = {"env": self.environment} | more
        return self._run("publish", "wordpress", self.site.url, "--publisher", "Icma.az", *options, **given)

    def keep(self, *options: str) -> str:
        done = self.publish("--status", "publish", *options)
        assert done.returncode == 0, done.stderr
        return done.stdout.split(": ", 1)[1].strip()


@pytest.fixture
def newsroom(desk, site, run_icma, now) -> Iterator[Newsroom]:
    desk.portal = replace(desk.portal, reuse="full")
    with desk.archive.write():
        desk.archive.portals.save(desk.portal, now)
    yield Newsroom(desk, site, run_icma)
    # The next test finds the site as empty as this one did.
    for number in desk.archive.articles.ids_of("sherg.az"):
        with desk.archive.write():
            withdraw_article(desk.archive, number, "end of the test", now)
    run_icma(
        "publish",
        "wordpress",
        site.url,
        "--publisher",
        "x",
        env={"ICMA_WORDPRESS_USER": site.user, "ICMA_WORDPRESS_PASSWORD": site.password},
    )
    assert site.posts() == site.posts("trash") == site.posts("draft") == []


def test_the_life_of_an_article(newsroom: Newsroom, now):
    desk, site = newsroom.desk, newsroom.site
    desk.publish(
        "park",
        title=TITLE,
        lead="Aparıcı.",
        section="Cəmiyyət & həyat",
        tags=("park", "Bakı & ətraf"),
        published_at=now,
        published_precision="minute",
    )
    assert newsroom.keep() == "1 created; up to cursor 1"
    (post,) = site.posts()
    assert post["title"]["raw"] == 'Park "Çinar" &lt;açılıb&gt; &amp; yenidən'
    assert post["date_gmt"] == "2026-01-18T09:30:00"
    assert "Icma.az, Sherg.az portalına istinadən məlumatı açıqlayır." in post["content"]["raw"]
    assert 'href="https://sherg.az/park"' in post["content"]["raw"]
    assert "mənbədən arxivləşdirilmişdir" in post["content"]["rendered"]
    names = [site.ask(f"/wp/v2/categories/{one}")["name"] for one in post["categories"]]
    assert names == ["Cəmiyyət &amp; həyat"]
    tags = {site.ask(f"/wp/v2/tags/{one}")["name"] for one in post["tags"]}
    assert tags == {"park", "Bakı &amp; ətraf"}
    assert [one["id"] for one in site.posts(as_editor=False)] == [post["id"]]

    assert newsroom.keep() == "nothing to do; up to cursor 1"
    desk.look_again("park", now=now + LATER, title="Park bağlanıb")
    assert newsroom.keep() == "1 updated; up to cursor 2"
    (corrected,) = site.posts()
    assert (corrected["id"], corrected["slug"]) == (post["id"], post["slug"])
    assert corrected["title"]["raw"] == "Park bağlanıb"

    with desk.archive.write():
        entry = desk.archive.frontier.take(
            desk.archive.frontier.rechecks("sherg.az", now=now, budget=9, is_all=True), desk.crawl_id
        )[0]
        mark_gone(desk.archive, entry, now=now + 2 * LATER)
    assert newsroom.keep() == "1 trashed; up to cursor 3"
    assert site.posts(as_editor=False) == []
    assert [one["id"] for one in site.posts("trash")] == [post["id"]]

    desk.look_again("park", now=now + 3 * LATER, title="Park bağlanıb")
    assert newsroom.keep() == "1 updated; up to cursor 4"
    (restored,) = site.posts(as_editor=False)
    assert (restored["id"], restored["slug"]) == (post["id"], post["slug"])

    with desk.archive.write():
        withdraw_article(desk.archive, 1, "asked", now + 4 * LATER)
    assert newsroom.keep() == "1 deleted; up to cursor 5"
    assert site.ask(f"/wp/v2/posts/{post['id']}", context="edit") is None
    assert site.ask(f"/wp/v2/posts/{post['id']}/revisions") is None


def test_the_canonical_link_is_the_source(newsroom: Newsroom):
    newsroom.desk.publish("park")
    newsroom.publish("--status", "publish")
    (post,) = newsroom.site.posts()
    page = urllib3.request("GET", post["link"], timeout=30).data.decode()
    is_plugged = "icma_id" in post["meta"]
    assert ('<link rel="canonical" href="https://sherg.az/park" />' in page) == is_plugged
    assert 'href="https://sherg.az/park"' in page
    if is_plugged:
        assert post["meta"]["icma_archived_at"] == "2026-01-18T09:30:00+00:00"


def test_no_text_is_run_as_a_command_of_wordpress(newsroom: Newsroom):
    """Shortcodes, bare links that WordPress would embed, and block comments are text like any other."""
    texts = [
        "[gallery ids='1']",
        "[audio src='http://127.0.0.1:9/x.mp3']",
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        "<!-- wp:html --><script>alert(1)</script>",
    ]
    newsroom.desk.publish("park", body="\n\n".join(["Park.", *texts]))
    newsroom.keep()
    (post,) = newsroom.site.posts(as_editor=False)
    tree = html.fromstring(post["content"]["rendered"])
    shown = [paragraph.text_content() for paragraph in tree.xpath("//p")]
    # WordPress makes quotation marks and dashes nicer.
    assert [re.sub("[‘’‛′]", "'", text).replace("–", "--") for text in shown[2:6]] == texts
    assert not tree.xpath("//script | //iframe | //audio | //figure | //embed")


def test_drafts_by_default_and_what_editors_do_stays(newsroom: Newsroom, now):
    desk, site = newsroom.desk, newsroom.site
    for path in ("a", "b"):
        desk.publish(path, title=path)
    assert newsroom.publish().returncode == 0
    drafts = {post["title"]["raw"]: post["id"] for post in site.posts("draft")}
    assert set(drafts) == {"a", "b"}
    assert site.posts(as_editor=False) == []
    site.call("DELETE", f"/wp/v2/posts/{drafts['a']}")
    site.call("DELETE", f"/wp/v2/posts/{drafts['b']}", force="true")
    for path in ("a", "b"):
        desk.look_again(path, now=now + LATER, title=f"{path} yenidən")
    assert newsroom.keep() == "1 updated, 1 left; up to cursor 4"
    assert [post["title"]["raw"] for post in site.posts("trash")] == ["a yenidən"], (
        "trashed by an editor, not brought back"
    )
    assert site.posts() == site.posts("draft") == []
    desk.look_again("b", now=now + 2 * LATER, title="b üçüncü dəfə")
    assert newsroom.keep() == "1 left; up to cursor 5"


def test_killed_in_the_middle_and_run_again_there_are_no_two(newsroom: Newsroom, start_icma):
    desk, site = newsroom.desk, newsroom.site
    with desk.archive.write():
        for number in range(40):
            desk.publish(f"n{number}", title=f"Xəbər {number}")
    for wanted in (5, 15, 25):
        process = start_icma(
            "publish", "wordpress", site.url, "--publisher", "Icma.az", "--status", "publish", env=newsroom.environment
        )
        while process.poll() is None and len(site.posts()) < wanted:
            pass
        process.send_signal(signal.SIGKILL)
        process.wait()
    newsroom.keep()
    titles = sorted(post["title"]["raw"] for post in site.posts())
    assert titles == sorted(f"Xəbər {number}" for number in range(40))


def test_a_site_that_has_posts_but_an_archive_that_forgot_them(newsroom: Newsroom):
    """As after a restore: the posts are found again by their slug or urn."""
    newsroom.desk.publish("park", title="Park")
    newsroom.keep()
    (post,) = newsroom.site.posts()
    change(newsroom.archive.path, "DELETE FROM published")
    change(newsroom.archive.path, "DELETE FROM sites")
    assert newsroom.keep() == "1 updated; up to cursor 1"
    assert [one["id"] for one in newsroom.site.posts()] == [post["id"]]


def test_a_dry_run_and_a_wrong_password_change_nothing(newsroom: Newsroom):
    newsroom.desk.publish("park")
    told = newsroom.publish("--dry-run", env={})
    assert (told.returncode, told.stdout) == (
        0,
        f"{newsroom.site.url}: would be 1 created; nothing was changed\n",
    )
    refused = newsroom.publish(env={"ICMA_WORDPRESS_USER": "editor", "ICMA_WORDPRESS_PASSWORD": "not the password"})
    assert refused.returncode == 1
    assert "the application password was refused" in refused.stderr
    assert "not the password" not in refused.stderr
    assert newsroom.site.posts("draft") == newsroom.site.posts() == []
