"""A portal's share of the processes that read pages."""

from __future__ import annotations

import asyncio

from icma_crawler.crawl.turns import Turns


async def free(turns: Turns) -> int:
    """How many turns can be had at once."""
    taken = 0
    try:
        while True:
            await asyncio.wait_for(turns.take(), timeout=0.01)
            taken += 1
    except TimeoutError:
        return taken


def turns_after(*pages: bool) -> int:
    """How many pages are read at a time after *pages* were, quickly (True) or not."""

    async def play() -> int:
        turns = Turns(3)
        for was_quick in pages:
            await turns.take()
            turns.give_back(was_quick=was_quick)
        return await free(turns)

    return asyncio.run(play())


def test_a_portal_begins_with_one_page_at_a_time():
    assert turns_after() == 1


def test_quick_pages_earn_turns_up_to_the_most():
    assert [turns_after(*[True] * count) for count in range(1, 5)] == [2, 3, 3, 3]


def test_slow_pages_lose_them_but_for_the_last():
    assert turns_after(True, True, False) == 2
    assert turns_after(True, True, False, False, False, False) == 1
    assert turns_after(False, True) == 2
