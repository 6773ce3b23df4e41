"""Pages without text of their own, which a script draws from data that the page brings along."""

import json

import pytest

from icma_crawler.extraction import extract
from icma_crawler.models import Article, Rejection

PARAGRAPHS = [
    f"Komissiyanın {word} qərarı rəsmi nəşrdə dərc olunub və dərhal qüvvəyə minib."
    for word in ("ilk", "son", "yeni", "əsas")
]
HTML = "".join(f"<p>{line}</p>" for line in PARAGRAPHS)
HEAD = '<meta property="og:type" content="article"><title>Komissiya yeni qərarı təsdiqlədi</title>'
META = "20 oktyabr 2025 14:02"


@pytest.mark.parametrize(
    "script",
    [
        f'<script type="application/json">{json.dumps({"article": {"contentHtml": HTML}})}</script>',
        f"<script>window.__STATE__ = {json.dumps({'post': {'body': HTML}})};</script>",
        f"<script>self.push([1, {json.dumps({'article_body': HTML}).replace('<', chr(92) + 'u003c')}])</script>",
    ],
    ids=["json", "state", "escaped"],
)
def test_the_text_is_read_out_of_the_scripts_data(story, portal, script):
    article = extract(story(head=HEAD, meta=META, body='<div id="root"></div>', rest=script), portal)
    assert isinstance(article, Article)
    assert article.body == "\n\n".join(PARAGRAPHS)


def test_other_data_is_no_text(story, portal):
    data = json.dumps({"consent": {"body": "Kukilərdən istifadə edirik. " * 40}})
    page = story(head=HEAD, meta=META, body='<div id="root"></div>', rest=f"<script>{data}</script>")
    assert isinstance(extract(page, portal), Rejection)


def test_a_page_with_text_keeps_it(story, portal):
    rest = f'<script type="application/json">{json.dumps({"contentHtml": HTML * 5})}</script>'
    article = extract(story(head=HEAD, meta=META, rest=rest), portal)
    assert "rəsmi nəşrdə" not in article.body


@pytest.mark.parametrize(
    "text", ["\\", '"contentHtml":"' + "\\" * 401, '"contentHtml":"' + "x" * 500_000, '"body":"' * 20_000]
)
def test_broken_data_ends_in_a_rejection(story, portal, text):
    assert isinstance(extract(story(body="<p></p>", rest=f"<script>{text}</script>"), portal), Rejection)
