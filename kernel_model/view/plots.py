"""A matplotlib figure as a picture: the page's paper and ink, and what it shows in words.

matplotlib draws in black, white and the first colours of its cycle; each becomes a colour of the
style sheet, so that one figure serves light and dark.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from kernel_model.view.pictures.svg import Picture

# As matplotlib writes it: a colour of the style sheet
COLOURS = {
    "#000000": "ink",
    "#ffffff": "paper",
    "#cccccc": "faint",  # the frame of a legend
    "#b0b0b0": "faint",  # a grid
    "#1f77b4": "sleep-edge",  # C0 to C3
    "#ff7f0e": "error-edge",
    "#2ca02c": "run-edge",
    "#d62728": "muted",
    "#0072b2": "sleep-edge",  # those that a picture has
    "#d55e00": "error-edge",
    "#009e73": "run-edge",
}
STYLE: Any = {
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "kernelbook",  # the same figure gives the same bytes
}
MARKS = ("o-", "s--", "^-.", "v:")  # of lines: a sign and a dash each, beside the colour
CROWDED = 40  # points, from which on a line has no signs
SMALL = 7, 3.2  # inches
PIXELS = 96  # of an inch
POINTS = 72
BOX = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
SIZE = re.compile(r' (?:width|height)="[\d.]+pt"')
FONT = re.compile(r"font-family: [^;\"]*(?:; )?")  # the style sheet's takes its place
ABOUT = re.compile(r"<metadata>.*?</metadata>\s*", re.DOTALL)


def chart(figure: Any, words: str = "") -> Picture:
    """A matplotlib figure as a picture; of axes without a frame above and on the right.

    words   what it shows, for those who do not see it; without: the ends of each line

    A figure of pyplot's is closed, so that a notebook shows it once.
    """
    from matplotlib import pyplot, rc_context  # only where a figure is drawn

    for axes in figure.axes:
        axes.spines[["top", "right"]].set_visible(False)
    file = io.StringIO()
    with rc_context(STYLE):
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    pyplot.close(figure)
    drawn = _recoloured(file.getvalue())
    wide, high = (float(part) * PIXELS / POINTS for part in BOX.findall(drawn)[0])
    body = drawn.replace("<svg ", f'<svg width="{wide:g}" height="{high:g}" ', 1)
    titles = [title for axes in figure.axes if (title := _title(axes))]
    name = figure.get_suptitle() or " and ".join(titles) or "Figure"
    told = words or " ".join(map(_told, figure.axes))
    return Picture(name, told, high, body, wide)


def lines(
    xs: Sequence[float],
    rows: Mapping[str, Sequence[float]],
    over: str,
    what: str,
    title: str = "",
) -> Picture:
    """A chart of at most four lines.

    xs          what the numbers stand over
    rows        the numbers of each line, by its name
    over, what  the words at the axes: of `xs`, and of the numbers
    """
    from matplotlib.figure import Figure  # only where a figure is drawn

    if len(rows) > len(MARKS):
        raise ValueError(f"{len(rows)} lines cannot be told apart; {len(MARKS)} can")
    figure = Figure(figsize=SMALL, layout="constrained")
    axes = figure.subplots()
    for mark, (name, numbers) in zip(MARKS, rows.items(), strict=False):
        shown = mark if len(xs) < CROWDED else mark[1:]
        axes.plot(xs, numbers, shown, linewidth=2.5, label=name)
    axes.set(xlabel=over, ylabel=what, title=title)
    axes.legend()
    return chart(figure)


def _recoloured(svg: str) -> str:
    """The svg element alone, in the colours and the font of the style sheet."""
    svg = SIZE.sub("", ABOUT.sub("", svg[svg.index("<svg") :], count=1), count=2)
    for drawn, name in COLOURS.items():
        svg = svg.replace(drawn, f"var(--kb-{name})")
    return FONT.sub("", svg)


def _title(axes: Any) -> str:
    """What stands above the axes, in the middle or on the left."""
    return str(axes.get_title() or axes.get_title(loc="left"))


def _told(axes: Any) -> str:
    """The axes in words: what is drawn over what, and where each line begins and ends."""
    begins = f"{_title(axes)}: " if _title(axes) else ""
    lines = [_line(line) for line in axes.get_lines() if len(line.get_xdata())]
    return f"{begins}{axes.get_ylabel()} over {axes.get_xlabel()}, {'; '.join(lines)}."


def _line(line: Any) -> str:
    label = "" if line.get_label().startswith("_") else f"{line.get_label()} "
    xs, ys = line.get_xdata(), line.get_ydata()
    return f"{label}from {ys[0]:g} at {xs[0]:g} to {ys[-1]:g} at {xs[-1]:g}"
