"""What kind of edit lies between two states of an article, and which numbers and names it changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from counting import LINEAR, give_up_after, growth_of
from hypothesis import given
from hypothesis import strategies as st

from icma_crawler.edits import Edit, align, compare, edit_kind
from icma_crawler.edits.alignment import split_sentences

ARTICLES = {
    "az": (
        "Bakıda yanğın olub, 5 nəfər xəsarət alıb",
        (
            "Bakının Nəsimi rayonunda yaşayış binasında yanğın baş verib. Hadisə 20 oktyabr saat 14:02-də qeydə alınıb. "
            "Fövqəladə Hallar Nazirliyindən bildirilib ki, 5 nəfər xəsarət alıb.\n\n"
            "Yanğının söndürülməsinə 12 yanğınsöndürən maşın cəlb olunub. Nazir müavini Elçin Quliyev hadisə yerinə gəlib. "
            "Onun sözlərinə görə, binanın damı tamamilə yanıb.\n\n"
            "Nazirlik zərərin 2 milyon manat olduğunu təsdiqləyir. Sakinlər müvəqqəti olaraq məktəbə yerləşdirilib. "
            "Araşdırma davam edir."
        ),
    ),
    "ru": (
        "В Баку загорелся жилой дом",
        (
            "В Насиминском районе Баку произошел пожар в жилом доме. Инцидент зарегистрирован 20 октября в 14:02. "
            "По данным министерства, пострадали пять человек.\n\n"
            "К тушению привлечены 12 пожарных машин. На место прибыл заместитель министра Эльчин Гулиев. "
            "По его словам, крыша здания сгорела полностью.\n\n"
            "Ущерб оценивается в 2 млн манатов. Жильцов временно разместили в школе. Расследование продолжается."
        ),
    ),
    "tr": (
        "Bakü'de bir binada yangın çıktı",
        (
            "Bakü'nün Nesimi ilçesindeki bir konutta yangın çıktı. Olay 20 Ekim günü saat 14.02'de kayda geçti. "
            "Bakanlığın açıklamasına göre 5 kişi yaralandı.\n\n"
            "Söndürme çalışmalarına 12 itfaiye aracı katıldı. Bakan Yardımcısı Elçin Guliyev olay yerine geldi. "
            "Guliyev, binanın çatısının tamamen yandığını söyledi.\n\n"
            "Zararın 2 milyon manat olduğu tahmin ediliyor. Sakinler geçici olarak okula yerleştirildi. "
            "Soruşturma sürüyor."
        ),
    ),
    "en": (
        "Five injured in a fire in Baku",
        (
            "A fire broke out in an apartment block in the Nasimi district of Baku. It was reported on October 20 at 14:02. "
            "Five people were injured, the ministry said.\n\n"
            "Twelve fire engines were sent to the scene. Deputy minister Elchin Guliyev came to the building. "
            "According to Mr. Guliyev, the roof burnt down completely.\n\n"
            "The damage is put at 2 million manats. The government does not expect further evacuations. "
            "An investigation is under way."
        ),
    ),
}


@dataclass(frozen=True)
class Case:
    """An article in *language*, where *old* was replaced by *new*; None is the end of the text."""

    language: str
    old: str | None
    new: str
    kind: str

    def edit(self) -> Edit:
        title, body = ARTICLES[self.language]
        if self.old is None:
            return compare(title, None, body, title, None, body + self.new)
        assert self.old in title + body, self.old
        return compare(title, None, body, title.replace(self.old, self.new), None, body.replace(self.old, self.new))


CASES = [
    # ---- typo: spelling, signs, spaces, case
    Case("az", "Fövqəladə", "Fövqaladə", "typo"),
    Case("az", "müvəqqəti olaraq", "müvəqqeti olarq", "typo"),
    Case("az", "yanğınsöndürən", "yangınsondurən", "typo"),
    Case("az", "bildirilib ki, 5", "bildirilib ki 5", "typo"),
    Case("az", "saat 14:02-də", "saat 14.02-də", "typo"),
    Case("az", "Araşdırma davam edir.", "Araşdırma davam edir…", "typo"),
    Case("az", "gəlib. Onun", "gəlib; onun", "typo"),
    Case("az", "Elçin Quliyev", "Elcin Quliyev", "typo"),
    Case("az", "tamamilə yanıb", "tamamilə  tamamilə yanıb", "typo"),
    Case("az", "Bakıda yanğın olub", "BAKIDA YANĞIN OLUB", "typo"),
    Case("az", "maşın cəlb olunub. Nazir", "maşın cəlb olunub.\n\nNazir", "typo"),
    Case("ru", "Расследование", "Раследование", "typo"),
    Case("ru", "произошел", "произошёл", "typo"),
    Case("ru", "заместитель", "замеситель", "typo"),
    Case("ru", "загорелся жилой дом", "загорелся жилой дом!", "typo"),
    Case("ru", "20 октября", "20-октября", "typo"),
    Case("tr", "yangın çıktı", "yangin cikti", "typo"),
    Case("tr", "itfaiye", "itfaye", "typo"),
    Case("tr", "Bakan Yardımcısı", "bakan yardımcısı", "typo"),
    Case("en", "completely", "completley", "typo"),
    Case("en", "Elchin Guliyev", "Elchin Guiliyev", "typo"),
    Case("en", "the roof", "teh roof", "typo"),
    Case("en", "2 million", "2 Million", "typo"),
    # ---- headline
    Case("az", "Bakıda yanğın olub, 5", "Nəsimidə dəhşətli yanğın: 5", "headline"),
    Case("az", "Bakıda yanğın olub, 5 nəfər xəsarət alıb", "Bakıda bina yandı - FOTO", "headline"),
    Case("ru", "В Баку загорелся жилой дом", "Пожар в столице: пострадали люди", "headline"),
    Case("tr", "Bakü'de bir binada yangın çıktı", "Nesimi'de korku dolu anlar", "headline"),
    Case("en", "Five injured in a fire in Baku", "Fire in Baku leaves five in hospital", "headline"),
    # ---- correction
    Case("az", "5 nəfər", "7 nəfər", "correction"),
    Case("az", "20 oktyabr", "21 oktyabr", "correction"),
    Case("az", "20 oktyabr", "20 noyabr", "correction"),
    Case("az", "2 milyon", "2 milyard", "correction"),
    Case("az", "Elçin Quliyev", "Anar Quliyev", "correction"),
    Case("az", "Elçin Quliyev", "Elçin Vəliyev", "correction"),
    Case("az", "Quliyev hadisə yerinə gəlib", "Quliyeva hadisə yerinə gəlib", "correction"),
    Case("az", "təsdiqləyir", "təsdiqləmir", "correction"),
    Case("az", "məktəbə yerləşdirilib", "xəstəxanaya yerləşdirilib", "correction"),
    Case("az", "Nəsimi", "Nərimanov", "correction"),
    Case("ru", "пять человек", "семь человек", "correction"),
    Case("ru", "2 млн", "2 млрд", "correction"),
    Case("ru", "Эльчин Гулиев", "Эльмар Гулиев", "correction"),
    Case("ru", "сгорела полностью", "не сгорела полностью", "correction"),
    Case("ru", "в 14:02", "в 15:02", "correction"),
    Case("tr", "12 itfaiye", "14 itfaiye", "correction"),
    Case("tr", "Elçin Guliyev", "Elşad Guliyev", "correction"),
    Case("tr", "20 Ekim", "20 Kasım", "correction"),
    Case("en", "Twelve", "Eleven", "correction"),
    Case("en", "2 million", "2 billion", "correction"),
    Case("en", "does not expect", "does expect", "correction"),
    Case("en", "Nasimi district", "Narimanov district", "correction"),
    Case("en", "October 20", "November 20", "correction"),
    Case("en", "came to the building", "came to the building in the evening", "correction"),
    # ---- addition
    Case("az", None, " Yanğının səbəbi hələ məlum deyil.", "addition"),
    Case("az", None, "\n\nYenilənib: xəsarət alanlardan biri xəstəxanada dünyasını dəyişib.", "addition"),
    Case("ru", "Расследование", "Двое остаются в больнице. Расследование", "addition"),
    Case("tr", None, "\n\nBakanlık akşam saatlerinde yeni bir açıklama yaptı.", "addition"),
    Case("en", "An investigation", "Two of the injured were taken to hospital. An investigation", "addition"),
    Case(
        "en",
        "An investigation is under way.",
        "An investigation is under way, the prosecutor general told reporters late in the evening, adding that the "
        "owner of the building had been questioned twice.",
        "addition",
    ),
    # ---- substantive
    Case("az", "Onun sözlərinə görə, binanın damı tamamilə yanıb.", "", "substantive"),
    Case("az", "Nazirlik zərərin 2 milyon manat olduğunu təsdiqləyir.", "Rəsmi qurum şərh vermir.", "substantive"),
    Case("ru", "Жильцов временно разместили в школе. ", "", "substantive"),
    Case("ru", "По его словам, крыша здания сгорела полностью.", "Пострадавших нет.", "substantive"),
    Case("tr", " Sakinler geçici olarak okula yerleştirildi.", "", "substantive"),
    Case("en", "The government does not expect further evacuations. ", "", "substantive"),
    Case("en", ARTICLES["en"][1], "This story has been removed.", "substantive"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.language}-{case.kind}-{case.new[:24].strip()}")
def test_an_edit_is_of_the_kind_an_editor_would_call_it(case: Case) -> None:
    assert case.edit().kind == case.kind


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("İclas iyunda keçiriləcək.", "İclas iyulda keçiriləcək.", "correction"),
        ("İclas iyun ayının sonunda keçiriləcək.", "İclas iyul ayının sonunda keçiriləcək.", "correction"),
        ("Заседание состоится в июне.", "Заседание состоится в июле.", "correction"),
        ("The meeting is planned for June.", "The meeting is planned for July.", "correction"),
        ("İclas iyunda keçiriləcək.", "İclas iyundə keçiriləcək.", "typo"),
        ("İclas oktyabrda keçiriləcək.", "İclas oktabrda keçiriləcək.", "typo"),
    ],
)
def test_another_month_is_no_misspelling(old: str, new: str, kind: str) -> None:
    assert compare("T", None, old, "T", None, new).kind == kind


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.kind == "typo"], ids=lambda case: f"{case.language}-{case.new[:24].strip()}"
)
def test_a_typo_changes_neither_numbers_nor_names(case: Case) -> None:
    edit = case.edit()
    assert (edit.numbers_changed, edit.names_changed) == ((), ())


@pytest.mark.parametrize(
    ("language", "old", "new", "numbers"),
    [
        ("az", "5 nəfər", "7 nəfər", (("5", "7"),)),
        ("az", "20 oktyabr", "20 noyabr", (("20 oktyabr", "20 noyabr"),)),
        ("az", "2 milyon", "2 milyard", (("2 milyon", "2 milyard"),)),
        ("az", "2 milyon", "3,5 milyon", (("2 milyon", "3,5 milyon"),)),
        ("az", "14:02", "14.02", ()),
        ("ru", "пять человек", "семь человек", (("пять", "семь"),)),
        ("ru", "пять человек", "5 человек", ()),
        ("ru", "2 млн", "2 миллиона", ()),
        ("ru", "12 пожарных", "пожарных", (("12", None),)),
        ("tr", "yangın çıktı.", "yangın çıktı, sıcaklık −5 derece.", ((None, "−5"),)),
        ("en", "2 million", "2,500,000", (("2 million", "2,500,000"),)),
    ],
)
def test_numbers_are_told_by_value(language: str, old: str, new: str, numbers: tuple[object, ...]) -> None:
    assert Case(language, old, new, "").edit().numbers_changed == numbers


def test_the_same_number_written_otherwise_is_no_change() -> None:
    for old, new in [
        ("1 250 manat", "1250 manat"),
        ("1.250 manat", "1,250 manat"),
        ("3,5 faiz", "3.5 faiz"),
        ("05", "5"),
    ]:
        assert compare("", None, old, "", None, new).numbers_changed == (), (old, new)
    assert compare("", None, "−5 dərəcə", "", None, "5 dərəcə").numbers_changed == (("−5", "5"),)


@pytest.mark.parametrize(
    ("language", "old", "new", "names"),
    [
        ("az", "Elçin Quliyev", "Anar Quliyev", (("Elçin Quliyev", "Anar Quliyev"),)),
        ("az", "Elçin Quliyev", "Quliyev", ()),
        ("az", "Nəsimi", "Nərimanov", (("Bakının Nəsimi", "Bakının Nərimanov"),)),
        ("az", "rayonunda", "rayonunda, İranda", ((None, "İranda"),)),
        ("ru", "Эльчин Гулиев", "Эльмар Гулиев", (("Эльчин Гулиев", "Эльмар Гулиев"),)),
        ("ru", "министра Эльчин Гулиев", "министра", (("Эльчин Гулиев", None),)),
        ("tr", "Bakü'nün", "BAKÜ'nün", ()),
        ("tr", "Guliyev, binanın", "Yılmaz, binanın", ()),
        ("tr", "söyledi", "Yılmaz'a söyledi", ((None, "Yılmaz'a"),)),
        ("en", "Elchin Guliyev", "Elchin Guiliyev", ()),
        ("en", "of Baku", "of Ganja", (("Baku", "Ganja"),)),
    ],
)
def test_names_are_told_by_their_capitals(language: str, old: str, new: str, names: tuple[object, ...]) -> None:
    assert Case(language, old, new, "").edit().names_changed == names


@pytest.mark.parametrize(
    ("old", "new", "numbers", "names"),
    [
        ("Nümayəndə heyəti İrandan gəlib.", "Nümayəndə heyəti İraqdan gəlib.", (), (("İrandan", "İraqdan"),)),
        ("Slovakiya yığması qalib gəlib.", "Sloveniya yığması qalib gəlib.", (), ()),
        ("Nazir istefa verir.", "Nazir istefa vermir.", (), ()),
        (
            "Prezident İlham Əliyev Bakıda çıxış edib.",
            "Prezident İlham Əliyev Gəncədə çıxış edib.",
            (),
            (("Bakıda", "Gəncədə"),),
        ),
        ("Görüş iyunun 5-də olacaq.", "Görüş iyulun 5-də olacaq.", (("iyunun 5", "iyulun 5"),), ()),
        ("Əli Quliyev istefa verib.", "Vəli Quliyev istefa verib.", (), (("Əli Quliyev", "Vəli Quliyev"),)),
        ("М. Ахундов подал в отставку.", "Ф. Ахундов подал в отставку.", (), ()),
        ("На Украине введен запрет.", "На Кубе введен запрет.", (), (("Украине", "Кубе"),)),
        ("Oyun 2:1 bitib.", "Oyun 1:2 bitib.", (("2:1", "1:2"),), ()),
        ("Путин прибыл в Москву.", "Путин прибыл в Анкару.", (), (("Москву", "Анкару"),)),
        ("Суд признал его виновным.", "Суд признал его невиновным.", (), ()),
        (
            "Erdoğan'ın Ankara'da konuştuğu açıklandı.",
            "Erdoğan'ın İzmir'de konuştuğu açıklandı.",
            (),
            (("Ankara'da", "İzmir'de"),),
        ),
        ("Flights to the northern region stopped.", "Flights to the southern region stopped.", (), ()),
        ("The bill is legal.", "The bill is illegal.", (), ()),
        ("The bill increases the tax.", "The bill decreases the tax.", (), ()),
    ],
)
def test_one_letter_can_turn_the_news_around(
    old: str, new: str, numbers: tuple[object, ...], names: tuple[object, ...]
) -> None:
    edit = compare("", None, old, "", None, new)
    assert (edit.kind, edit.numbers_changed, edit.names_changed) == ("correction", numbers, names)


def test_every_word_capitalised_names_nobody() -> None:
    edit = compare("Five People Hurt In Fire", None, "Same.", "Six People Saved From Fire", None, "Same.")
    assert (edit.kind, edit.names_changed) == ("headline", ())


def test_words_are_counted_where_they_changed() -> None:
    edit = Case("az", "5 nəfər xəsarət alıb.", "7 nəfər xəsarət alıb, 1 nəfər ölüb.", "").edit()
    assert (edit.words_added, edit.words_removed) == (4, 1)


def test_a_lead_alone_is_a_headline() -> None:
    title, body = ARTICLES["az"]
    assert compare(title, None, body, title, "Yanğının səbəbi araşdırılır.", body).kind == "headline"


def test_sentences_that_changed_places_say_nothing_new() -> None:
    title, body = ARTICLES["ru"]
    first, second, third = body.split("\n\n")
    edit = compare(title, None, body, title, None, f"{first}\n\n{third}\n\n{second}")
    assert edit == Edit(kind="correction", words_added=0, words_removed=0)


def test_many_small_amendments_are_a_rewriting() -> None:
    body = " ".join(f"Sentence number {i} tells what happened in the {i}. district of the town." for i in range(40))
    assert compare("", None, body, "", None, body.replace("the town", "our city")).kind == "substantive"


def test_another_author_alone_is_the_least_of_kinds() -> None:
    title, body = ARTICLES["en"]
    assert compare(title, None, body, title, None, body) == Edit(kind="typo", words_added=0, words_removed=0)


def test_edit_kind_takes_whatever_has_the_three_texts() -> None:
    @dataclass
    class State:
        title_shown: str
        lead: str | None
        body: str

    assert edit_kind(State("Bir", None, "5 nəfər gəlib."), State("Bir", None, "6 nəfər gəlib.")) == "correction"


# ---- alignment


def test_sentences_end_where_a_reader_ends_them() -> None:
    text = "Prof. İ. Quliyev 3.5 mln. manat dedi. «Bəli!» Sonra getdi…\n\nDr. No gəldi? Yox."
    assert [one.strip() for one in split_sentences(text)] == [
        "Prof. İ. Quliyev 3.5 mln. manat dedi.",
        "«Bəli!»",
        "Sonra getdi…",
        "Dr. No gəldi?",
        "Yox.",
    ]


def test_the_changed_words_of_a_sentence_are_shown_in_both_states() -> None:
    (line,) = align("Yanğında beş nəfər ölüb.", "Yanğında yeddi nəfər ölüb, biri uşaqdır.")
    assert line.kind == "changed"
    assert [(line.old[slice(*old)], line.new[slice(*new)]) for old, new in line.spans] == [
        ("beş", "yeddi"),
        ("", ", biri uşaqdır"),
    ]


def test_a_new_sentence_stands_where_it_was_put() -> None:
    lines = align("Bir gün idi. Üç gün keçdi.", "Bir gün idi. Yağış yağırdı. Üç gün keçdi.")
    assert [(line.kind, line.new) for line in lines] == [
        ("same", "Bir gün idi. "),
        ("added", "Yağış yağırdı. "),
        ("same", "Üç gün keçdi."),
    ]


SENTENCES = st.lists(
    st.sampled_from(
        ["Bakıda 5 nəfər ölüb. ", "Nazir gəldi.\n\n", "В Баку пожар! ", "Dr. No said 3.5 mln. ", "a b c ", "\n", "5"]
    )
    | st.text(max_size=12)
).map("".join)


@given(SENTENCES, SENTENCES)
def test_aligned_lines_are_both_texts_whole(old: str, new: str) -> None:
    lines = align(old, new)
    assert "".join(line.old for line in lines) == old
    assert "".join(line.new for line in lines) == new
    assert all(line.old.strip() == line.new.strip() for line in lines if line.kind == "same")


@given(SENTENCES, SENTENCES)
def test_what_the_spans_leave_out_is_the_same_but_for_spaces(old: str, new: str) -> None:
    for line in align(old, new):
        kept_old, kept_new = line.old, line.new
        for ours, theirs in reversed(line.spans):
            kept_old = kept_old[: ours[0]] + kept_old[ours[1] :]
            kept_new = kept_new[: theirs[0]] + kept_new[theirs[1] :]
        if line.kind == "changed":
            assert "".join(kept_old.split()) == "".join(kept_new.split())


@given(SENTENCES, SENTENCES, SENTENCES)
def test_an_article_compared_with_itself_has_no_edit(title: str, lead: str, body: str) -> None:
    assert compare(title, lead, body, title, lead, body) == Edit(kind="typo", words_added=0, words_removed=0)


@given(SENTENCES, SENTENCES)
def test_any_two_texts_can_be_compared(old: str, new: str) -> None:
    edit = compare("", None, old, "", None, new)
    assert edit.words_added >= 0
    assert edit.words_removed >= 0


# ---- long texts

LONG = {
    "no full stop": lambda size: ("a " * 2 * size, "a b " * size),
    "one sentence repeated": lambda size: ("Bir iki. " * size, "Bir üç. " * size),
    "shuffled": lambda size: (
        "".join(f"Söz{i} Söz{i % 7}. " for i in range(size)),
        "".join(f"Söz{i * 7 % size} Söz{i % 5}. " for i in range(size)),
    ),
    "numbers": lambda size: ("5 " * 2 * size, "6 7 " * size),
    "a table in a sentence": lambda size: (
        "Bu il nə qədər ixrac edilib: " + "5 " * 2 * size,
        "Bu il nə qədər ixrac edilib: " + "6 7 " * size,
    ),
    "names": lambda size: ("Əli Vəli " * 4 * size, "Vəli Əli Pirəli " * 3 * size),
}


@pytest.mark.parametrize("name", LONG)
def test_no_text_takes_the_square_of_its_length(name: str) -> None:
    def work(size: int) -> Callable[[], object]:
        old, new = LONG[name](size)
        return lambda: compare("", None, old, "", None, new)

    assert growth_of(work, 1_000) < LINEAR


@pytest.mark.parametrize(
    ("old", "new"),
    [("." * 1_000_000, "!" * 1_000_000 + " A"), ("A" * 1_000_000, "Ab" * 500_000)],
    ids=["dots", "one word"],
)
def test_no_pattern_takes_the_square_of_a_run(old: str, new: str) -> None:
    with give_up_after(60):
        compare("", None, old, "", None, new)
