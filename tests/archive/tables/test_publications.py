"""What stands where on the sites that are kept in step."""

from __future__ import annotations

from dataclasses import replace

from icma_crawler.archive import Post

SITE = "https://icma.az"


def test_what_stands_on_a_site_takes_the_place_of_what_stood_there(desk, now):
    desk.publish("park")
    urn = desk.archive.find("1").urn
    posts = desk.archive.publications
    assert posts.find_post(SITE, urn) is None
    sending = Post(site=SITE, urn=urn, slug="park")
    there = replace(sending, post_id=7, state="there", record_sha256="x")
    for post in (sending, there):
        posts.save_post(post, now)
        assert posts.find_post(SITE, urn) == post
    assert posts.find_post("https://other.az", urn) is None


def test_an_article_that_is_not_here_has_no_post(archive, now):
    archive.publications.save_post(Post(site=SITE, urn="urn:uuid:none", slug="x"), now)
    assert archive.publications.find_post(SITE, "urn:uuid:none") is None


def test_each_portal_of_a_site_has_a_cursor_and_all_of_it_another(archive, now):
    posts = archive.publications
    posts.save_cursor(SITE, None, 9, now)
    posts.save_cursor(SITE, "sherg.az", 5, now)
    posts.save_cursor(SITE, "sherg.az", 3, now)  # a site that was put back takes it all again
    assert [posts.cursor_of(SITE, portal) for portal in (None, "sherg.az", "report.az")] == [9, 3, 0]
