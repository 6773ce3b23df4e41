"""How many pages of one portal are read at a time, so that a portal of slow pages waits for itself and not the others for it.

As TCP finds its rate (additive increase, RFC 5681): one at first, one more after each page that was read quickly, one
fewer after each that was not.
"""

from __future__ import annotations

import asyncio


class ReadingWindow:
    """How many pages of one portal may be read at once: from 1 to *most*."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._count = 1
        self._free = asyncio.Semaphore(1)

    async def take(self) -> None:
        """Wait for a turn."""
        await self._free.acquire()

    def give_back(self, *, was_quick: bool) -> None:
        """End a turn; the portal gets one more for it, or one fewer."""
        wanted = min(self._most, self._count + 1) if was_quick else max(1, self._count - 1)
        for _ in range(1 + wanted - self._count):
            self._free.release()
        self._count = wanted
