"""A table for a notebook: rows under names, as text and as a page shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from kernel_model.columns import aligned, stressed


@dataclass(frozen=True)
class Table:
    """Rows of texts, the first of each its name; heads are those of the columns after it.

    A cell that begins with `NO` is stressed.
    """

    heads: Sequence[str]
    rows: Sequence[Sequence[Any]]

    def __repr__(self) -> str:
        rows = [[str(one) for one in row] for row in [("", *self.heads), *self.rows]]
        return aligned(rows)

    def _repr_html_(self) -> str:
        heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in self.heads)
        body = "".join(
            f'<tr><th scope="row">{escape(str(row[0]))}</th>'
            + "".join(f"<td>{stressed(str(one))}</td>" for one in row[1:])
            + "</tr>"
            for row in self.rows
        )
        head = f"<thead><tr><td></td>{heads}</tr></thead>"  # five columns fit beside a side bar
        return f'<table style="font-size:.87em">{head}<tbody>{body}</tbody></table>'


def table(rows: Mapping[str, Sequence[Any]], heads: Sequence[str]) -> Table:
    """What has been counted or measured, as a table.

    rows    by name: what stands in the columns
    heads   of the columns
    """
    return Table(heads, [(name, *cells) for name, cells in rows.items()])
