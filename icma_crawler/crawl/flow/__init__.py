"""What a crawl decides, without Scrapy: what to ask for, what follows from an answer, when to ask again."""
