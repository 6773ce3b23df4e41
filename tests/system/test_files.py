from __future__ import annotations

import os
import sqlite3

import pytest

from icma_crawler.system.files import replacing, write_whole


def test_a_file_keeps_its_old_content_until_the_new_one_is_whole(tmp_path):
    out = tmp_path / "out"
    write_whole(out, ["old"])
    with pytest.raises(ZeroDivisionError):
        write_whole(out, ("half" * (1 // number) for number in (1, 0)))
    assert out.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_what_a_killed_dump_left_behind_is_swept_a_day_later(tmp_path):
    old, new, foreign = (tmp_path / name for name in (".out.7.part", ".out.8.part", ".other.7.part"))
    for part in (old, new, foreign):
        part.touch()
    for part in (old, foreign):
        os.utime(part, (0, 0))
    write_whole(tmp_path / "out", [b"x"])
    assert sorted(path.name for path in tmp_path.iterdir()) == [".other.7.part", ".out.8.part", "out"]


def test_a_library_finds_an_empty_file_to_fill(tmp_path):
    with replacing(tmp_path / "out.db") as part:
        assert part.stat().st_size == 0
        sqlite3.connect(part).close()
    assert (tmp_path / "out.db").exists()
