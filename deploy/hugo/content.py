"""Make Hugo pages of a dump.

    icma dump jsonl -o articles.jsonl --publisher Example.az
    python content.py articles.jsonl content/articles
    hugo --buildFuture

One file an article, named by its urn: front matter in JSON, then the text with its attribution. What is gone or was
withdrawn loses its file. A whole dump each time is simplest, for then nothing can be missed. In the theme's head,
`<link rel="canonical" href="{{ .Params.canonical }}">` names the source.
"""

import html
import json
import sys
from pathlib import Path
from typing import Any


def main(dump: str, folder: str) -> None:
    """Bring the pages in *folder* up to what *dump* says."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    with Path(dump).open(encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            file = target / f"{record['id'].rpartition(':')[2]}.html"
            if record["change"] in ("gone", "withdrawn"):
                file.unlink(missing_ok=True)
            else:
                file.write_text(page(record), "utf-8")


def page(record: dict[str, Any]) -> str:
    """The page of one record."""
    front = {
        "title": record["title_shown"],
        "date": record["published_at"] or record["archived_at"],
        "lastmod": record["modified_at"] or record["published_at"] or record["archived_at"],
        "summary": record["lead"] or "",
        "categories": [record["section"]] if record["section"] else [],
        "tags": record["tags"],
        "authors": record["authors"],
        "portal": record["portal"],
        "canonical": record["url"],
        "archived_at": record["archived_at"],
    }
    return json.dumps(front, ensure_ascii=False, indent=1) + "\n\n" + "\n".join(story(record)) + "\n"


def story(record: dict[str, Any]) -> list[str]:
    """The statement, the text, the source and the archived-on stamp, as paragraphs."""
    said = record["attribution"]
    texts = [said["statement"], record["lead"], *record["text"].split("\n\n")]
    source = f'<a href="{escaped(record["url"])}">{escaped(said["source"])}</a>'
    return [f"<p>{text}</p>" for text in [*map(escaped, filter(None, texts)), source, escaped(said["archived"])]]


def escaped(text: str) -> str:
    """Text as it may stand in a page, where Hugo takes two braces for a command."""
    return html.escape(text).replace("{{", "&#123;&#123;").replace("\n", "<br>")


if __name__ == "__main__":
    main(*sys.argv[1:])
