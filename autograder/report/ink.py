"""A matplotlib figure that takes its colours and its font from the page it stands in."""

import re
from html import escape
from typing import Any

# Drawn in these, then turned into the page's own colours: one picture for light and dark.
INK, MUTED, GRID, PAPER = "#010203", "#040506", "#070809", "#0a0b0c"
ALL, SOME, NONE = "#0d0e0f", "#101112", "#131415"
COLOURS = {
    INK: "ink",
    MUTED: "muted",
    GRID: "grid",
    PAPER: "paper",
    ALL: "all",
    SOME: "some",
    NONE: "none",
}

STYLE: Any = {
    "svg.fonttype": "none",  # text stays text: it can be read aloud, found and copied
    "svg.hashsalt": "kernelbook",  # the same class gives the same bytes
    "text.parse_math": False,  # a dollar sign is a dollar sign
    "font.size": 10,
    "font.family": "sans-serif",
    "hatch.linewidth": 1.2,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "text.color": INK,
}


def plain(axes: Any, grid: str) -> None:
    """No frame, and lines only where the eye needs them."""
    axes.patch.set_alpha(0)
    axes.set_axisbelow(True)
    if grid:
        axes.grid(axis=grid, color=GRID, linewidth=0.8)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_visible(bool(grid))
    axes.tick_params(length=0)


def coloured(svg: str, label: str) -> str:
    """The svg element alone, named, with the page's colours and fonts."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, count=1, flags=re.DOTALL)
    svg = re.sub(r' (?:width|height)="[\d.]+pt"', "", svg, count=2)
    for drawn, name in COLOURS.items():
        svg = svg.replace(drawn, f"var(--{name})")
    svg = re.sub(r"font-family: [^;\"]*", "font-family: system-ui, sans-serif", svg)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{escape(label)}" ', 1)
