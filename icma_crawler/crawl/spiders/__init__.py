"""The spiders: one class, made a spider per portal by `icma_crawler.crawl.loader`."""
