from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

jsonschema = pytest.importorskip("jsonschema")
SCHEMA = Path(os.environ.get("ICMA_SHARED", "../shared")) / "data" / "ninjs-schema_3.1.json"


def objects(out):
    return [json.loads(line) for line in out.read_text().splitlines()]


@pytest.fixture(scope="module")
def check():
    if not SCHEMA.exists():
        pytest.skip(f"the official ninjs 3.1 schema is not at {SCHEMA} (ICMA_SHARED)")
    validator = jsonschema.Draft202012Validator(
        json.loads(SCHEMA.read_text()), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    return validator.validate


def test_the_official_schema_passes_every_object(filled, check):
    for found in objects(filled.sell("ninjs")):
        check(found)
    filled.set_reuse("link")
    for found in objects(filled.sell("ninjs")):
        check(found)


def test_the_sentences_are_the_usage_terms(stand, sentences):
    stand.publish("a")
    (found,) = objects(stand.sell("ninjs"))
    assert found["usageTerms"] == "\n".join(sentences)
    assert found["infoSources"] == [{"name": "Sherg.az", "uri": "https://sherg.az", "role": "source"}]
    assert found["altIds"] == [{"role": "source-url", "value": "https://sherg.az/a"}]
    assert found["firstCreated"] == "2026-01-18T09:30:00+00:00"


def test_a_correction_is_a_higher_version_of_the_same_uri(stand):
    stand.publish("a")
    (first,) = objects(stand.sell("ninjs"))
    stand.desk.look_again("a", title="Düzəliş")
    (second,) = objects(stand.sell("ninjs", since=1))
    assert first["uri"] == second["uri"]
    assert int(second["version"]) > int(first["version"])


def test_a_picture_goes_with_its_caption_and_whom_it_is_by(stand, check):
    stand.publish("a", image_url="https://sherg.az/park.jpg", image_caption="Yeni park", image_credit="Rəna Əliyeva")
    (found,) = objects(stand.sell("ninjs"))
    check(found)
    (picture,) = found["associations"]
    assert picture["by"] == "Rəna Əliyeva"
    assert [each["value"] for each in picture["descriptions"]] == ["Yeni park"]
    stand.set_reuse("excerpt")
    (picture,) = objects(stand.sell("ninjs"))[0]["associations"]
    assert picture["by"] == "Rəna Əliyeva"
    assert "descriptions" not in picture


def test_what_was_taken_away_is_withheld_or_canceled(filled, urn):
    found = {one["uri"]: one for one in objects(filled.sell("ninjs"))}
    assert found[urn("plain")]["pubStatus"] == "usable"
    assert found[urn("gone")]["pubStatus"] == "withheld"
    assert found[urn("withdrawn")]["pubStatus"] == "canceled"
    assert {"bodies", "headlines", "title"}.isdisjoint(found[urn("withdrawn")] | found[urn("gone")])


def test_an_excerpt_is_partial(stand):
    stand.publish("a")
    assert objects(stand.sell("ninjs"))[0]["representationType"] == "full"
    stand.set_reuse("excerpt")
    assert objects(stand.sell("ninjs"))[0]["representationType"] == "partial"
