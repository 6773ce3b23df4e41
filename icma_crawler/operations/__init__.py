"""What keeps an archive in shape: the health of its portals, and of the installation."""

from icma_crawler.operations.doctor import Check, examine
from icma_crawler.operations.health import Growth, PortalHealth, growth_of, portal_health
from icma_crawler.operations.reextract import Reextraction, reextract

__all__ = ["Check", "Growth", "PortalHealth", "Reextraction", "examine", "growth_of", "portal_health", "reextract"]
