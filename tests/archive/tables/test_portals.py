"""The portals of an archive."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from icma_crawler.archive import PortalReuse, SourceAnswer, TdmQuestion
from icma_crawler.archive.tables.portals import Holder
from icma_crawler.models import Source

HOUR = timedelta(hours=1)


def test_a_portal_file_that_allows_something_else_is_to_be_carried_out(archive, portal, now):
    portals = archive.portals
    assert (portals.reuse_of(portal.id), portals.is_known(portal.id)) == (None, False)
    portals.save(portal, now)
    portals.save(replace(portal, name="Şərq"), now)
    assert portals.reuse_cause(portal.id) is None
    portals.save(replace(portal, reuse="link"), now)
    assert portals.reuse_of(portal.id) == PortalReuse(file="link", signals="full")
    assert portals.reuse_cause(portal.id) == "operator"
    portals.reuse_is_carried_out(portal.id)
    portals.limit_reuse(portal.id, "excerpt", "source")
    assert portals.reuse_of(portal.id) == PortalReuse(file="link", signals="excerpt")
    assert portals.reuse_cause(portal.id) == "source"


def test_what_an_import_knows_of_a_portal_gives_way_to_its_file_and_not_the_other_way_round(archive, portal, now):
    portals = archive.portals
    portals.save_imported(portal.id, name="Sherg", home=portal.home, language="ru", now=now)
    portals.save(portal, now)
    portals.save_imported(portal.id, name="Sherg", home=portal.home, language="ru", now=now)
    (known,) = portals.find_all()
    assert (known.name, known.language, known.reuse) == (portal.name, "az", portal.reuse)
    assert portals.timezone_of(portal.id) == "Asia/Baku"
    assert portals.crawled() == []


def test_a_guess_that_never_answered_is_no_source_of_its_portal(desk, now):
    sources = desk.archive.sources
    sources.save("sherg.az", [Source(kind="section", url="https://sherg.az/")], is_configured=True, now=now)
    guesses = [Source(kind="feed", url=f"https://sherg.az/{path}") for path in ("rss", "feed")]
    answered, _silent = sources.save("sherg.az", guesses, now=now)
    sources.answered(answered.id, SourceAnswer(status=200), now=now)
    (known,) = desk.archive.portals.find_all()
    assert [source.url for source in known.sources] == ["https://sherg.az/", "https://sherg.az/rss"]


def test_one_process_holds_a_portal_until_it_gives_it_back(archive, portal, now):
    portals = archive.portals
    portals.save(portal, now)
    assert (portals.holder_of(portal.id), portals.holders()) == (None, {})
    portals.take(portal.id, "host:1:2", now + HOUR)
    holder = Holder(process="host:1:2", since=(now + HOUR).isoformat())
    assert (portals.holder_of(portal.id), portals.holders()) == (holder, {portal.id: holder})
    portals.release(portal.id)
    assert portals.holder_of(portal.id) is None


def test_the_question_for_its_tdm_file_is_remembered_with_the_answer(archive, portal, now):
    nothing = TdmQuestion(status=None, asked_at=None)
    assert archive.portals.tdm_question(portal.id) == nothing
    archive.portals.save(portal, now)
    assert archive.portals.tdm_question(portal.id) == nothing
    archive.portals.tdm_answered(portal.id, 0, now)
    assert archive.portals.tdm_question(portal.id) == TdmQuestion(status=0, asked_at=now)


def test_another_archive_takes_over_the_portal_and_nothing_of_its_crawls(desk, now):
    desk.archive.portals.tdm_answered("sherg.az", 200, now)
    row = desk.archive.portals.row_of("sherg.az")
    assert {"id", "name", "signal_reuse"} <= set(row)
    assert not {"holder", "held_since", "reuse_cause", "tdm_status", "tdm_asked_at"} & set(row)
    assert desk.archive.portals.row_of("report.az") == {}
