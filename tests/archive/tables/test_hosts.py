"""What is known of each host."""

from __future__ import annotations

from datetime import timedelta

from icma_crawler.archive import HostRobots

HOST, HOUR = "https://sherg.az", timedelta(hours=1)


def test_the_newest_robots_txt_takes_the_place_of_the_one_before(archive, now):
    assert archive.hosts.robots_of(HOST) is None
    for status, body in ((200, "Disallow: /"), (0, "")):
        said = HostRobots(status=status, body=body, at=now)
        archive.hosts.save_robots(HOST, said)
        assert archive.hosts.robots_of(HOST) == said
    assert archive.hosts.robots_of("http://sherg.az") is None


def test_a_pause_alone_is_no_robots_txt(archive, now):
    archive.hosts.pause(HOST, now + HOUR)
    assert archive.hosts.robots_of(HOST) is None
    assert archive.hosts.not_before(HOST, now) == now + HOUR


def test_the_longer_pause_stays(archive, now):
    for hours in (1, 2, 1):
        archive.hosts.pause(HOST, now + hours * HOUR)
    assert archive.hosts.not_before(HOST, now) == now + 2 * HOUR


def test_a_pause_of_a_clock_that_was_wrong_is_none_and_gives_way(archive, now):
    archive.hosts.pause(HOST, now + 100 * HOUR)
    assert archive.hosts.not_before(HOST, now) is None
    archive.hosts.pause(HOST, now + HOUR)
    assert archive.hosts.not_before(HOST, now) == now + HOUR
