"""A site that misbehaves: busy, broken, cutting connections after the work was done, or no WordPress at all."""

from __future__ import annotations

import base64
import json
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from other_program import ask

from icma_crawler.archive.transactions.withdraw import withdraw_article
from icma_crawler.errors import IcmaError, SiteError, UsageError
from icma_crawler.publish import Credentials, RestApi, Terms, WordPress, keep_in_step

WHO = Credentials(user="editor", password="s3cret word")  # noqa: S106 - of a site that is made up below
TERMS = Terms(publisher="Icma.az")


class Site:
    """The part of the REST interface that is used, over real HTTP; *mishaps* come before the next answers to posts."""

    def __init__(self) -> None:
        self.posts: dict[int, dict[str, Any]] = {}
        self.mishaps: list[tuple[str, int, dict[str, str]]] = []
        self.asked: Counter[str] = Counter()
        self.index: tuple[int, dict[str, str], bytes] | None = None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, method: str, url: str, values: dict[str, Any] | None) -> tuple[int, Any]:
        path, query = urlsplit(url).path.removeprefix("/wp-json"), parse_qs(urlsplit(url).query)
        self.asked[f"{method} {path}"] += 1
        if path == "/":
            return 200, {"namespaces": ["wp/v2"]}
        if path == "/wp/v2/users/me":
            return 200, {"id": 1}
        if method == "GET":
            return 200, [{"id": one} for one, post in self.posts.items() if post["slug"] == query["slug"][0]]
        if path == "/wp/v2/posts":
            if values["title"] == "Refuse me":
                return 400, {"code": "rest_invalid", "message": "not that one"}
            number = len(self.posts) + 1
            self.posts[number] = values
            return 201, {"id": number}
        return 404, {"code": "rest_post_invalid_id"}


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            values = json.loads(self.rfile.read(size)) if size else None
            mishap = site.mishaps.pop(0) if site.mishaps and self.command == "POST" else None
            if mishap and mishap[0] == "cut":
                site.answer(self.command, self.path, values)  # it is done, but nobody hears of it
                self.close_connection = True
                return
            if site.index is not None:
                status, headers, body = site.index
            elif mishap:
                status, headers, body = mishap[1], mishap[2], b'{"message": "busy"}'
            else:
                status, result = site.answer(self.command, self.path, values)
                headers, body = {}, json.dumps(result).encode()
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_DELETE = _do  # noqa: N815 - the names http.server wants

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


@pytest.fixture
def site() -> Iterator[Site]:
    opened = Site()
    yield opened
    opened.close()


def keep(desk, site: Site):
    wordpress = WordPress(RestApi(site.url, WHO, patience=0.001), status="publish")
    return keep_in_step(desk.archive, wordpress, TERMS, lambda _done, _total: None)


@pytest.mark.parametrize(
    "mishap",
    [
        ("busy", 429, {"Retry-After": "0"}),
        ("busy", 503, {"Retry-After": "0"}),
        ("busy", 429, {}),
        ("cut", 0, {}),
        ("broken", 500, {}),
        ("broken", 502, {}),
    ],
    ids=lambda mishap: f"{mishap[0]}-{mishap[1]}",
)
@pytest.mark.parametrize("times", [1, 2])
def test_a_post_is_made_once_whatever_happens_to_the_answer(desk, site, mishap, times):
    desk.publish("park", title="Park")
    site.mishaps = [mishap] * times
    assert keep(desk, site).done == {"created": 1}
    assert [post["title"] for post in site.posts.values()] == ["Park"]
    assert keep(desk, site).done == {}


def test_a_site_that_stays_busy_ends_the_run_and_the_next_goes_on(desk, site):
    for path in ("a", "b"):
        desk.publish(path, title=path)
    site.mishaps = [("busy", 503, {"Retry-After": "0"})] * 20
    with pytest.raises(SiteError, match="keeps answering HTTP 503: busy; run again later"):
        keep(desk, site)
    assert site.posts == {}
    site.mishaps = []
    assert keep(desk, site).done == {"created": 2}


def test_one_post_that_is_refused_holds_up_nothing_but_is_tried_again(desk, site):
    for title in ("a", "Refuse me", "c"):
        desk.publish(title.lower().replace(" ", "-"), title=title)
    first = keep(desk, site)
    assert (first.done, first.cursor) == ({"created": 2}, 1)
    assert first.refused == (("https://sherg.az/refuse-me", "HTTP 400: not that one"),)
    assert keep(desk, site).done == {"unchanged": 1}
    assert len(site.posts) == 2


