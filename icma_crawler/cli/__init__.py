"""The command line. A command parses, calls one library function, prints."""

from icma_crawler.cli.main import main

__all__ = ["main"]
