"""What keeps an archive in shape: the health of its portals, and what is missing."""

from icma_crawler.operations.status import PortalHealth, portal_health

__all__ = ["PortalHealth", "portal_health"]
