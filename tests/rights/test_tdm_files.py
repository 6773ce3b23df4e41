"""The TDM file of a host, as it should be and as it should not."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icma_crawler.rights import read_tdm_file


def test_each_reserved_location_is_a_signal():
    rules = [
        {"location": "/news/*", "tdm-reservation": 1, "tdm-policy": "https://a.az/policy"},
        {"location": "/free/", "tdm-reservation": 0},
        {"location": "/blog$", "tdm-reservation": "1"},
    ]
    found = read_tdm_file(b"\xef\xbb\xbf" + json.dumps(rules).encode())
    assert [(signal.path, signal.reuse) for signal in found] == [("/news/*", "excerpt"), ("/blog$", "excerpt")]


@pytest.mark.parametrize("body", [b"", b"<html>404</html>", b'{"tdm-reservation": 1}', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_such_file_says_nothing(body: bytes):
    assert read_tdm_file(body) is None


@pytest.mark.parametrize(
    "rule", [1, None, [], {"location": 7, "tdm-reservation": 1}, {"tdm-reservation": 1}, {"location": ""}]
)
def test_a_rule_that_is_none_is_passed_over(rule: object):
    assert read_tdm_file(json.dumps([rule]).encode()) == []


@given(st.binary(max_size=300))
def test_whatever_the_bytes(body: bytes):
    read_tdm_file(body)
