"""Which portals there are: one TOML file each, read into `Portal`, its mistakes named by file and key."""

from icma_crawler.portals.opml import Subscription, read_opml
from icma_crawler.portals.portal_file import load_portal
from icma_crawler.portals.registry import default_registry, load_portals, pick_portals, portal_as_dict

__all__ = [
    "Subscription",
    "default_registry",
    "load_portal",
    "load_portals",
    "pick_portals",
    "portal_as_dict",
    "read_opml",
]
