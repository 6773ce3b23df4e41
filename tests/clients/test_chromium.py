from __future__ import annotations

import subprocess

import pytest
from lxml import html

pytestmark = pytest.mark.clients


def test_chromium_shows_an_article_from_the_front_page_on(program, sold, served, tmp_path):
    chromium, site = program("chromium"), sold("html")

    def visit(path):
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        profile = f"--user-data-dir={tmp_path / 'profile'}"
        command = [chromium, *flags, profile, "--dump-dom", f"{served}/sold/{site.name}/{path}"]
        return html.fromstring(subprocess.run(command, capture_output=True, check=True, timeout=120).stdout)

    links = visit("index.html").xpath("//ul[@class='articles']//a")
    assert [link.text for link in links] == [f"Xəbər {number} & <b>" for number in range(12)]
    article = visit(links[0].get("href"))
    assert article.xpath("string(//h1)") == "Xəbər 0 & <b>"
    paragraphs = article.xpath("//article/p/descendant-or-self::*/text()")
    assert "Icma.az, Sherg.az portalına istinadən məlumatı açıqlayır." in paragraphs
    assert paragraphs[-2:] == [
        "Mənbə: https://sherg.az",
        "Bu xəbər 18 Yanvar 2026 13:30 mənbədən arxivləşdirilmişdir",
    ]
