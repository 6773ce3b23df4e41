"""What speaks for a value: every field of an article is decided from a short list of `Evidence`."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One reading of one field: the value, where it stood ("json-ld headline"), and how far it is trusted (0-1)."""

    field: str
    value: str
    source: str
    confidence: float
    text: str = ""
    """What stands on the page, where that is not the value itself: "20 Oktyabr 2025 14:02"."""


@dataclass(slots=True)
class Ledger:
    """Collects the evidence of one page; the extractors write into it, `extract_explained` hands it out."""

    is_whole: bool = False
    """Whether every source is to be read, so as to explain, or only as far as it takes to decide."""
    entries: dict[str, list[Evidence]] = field(default_factory=dict)

    def note(self, name: str, value: object, source: str, confidence: float, *, text: str = "") -> None:
        trust = round(confidence, 3)
        entry = Evidence(field=name, value=str(value)[:500], source=source, confidence=trust, text=text[:200])
        self.entries.setdefault(name, []).append(entry)
