"""The memory that large bodies share: who cannot have its part waits its turn."""

from __future__ import annotations

import asyncio
import weakref
from collections import deque
from collections.abc import Callable

from scrapy.http import Response

LARGE_BYTES = 1024 * 1024
"""Bodies up to this size need no permission; nearly all pages are smaller."""


class BodyBudget:
    """So many bytes of large bodies at once, over all crawlers of the process.

    A claim is for the largest body there can be, so whoever got one can go on to the end and nobody waits for ever.
    """

    def __init__(self, total_bytes: int, largest_bytes: int) -> None:
        self._total = total_bytes
        self._largest = largest_bytes
        self._used = 0
        self._waiting: deque[Claim] = deque()

    @property
    def used_bytes(self) -> int:
        return self._used

    def claim(self, on_granted: Callable[[], None]) -> Claim:
        """Ask for room; *on_granted* is called when it is there, which may be at once."""
        claim = Claim(self, on_granted)
        self._waiting.append(claim)
        self._grant()
        return claim

    async def room(self) -> Claim:
        """Wait for room."""
        granted = asyncio.Event()
        claim = self.claim(granted.set)
        try:
            await granted.wait()
        except asyncio.CancelledError:
            claim.release()
            raise
        return claim

    def hold(self, response: Response) -> None:
        """Count a large body for as long as its response lives, that is until the page is dealt with."""
        size = len(response.body)
        if size > LARGE_BYTES:
            self._used += size
            weakref.finalize(response, self._free, size)

    def _grant(self) -> None:
        while self._waiting and (not self._used or self._used + self._largest <= self._total):
            claim = self._waiting.popleft()
            self._used += self._largest
            claim.granted_bytes = self._largest
            claim.on_granted()

    def _free(self, size: int) -> None:
        self._used -= size
        self._grant()

    def give_back(self, claim: Claim) -> None:
        """Called by `Claim.release`."""
        if claim.granted_bytes:
            size, claim.granted_bytes = claim.granted_bytes, 0
            self._free(size)
        elif claim in self._waiting:
            self._waiting.remove(claim)


class Claim:
    """A part of the budget, asked for or had."""

    def __init__(self, budget: BodyBudget, on_granted: Callable[[], None]) -> None:
        self._budget = budget
        self.on_granted = on_granted
        self.granted_bytes = 0

    def release(self) -> None:
        """Give it back, or no longer wait for it."""
        self._budget.give_back(self)


# 16 requests in flight with bodies below the threshold, and this for the large ones, make 64 MB.
bodies = BodyBudget(total_bytes=48 * LARGE_BYTES, largest_bytes=16 * LARGE_BYTES)
"""The budget of this process."""
