"""The yardstick: what a short Scrapy spider with trafilatura does, told beforehand which urls are articles."""

import json
import sys
from pathlib import Path
from urllib.parse import urlsplit

import scrapy
import trafilatura
from scrapy.crawler import CrawlerProcess


class Plain(scrapy.Spider):
    name = "plain"

    def parse(self, response):  # noqa: ANN001, ANN201 - as people write them
        if response.url in self.articles:
            page = trafilatura.bare_extraction(response.text, url=response.url, with_metadata=True)
            yield {"url": response.url, "title": page.title, "text": page.text, "date": page.date}
        for link in response.css("a::attr(href)").getall():
            if urlsplit(response.urljoin(link)).netloc in self.allowed and "/_x/" not in link:
                yield response.follow(link)


if __name__ == "__main__":
    homes, articles, out = json.loads(sys.argv[1]), set(json.loads(Path(sys.argv[2]).read_text())), sys.argv[3]
    process = CrawlerProcess(
        {
            "LOG_LEVEL": "ERROR",
            "FEEDS": {out: {"format": "jsonl"}},
            "TELNETCONSOLE_ENABLED": False,
            "REMOTE_CONTROL_ENABLED": False,
            "CONCURRENT_REQUESTS": 16,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
        }
    )
    process.crawl(Plain, start_urls=homes, articles=articles, allowed={urlsplit(home).netloc for home in homes})
    process.start()
