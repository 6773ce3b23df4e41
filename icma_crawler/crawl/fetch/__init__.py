"""How a crawl fetches: the spider of a portal, and what stands between it and the net. Scrapy lives here."""
