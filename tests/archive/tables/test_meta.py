"""What an archive says of itself."""

from __future__ import annotations

import pytest
from other_program import change

from icma_crawler.archive.tables.meta import NEEDED
from icma_crawler.archive.values import MalformedError


def test_an_archive_gets_a_name_of_its_own_and_nothing_else_changes(archive):
    uuid, folded, names = archive.meta.uuid, archive.meta.fold_version, archive.meta.names()
    archive.meta.rename()
    assert archive.meta.uuid != uuid
    assert (archive.meta.fold_version, archive.meta.names()) == (folded, names)
    assert set(NEEDED) <= names


def test_what_it_has_lost_is_damage(archive):
    change(archive.path, "DELETE FROM meta WHERE name = 'uuid'")
    with pytest.raises(MalformedError, match="it has no uuid"):
        _ = archive.meta.uuid
    archive.meta.rename()  # there is no row to put it into
    assert "uuid" not in archive.meta.names()
