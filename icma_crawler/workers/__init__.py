"""The processes that read pages: each page has a time limit, each process a memory limit, and can be killed."""

from icma_crawler.workers.pool import ExtractionPool

__all__ = ["ExtractionPool"]