def test_no_word_of_a_withdrawn_article_is_kept_for_its_post(desk, site, now):
    desk.publish("park", title="Filankəs park açıb")
    keep(desk, site)
    rows = "SELECT state, slug FROM published"
    ((state, slug),) = ask(desk.archive.path, rows)
    assert (state, slug.rpartition("-")[0]) == ("there", "filankes-park-acib")
    withdraw_article(desk.archive, 1, "asked", now)
    assert keep(desk, site).done == {"deleted": 1}
    assert site.asked["DELETE /wp/v2/posts/1"] == 1
    assert ask(desk.archive.path, rows) == [("deleted", "")]
    assert keep(desk, site).done == {}


@pytest.mark.parametrize(
    ("index", "expected"),
    [
        ((200, {"Content-Type": "text/html"}, b"<html>Hello</html>"), "no WordPress REST interface there"),
        ((404, {}, b"not here"), "no WordPress REST interface there \\(HTTP 404\\)"),
        ((301, {"Location": "https://www.news.example/wp-json/"}, b""), "it redirects to https://www.news.example/"),
        ((401, {}, b'{"code": "incorrect_password", "message": "wrong"}'), "the application password was refused"),
    ],
)
def test_what_is_no_wordpress_or_not_ours_is_told_in_a_line(desk, site, index, expected):
    desk.publish("park")
    site.index = index
    with pytest.raises(SiteError, match=expected) as told:
        keep(desk, site)
    assert "s3cret" not in str(told.value)
    assert "\n" not in str(told.value)


def test_a_site_that_is_not_there(desk):
    desk.publish("park")
    wordpress = WordPress(RestApi("http://127.0.0.1:9", WHO, patience=0.001))
    with pytest.raises(SiteError, match="it does not answer"):
        keep_in_step(desk.archive, wordpress, TERMS, lambda _done, _total: None)


@pytest.mark.parametrize(
    "address",
    ["http://news.example", "ftp://news.example", "news.example", "https://user:word@news.example", "https://"],
)
def test_a_password_does_not_travel_in_the_clear(address):
    with pytest.raises(UsageError):
        RestApi(address, WHO)
    assert "s3cret" not in repr(WHO)


def test_two_at_once_are_refused(desk, site):
    desk.publish("park")
    entered, leave = threading.Event(), threading.Event()

    def tell(_done: int, _total: int) -> None:
        entered.set()
        leave.wait(20)

    def run() -> None:
        from icma_crawler.archive import open_archive

        with open_archive(desk.archive.path) as mine:
            keep_in_step(mine, WordPress(RestApi(site.url, WHO)), TERMS, tell)

    other = threading.Thread(target=run)
    other.start()
    try:
        assert entered.wait(20)
        with pytest.raises(IcmaError, match="another icma publish is running"):
            keep(desk, site)
    finally:
        leave.set()
        other.join()


def test_without_a_password_nothing_is_asked(desk, run_icma):
    desk.publish("park")
    done = run_icma("publish", "wordpress", "https://news.example", "--publisher", "Icma.az")
    assert done.returncode == 2
    assert "ICMA_WORDPRESS_USER and ICMA_WORDPRESS_PASSWORD" in done.stderr


def test_the_password_is_written_nowhere(desk, site, run_icma, tmp_path):
    desk.publish("park")
    secret = {"ICMA_WORDPRESS_USER": WHO.user, "ICMA_WORDPRESS_PASSWORD": WHO.password}
    done = run_icma("--debug", "publish", "wordpress", site.url, "--publisher", "Icma.az", env=secret)
    assert done.returncode == 0, done.stderr
    site.mishaps = [("broken", 500, {})] * 50
    desk.publish("məktəb")
    failed = run_icma("--debug", "publish", "wordpress", site.url, "--publisher", "Icma.az", env=secret)
    assert failed.returncode == 1
    told = [each.encode() for run in (done, failed) for each in (run.stdout, run.stderr)]
    written = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    for word in (WHO.password.encode(), base64.b64encode(f"{WHO.user}:{WHO.password}".encode())):
        assert not any(word in each for each in told + written)
