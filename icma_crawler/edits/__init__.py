"""Comparing two states of a text: which sentences belong together, what was swapped, and what kind of edit it is."""

from icma_crawler.edits.alignment import DiffLine, align
from icma_crawler.edits.kinds import Edit, EditKind, Swap, compare, edit_kind

__all__ = ["DiffLine", "Edit", "EditKind", "Swap", "align", "compare", "edit_kind"]
