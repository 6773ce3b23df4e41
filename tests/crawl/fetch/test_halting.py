"""Nothing can go on: whatever Scrapy called at that moment asks it to close the spider."""

from __future__ import annotations

import asyncio

import pytest
from scrapy.exceptions import CloseSpider

from icma_crawler.crawl.fetch.halting import closes_spider
from icma_crawler.errors import CrawlHaltedError


@closes_spider
async def settle(outcome: str) -> str:
    if outcome == "halted":
        raise CrawlHaltedError("the disk is full")
    return outcome


@closes_spider
async def follow(*outcomes: str):
    for outcome in outcomes:
        if outcome == "halted":
            raise CrawlHaltedError("the disk is full")
        yield outcome


async def taken(outcomes, into: list[str]) -> None:
    async for outcome in follow(*outcomes):
        into += [outcome]


def test_a_step_answers_as_ever_or_closes_the_spider():
    assert asyncio.run(settle("archived")) == "archived"
    with pytest.raises(CloseSpider) as caught:
        asyncio.run(settle("halted"))
    assert caught.value.reason == "broken"


def test_what_was_found_before_is_still_followed():
    found: list[str] = []
    with pytest.raises(CloseSpider):
        asyncio.run(taken(["a", "b", "halted", "c"], found))
    assert found == ["a", "b"]
