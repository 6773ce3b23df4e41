from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from icma_crawler.rights import strictest


@given(st.lists(st.sampled_from(["full", "excerpt", "link"]), min_size=1), st.sampled_from(["full", "excerpt", "link"]))
def test_a_further_voice_never_loosens(given, more):
    order = ["full", "excerpt", "link"]
    assert order.index(strictest(*given, more)) >= order.index(strictest(*given))
