"""How long a portal asks to be left alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from icma_crawler.crawl.flow.pauses import LONGEST_PAUSE, HostPauses, parse_retry_after

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "pause"),
    [
        ("120", timedelta(seconds=120)),
        (" 0 ", timedelta(0)),
        ("1.5", timedelta(seconds=1.5)),
        ("9" * 20, LONGEST_PAUSE),
        ("9" * 5000, LONGEST_PAUSE),
        ("Wed, 25 Nov 2026 12:00:30 GMT", timedelta(seconds=30)),
        ("Wednesday, 25-Nov-26 12:00:30 GMT", timedelta(seconds=30)),
        ("Wed Nov 25 12:00:30 2026", timedelta(seconds=30)),
        ("Mon, 01 Jan 2001 00:00:00 GMT", timedelta(0)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_PAUSE),
        ("-5", None),
        ("1e9", None),
        ("٣", None),
        ("1, 2", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_a_pause_is_as_long_as_it_is_asked_for_up_to_an_hour(text: str | None, pause: timedelta | None):
    assert parse_retry_after(text, now=NOW) == pause


async def write_nothing(_work: Callable[..., object], *_: object) -> None:
    """An archive that knows of no pause."""


@pytest.mark.parametrize(("seconds", "reason"), [(19, "interrupted"), (21, "host-paused")])
def test_a_crawl_that_is_stopped_does_not_wait_for_the_end_of_a_pause(
    monkeypatch: pytest.MonkeyPatch, seconds: int, reason: str
):
    """The clock stands still: a pause that is waited for has no end."""
    monkeypatch.setattr("icma_crawler.crawl.flow.pauses.utc_now", lambda: NOW)

    async def wait() -> str | None:
        pauses, stopped = HostPauses(write_nothing), asyncio.Event()
        await pauses.pause("https://sherg.az/", timedelta(seconds=seconds))
        asyncio.get_running_loop().call_soon(stopped.set)
        return await asyncio.wait_for(pauses.wait("https://sherg.az/xeber", stopped), 60)

    assert asyncio.run(wait()) == reason
