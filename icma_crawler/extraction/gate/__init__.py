"""What the fields have found in, the reason why the page is no article out; None where it is one."""

from icma_crawler.extraction.gate.findings import Findings
from icma_crawler.extraction.gate.judgement import judge

__all__ = ["Findings", "judge"]
