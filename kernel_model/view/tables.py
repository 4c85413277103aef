"""A table for a notebook: rows under names, as text and as a page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any


@dataclass(frozen=True)
class Table:
    """Rows of texts, the first of each its name; heads are those of the columns after it.

    A cell that begins with `NO` is stressed.
    """

    heads: Sequence[str]
    rows: Sequence[Sequence[Any]]

    def __repr__(self) -> str:
        rows = [[str(one) for one in row] for row in [("", *self.heads), *self.rows]]
        wide = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
        return "\n".join("  ".join(map(str.ljust, row, wide)).rstrip() for row in rows)

    def _repr_html_(self) -> str:
        heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in self.heads)
        body = "".join(
            f'<tr><th scope="row">{escape(str(row[0]))}</th>'
            + "".join(f"<td>{_marked(str(one))}</td>" for one in row[1:])
            + "</tr>"
            for row in self.rows
        )
        return f"<table><thead><tr><td></td>{heads}</tr></thead><tbody>{body}</tbody></table>"


def _marked(words: str) -> str:
    no, rest = words[:2], words[2:]
    return f"<strong>NO</strong>{escape(rest)}" if no == "NO" else escape(words)
