"""What a portal's rules select."""

from dataclasses import replace
from datetime import UTC, date, datetime

from icma_crawler.extraction import extract
from icma_crawler.models import Rule


def test_the_rule_in_force_wins_over_everything(story, portal):
    rules = (
        Rule(title=".old"),
        Rule(
            valid_from=date(2025, 1, 1),
            title=".real",
            body=".text",
            date=".when",
            author=".who",
            section=".what",
            remove=".ad",
        ),
        Rule(valid_from=date(2025, 12, 1), title=".new"),
    )
    meta = (
        '<b class="old">Köhnə</b><b class="new">Yeni</b><b class="real">Əsl başlıq budur</b><i class="when">19.10.2025 08:30</i>'
        '<i class="who">Elçin Məmmədov</i><i class="what">Hadisə</i><div class="text"><p>Birinci cümlə burada dayanır.</p>'
        '<p class="ad">Reklam mətni</p><p>İkinci cümlə də burada dayanır.</p></div>'
    )
    article = extract(story(meta=meta), replace(portal, rules=rules))
    assert article.title == "Əsl başlıq budur"
    assert article.body == "Birinci cümlə burada dayanır.\n\nİkinci cümlə də burada dayanır."
    assert (article.authors, article.section) == (("Elçin Məmmədov",), "Hadisə")
    assert article.published_at == datetime(2025, 10, 19, 4, 30, tzinfo=UTC)


def test_broken_selectors_are_no_error(story, portal):
    article = extract(story(), replace(portal, rules=(Rule(title="p[[", body=":nope()"),)))
    assert article.title == "Komissiya yeni qərarı təsdiqlədi"
