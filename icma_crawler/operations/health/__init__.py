"""The health of portals: facts of recent weeks in, a verdict with its evidence out.

    Archive.observe() -> PortalFacts -> Rhythm (how often), fields (how whole) -> judge() -> Judgement -> PortalHealth

Where something seems lost, the layout of the pages is asked for, too (losses).
All of it is pure but for `report`, which asks an archive for the facts.
"""

from icma_crawler.operations.health.baseline import Baseline
from icma_crawler.operations.health.judgement import VERDICTS, Judgement, Verdict, VerdictEvidence
from icma_crawler.operations.health.judging import judge, rhythm_of
from icma_crawler.operations.health.report import Growth, PortalHealth, growth_of, portal_health

__all__ = [
    "VERDICTS",
    "Baseline",
    "Growth",
    "Judgement",
    "PortalHealth",
    "Verdict",
    "VerdictEvidence",
    "growth_of",
    "judge",
    "portal_health",
    "rhythm_of",
]
