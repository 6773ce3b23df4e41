"""A static site by Hugo, from the dump, with the script of deploy/hugo; and what was withdrawn is off it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import html

from icma_crawler.archive.transactions.withdraw import withdraw_article

pytestmark = pytest.mark.clients

SCRIPT = Path(__file__).parents[2] / "deploy/hugo/content.py"
SINGLE = (
    '<html lang="az"><head><title>{{ .Title }}</title><link rel="canonical" href="{{ .Params.canonical }}"></head>'
    '<body><h1>{{ .Title }}</h1><time>{{ .Date.Format "2006-01-02T15:04:05Z07:00" }}</time>{{ .Content }}</body></html>'
)
LIST = "<ul>{{ range .Pages }}<li><a href='{{ .RelPermalink }}'>{{ .Title }}</a></li>{{ end }}</ul>"


@pytest.fixture
def build(program, run_icma, tmp_path):
    """Dump, make the pages, run Hugo; gives each article's page by its canonical link."""
    hugo, site = program("hugo"), tmp_path / "site"
    (site / "layouts/_default").mkdir(parents=True)
    (site / "config.toml").write_text('baseURL = "https://news.example/"\n', "utf-8")
    (site / "layouts/_default/single.html").write_text(SINGLE, "utf-8")
    (site / "layouts/_default/list.html").write_text(LIST, "utf-8")

    def run():
        shutil.rmtree(site / "public", ignore_errors=True)  # Hugo leaves there what it no longer makes
        dump = run_icma("dump", "jsonl", "-o", "news.jsonl", "--publisher", "Icma.az")
        assert dump.returncode == 0, dump.stderr
        for command in ([sys.executable, SCRIPT, tmp_path / "news.jsonl", "content/articles"], [hugo, "--quiet"]):
            subprocess.run(command, cwd=site, check=True, timeout=60)
        pages = [html.fromstring(page.read_text("utf-8")) for page in site.glob("public/articles/*/index.html")]
        return {page.xpath("string(//link[@rel='canonical']/@href)"): page for page in pages}

    return run


def test_hugo_renders_every_article_and_drops_the_withdrawn(build, desk, tmp_path, now):
    for number in range(5):
        desk.publish(f"p{number}", title=f'Xəbər {number} & <b>"qalın"</b>', tags=("park",), section="Siyasət")
    pages = build()
    assert set(pages) == {f"https://sherg.az/p{number}" for number in range(5)}
    first = pages["https://sherg.az/p0"]
    assert first.xpath("string(//h1)") == 'Xəbər 0 & <b>"qalın"</b>'
    paragraphs = [text.text_content() for text in first.xpath("//p")]
    assert paragraphs[0] == "Icma.az, Sherg.az portalına istinadən məlumatı açıqlayır."
    assert paragraphs[-2:] == [
        "Mənbə: https://sherg.az",
        "Bu xəbər 18 Yanvar 2026 13:30 mənbədən arxivləşdirilmişdir",
    ]
    assert (tmp_path / "site/public/tags/park/index.html").exists()
    with desk.archive.write():
        withdraw_article(desk.archive, 1, "asked", now + timedelta(days=1))
    assert set(build()) == {f"https://sherg.az/p{number}" for number in range(1, 5)}


def test_what_looks_like_a_command_of_hugo_stays_text(build, desk):
    said = '{{% raw %}} {{< figure src="x" >}} {{ .Site }} <script>alert(1)</script> *a* & &amp;'
    desk.publish("a", title=said, lead=said, body=f"Bir.\n\n{said}\n\n" + "Söz " * 200)
    (page,) = build().values()
    assert page.xpath("string(//h1)") == said
    assert said in [text.text_content() for text in page.xpath("//p")]
    assert page.xpath("//script") == []
