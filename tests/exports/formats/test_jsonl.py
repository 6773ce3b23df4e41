from __future__ import annotations

import json

from icma_crawler.exports import record_digest


def test_the_sentences_are_in_each_line_to_the_byte(stand, sentences):
    stand.publish("a")
    (line,) = stand.sell("jsonl").read_bytes().splitlines()
    statement, source, archived = sentences
    assert f'"attribution":{{"archived":"{archived}","source":"{source}","statement":"{statement}"}}'.encode() in line


def test_the_sentences_are_in_the_language_asked_for(stand):
    stand.publish("a")
    record = json.loads(stand.sell("jsonl", language="ru").read_text())
    assert record["attribution"] == {
        "statement": "Icma.az сообщает со ссылкой на портал Sherg.az.",
        "source": "Источник: https://sherg.az",
        "archived": "Эта новость архивирована из источника 18 января 2026 13:30",
    }


def test_each_line_proves_itself(filled):
    lines = [json.loads(line) for line in filled.sell("jsonl").read_text().splitlines()]
    assert [line["change"] for line in lines] == ["new", "new", "gone", "withdrawn"]
    assert all(line["record_sha256"] == record_digest(line) for line in lines)


def test_a_withdrawn_article_has_no_words_left(filled):
    withdrawn = json.loads(filled.sell("jsonl").read_text().splitlines()[-1])
    assert {"title", "text", "lead", "authors", "image_url"}.isdisjoint(withdrawn)
