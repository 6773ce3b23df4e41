"""The zones that dates are printed with: "Z", "GMT", "+0400", "UTC +4", "EST"."""

from __future__ import annotations

import re
from datetime import timedelta, tzinfo
from datetime import timezone as fixed_zone
from zoneinfo import ZoneInfo

from icma_crawler.dates.parsed import BAKU

ZONE_HOURS = {
    "UT": 0,
    "UTC": 0,
    "GMT": 0,
    "Z": 0,
    "CET": 1,
    "CEST": 2,
    "EET": 2,
    "EEST": 3,
    "BST": 1,
    "MSK": 3,
    "TRT": 3,
    "TSI": 3,
    "AZT": 4,
} | {
    f"{zone}{kind}T": hours + (kind == "D")
    for zone, hours in (("E", -5), ("C", -6), ("M", -7), ("P", -8))
    for kind in "SD"
}
"""The zones of RFC 822 and of our neighbours: hours ahead of UTC."""
ZONE_PLACES = {"et": "America/New_York", "pt": "America/Los_Angeles"}


def zone_named(name: str) -> tzinfo:
    """The zone behind "Z", "GMT", "+0400", "UTC +4"; ValueError where there is none."""
    bare = re.sub(r"\s|:|UTC(?=.)|GMT(?=.)", "", name.upper())
    if bare in ZONE_HOURS:
        return fixed_zone(timedelta(hours=ZONE_HOURS[bare]))
    if len(bare) <= 3:
        bare += "00"
    hours, minutes = int(bare[1:-2]), int(bare[-2:])
    if bare[0] not in "+-" or hours > 14 or minutes > 59:
        raise ValueError(name)
    return fixed_zone(timedelta(hours=hours, minutes=minutes) * (-1 if bare[0] == "-" else 1))


def printed_zone(name: str, timezone: ZoneInfo) -> tzinfo:
    """The zone a stamp names; in Baku "(UTC+04:00)" means local time.

    aznews.az printed it in the summers of 2010-2015 too, when Baku was at +5: its clock was right, its offset not.
    """
    if not name:
        return timezone
    if name in ZONE_PLACES:
        return ZoneInfo(ZONE_PLACES[name])
    zone = zone_named("MSK" if name == "<msk>" else name)
    is_baku = timezone.key == BAKU.key and zone.utcoffset(None) == timedelta(hours=4)
    return timezone if is_baku else zone
