"""Rows of words as tables that a notebook shows: as text, and cell by cell as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """The rows, a line each, their cells one below the other."""
    wide = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    return "\n".join("  ".join(map(str.ljust, row, wide)).rstrip() for row in rows)


def stressed(words: str) -> str:
    """A cell as HTML; what it begins with is stressed if that is `NO`."""
    no, rest = words[:2], words[2:]
    return f"<strong>NO</strong>{escape(rest)}" if no == "NO" else escape(words)
