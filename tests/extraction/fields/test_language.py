"""The language by the text."""

import pytest

from icma_crawler.extraction import extract

AZERBAIJANI = "Komissiya yeni qərarı təsdiqləyib və sənəd bu gün ictimaiyyətə açıqlanıb. " * 5
CYRILLIC = "Азәрбајҹан Республикасынын јени гәрары бу ҝүн тәсдиг олунуб вә мәтбуата ачыгланыб. " * 5
RUSSIAN = "Комиссия сегодня утвердила новое решение и представила документ общественности после обсуждения. " * 5
TURKISH = "Komisyon bugün yeni kararı onayladı ve belge kamuoyuna açıklandı, görüşmeler ise üç ay sürdü. " * 5
ENGLISH = "The commission approved the new decision today and the document was made public after three months. " * 5


@pytest.mark.parametrize(
    ("text", "language"),
    [(AZERBAIJANI, "az"), (CYRILLIC, "az-Cyrl"), (RUSSIAN, "ru"), (TURKISH, "tr"), (ENGLISH, "en")],
)
def test_language_by_the_text_whatever_the_page_declares(story, portal, text, language):
    title = text.split(".")[0]
    assert extract(story(title=title, body=f"<p>{text}</p>" * 2), portal).language == language
