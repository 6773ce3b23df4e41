"""A record is one line, and no line holds a password."""

from __future__ import annotations

import json
import logging
import subprocess
import sys

import pytest

from icma_crawler.crawl.fetch.logs import PlainFormatter, make_logs_plain
from icma_crawler.system.logs import JsonFormatter, plain_line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Bakıda park açılıb", "Bakıda park açılıb"),
        ("a\r\nb\tc\x1b[31m", r"a\x0d\x0ab\x09c\x1b[31m"),
        ("a\u2028b\u202ec\x85", r"a\x2028b\x202ec\x85"),
        ("\ud800", r"\xd800"),
        ("GET http://user:secret@sherg.az/a and https://x@y.az/", "GET http://sherg.az/a and https://y.az/"),
        ("mail me@sherg.az about http://sherg.az/a@b", "mail me@sherg.az about http://sherg.az/a@b"),
    ],
)
def test_what_may_stand_in_a_line(text: str, line: str):
    assert plain_line(text) == line


def fail() -> None:
    raise ValueError("bad\n2026-01-01 ERROR forged http://a:b@c.az/")


def test_a_traceback_is_indented_so_that_its_message_forges_nothing():
    try:
        fail()
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "f", 1, "page %s", ("a\nb",), sys.exc_info())
    lines = PlainFormatter(logging.Formatter("%(message)s")).format(record).splitlines()
    assert lines[0] == r"page a\x0ab"
    assert all(line.startswith("    ") for line in lines[1:])
    assert lines[-1].strip() == "2026-01-01 ERROR forged http://c.az/"


@pytest.fixture
def json_handler():
    """A handler of the root logger that writes JSON, as `icma crawl --log-json` has one."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)


def test_libraries_are_heard_from_their_level_on_whatever_they_set_themselves():
    """Scrapy sets its logger to DEBUG when a crawl starts."""
    script = (
        "import logging; from icma_crawler.system.logs import log_as_json; log_as_json('WARNING');"
        "logging.getLogger('scrapy').setLevel('DEBUG'); logging.getLogger('scrapy.core').debug('noise');"
        "logging.getLogger('scrapy').warning('trouble'); logging.getLogger('icma_crawler.x').info('crawl ended')"
    )
    done = subprocess.run([sys.executable, "-c", script], stderr=subprocess.PIPE, text=True, check=True)
    assert [json.loads(line)["event"] for line in done.stderr.splitlines()] == ["trouble", "crawl ended"]


@pytest.mark.parametrize("sign", ["\u202e", "\u2028", "\x85", "\x1b[31m", "\r\n", "\ud800", '"', "\\"])
def test_a_line_of_json_stays_json_whatever_it_tells(json_handler: logging.StreamHandler, sign: str):
    """Scrapy opens a spider, and then every handler is made plain: JSON must not be escaped a second time."""
    make_logs_plain()
    facts = {"url": f"http://user:secret@sherg.az/{sign}", "count": 3}
    record = logging.makeLogRecord({"msg": f"title {sign} http://a:b@c.az/", "facts": facts})
    line = json_handler.format(record)
    assert line.isprintable()
    told = json.loads(line)
    assert (told["event"], told["url"], told["count"]) == (f"title {sign} http://c.az/", f"http://sherg.az/{sign}", 3)
