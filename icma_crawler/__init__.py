"""Archives what news portals publish, in one SQLite file, and hands it on with attribution.

The table of contents: the nouns live in `icma_crawler.models`, the errors in `icma_crawler.errors`.
"""

from icma_crawler.errors import IcmaError
from icma_crawler.models import Article, Candidate, Capture, Portal, Rejection, Source

__all__ = ["Article", "Candidate", "Capture", "IcmaError", "Portal", "Rejection", "Source"]
