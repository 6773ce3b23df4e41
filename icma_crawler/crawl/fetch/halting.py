"""When nothing can go on, Scrapy hears it in a word of its own: `CrawlHaltedError` becomes CloseSpider."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, contextmanager
from functools import wraps
from inspect import isasyncgenfunction
from typing import Any, TypeVar, cast

from scrapy.exceptions import CloseSpider

from icma_crawler.errors import CrawlHaltedError

F = TypeVar("F", bound=Callable[..., Any])


def closes_spider(step: F) -> F:
    """For what Scrapy calls: a coroutine function, or one that yields requests and items."""

    @wraps(step)
    async def answering(*args: Any, **kwargs: Any) -> Any:
        with _closing():
            return await step(*args, **kwargs)

    @wraps(step)
    async def yielding(*args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        with _closing():
            async with aclosing(step(*args, **kwargs)) as steps:
                async for each in steps:
                    yield each

    return cast("F", yielding if isasyncgenfunction(step) else answering)


@contextmanager
def _closing() -> Iterator[None]:
    try:
        yield
    except CrawlHaltedError as error:
        raise CloseSpider("broken") from error
