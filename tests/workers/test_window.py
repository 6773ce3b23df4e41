"""A portal's share of the processes that read pages."""

from __future__ import annotations

import asyncio

from icma_crawler.workers.window import ReadingWindow


async def free(window: ReadingWindow) -> int:
    """How many pages may be read at once."""
    taken = 0
    try:
        while True:
            await asyncio.wait_for(window.take(), timeout=0.01)
            taken += 1
    except TimeoutError:
        return taken


def window_after(*pages: bool) -> int:
    """How many pages are read at a time after *pages* were, quickly (True) or not."""

    async def play() -> int:
        window = ReadingWindow(3)
        for was_quick in pages:
            await window.take()
            window.give_back(was_quick=was_quick)
        return await free(window)

    return asyncio.run(play())


def test_a_portal_begins_with_one_page_at_a_time():
    assert window_after() == 1


def test_quick_pages_widen_the_window_up_to_the_most():
    assert [window_after(*[True] * count) for count in range(1, 5)] == [2, 3, 3, 3]


def test_slow_pages_lose_them_but_for_the_last():
    assert window_after(True, True, False) == 2
    assert window_after(True, True, False, False, False, False) == 1
    assert window_after(False, True) == 2
