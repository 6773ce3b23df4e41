"""Crawling what is due, for ever, in child processes."""

from icma_crawler.operations.schedule.children import CrawlRound, SignalWatch, start_icma
from icma_crawler.operations.schedule.schedule import RoundResult, run_schedule

__all__ = ["CrawlRound", "RoundResult", "SignalWatch", "run_schedule", "start_icma"]
