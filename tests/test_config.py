from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from icma_crawler.config import Config
from icma_crawler.errors import ConfigError


def load(folder: Path, text: str | None = None, environ: Mapping[str, str] | None = None) -> Config:
    if text is not None:
        (folder / "icma.toml").write_text(text, "utf-8")
    return Config.load(folder, environ or {})


def test_without_a_file_the_defaults_hold(tmp_path: Path):
    config = load(tmp_path)
    assert config.archive == Path("archive.db")
    assert (config.portals, config.publisher, config.contact) == (None, None, None)
    assert config.portals_at_once == 8
    assert config.workers >= 1


def test_the_file_sets_what_it_names(tmp_path: Path):
    config = load(tmp_path, 'publisher = "Icma.az"\nportals = "my/portals"\nworkers = 3\nextract_seconds = 2.5\n')
    assert config.publisher == "Icma.az"
    assert config.portals == Path("my/portals")
    assert (config.workers, config.extract_seconds) == (3, 2.5)


def test_the_later_ones_win(tmp_path: Path):
    config = load(
        tmp_path,
        'publisher = "of the file"\ncontact = "of the file"\narchive = "file.db"',
        {
            "ICMA_CONTACT": "of the environment",
            "ICMA_ARCHIVE": "environment.db",
        },
    )
    config = config.changed({"archive": Path("option.db"), "contact": None}, where="option")
    assert (config.publisher, config.contact) == ("of the file", "of the environment")
    assert config.archive == Path("option.db")


def test_variables_of_others_are_left_alone(tmp_path: Path):
    config = load(tmp_path, environ={"ICMA_SOMETHING": "else", "ARCHIVE": "x.db", "ICMA_PORTALS_AT_ONCE": "2"})
    assert config == Config(portals_at_once=2)


def test_home_is_understood_in_paths(tmp_path: Path):
    assert load(tmp_path, 'archive = "~/news.db"').archive == Path.home() / "news.db"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("publischer = 'Icma.az'", "publischer"),
        ("publisher = ''", "publisher"),
        ("publisher = 5", "publisher"),
        ("contact = ['a']", "contact"),
        ("workers = 0", "workers"),
        ("workers = 'many'", "workers"),
        ("workers = inf", "workers"),
        ("workers = [1]", "workers"),
        ("extract_seconds = nan", "extract_seconds"),
        ("extract_seconds = 601", "extract_seconds"),
        ("portals_at_once = 501", "portals_at_once"),
        ("archive = 5", "archive"),
        ("archive = ''", "archive"),
        ("archive = '~nobody-of-that-name/a.db'", "archive"),
        ("portals = []", "portals"),
        ("recheck = ['1d']", "recheck"),
        ("recheck = ['99999999999d:1d']", "recheck"),
        ("[archive]\npath = 'a.db'", "archive"),
        ("this is not TOML", "the file"),
    ],
)
def test_a_mistake_is_named_with_file_and_key(tmp_path: Path, text: str, key: str):
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    assert caught.value.key == key
    assert str(caught.value).startswith(f"{tmp_path / 'icma.toml'}: {key}: ")
    assert "\n" not in str(caught.value)


def test_an_unknown_key_is_answered_with_the_known_ones(tmp_path: Path):
    with pytest.raises(ConfigError, match="known are archive, contact, extract_seconds"):
        load(tmp_path, "archiv = 'a.db'")


def test_a_file_in_another_encoding_is_a_mistake(tmp_path: Path):
    (tmp_path / "icma.toml").write_bytes("publisher = 'İcma'".encode("cp1254"))
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path)


def test_a_mistake_in_a_variable_is_named_as_such(tmp_path: Path):
    with pytest.raises(ConfigError, match=r"^environment: workers: 'a few' is not a number from 1 to 64$"):
        load(tmp_path, environ={"ICMA_WORKERS": "a few"})
