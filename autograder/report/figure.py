"""The figure of a class report: how points are spread, and what was missed by how many."""

import io
from collections.abc import Sequence
from textwrap import shorten
from typing import Any

from .grades import ClassGrades, Missed
from .ink import ALL, INK, NONE, PAPER, SOME, STYLE, coloured, plain

BEHIND = {"facecolor": PAPER, "edgecolor": "none", "boxstyle": "round,pad=0.15"}
SHOWN = 12  # rules at most; the table beside the figure has them all
BINS = 10
LONGEST = 116  # characters of a rule


def draw(grades: ClassGrades) -> str:
    """The figure as one svg element that takes its colours from the page."""
    from matplotlib import rc_context  # only where a figure is drawn
    from matplotlib.figure import Figure

    missed = worst(grades.missed)
    rules = 0.45 * len(missed) + 0.9 if missed else 0.0
    parts = max(2.6, 0.55 * len(grades.graded_parts()) + 1.2)
    with rc_context(STYLE):
        figure = Figure(figsize=(9, parts + rules), layout="constrained")
        figure.patch.set_alpha(0)
        heights = [parts, rules] if missed else [parts]
        grid = figure.add_gridspec(len(heights), 2, height_ratios=heights)
        spread(figure.add_subplot(grid[0, 0]), grades)
        by_part(figure.add_subplot(grid[0, 1]), grades)
        if missed:
            by_rule(figure.add_subplot(grid[1, :]), missed, len(grades.rows))
        file = io.StringIO()
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    return coloured(file.getvalue(), words(grades))


def worst(missed: Sequence[Missed]) -> list[Missed]:
    """The rules that most students broke, first."""
    return sorted(missed, key=lambda one: (-len(one.students), one.exercise, one.rule))[:SHOWN]


def spread(axes: Any, grades: ClassGrades) -> None:
    """How many students reached how many points."""
    most = grades.most() or 1.0
    counts = [0] * BINS
    for row in grades.rows:
        counts[min(BINS - 1, int(BINS * grades.reached(row) / most))] += 1
    width = most / BINS
    bars = axes.bar(
        [width * number for number in range(BINS)],
        counts,
        width=width,
        align="edge",
        color=ALL,
        edgecolor=PAPER,
        linewidth=1.5,
    )
    axes.axvline(grades.middle(), color=INK, linestyle=(0, (4, 3)), linewidth=1.2)
    axes.bar_label(bars, [str(count or "") for count in counts], padding=3, bbox=BEHIND)
    axes.set_title(f"Points of {most:g}, median {grades.middle():g}", loc="left", weight="bold")
    axes.set_ylabel("students")
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.set_xlim(0, most)
    axes.margins(y=0.18)
    axes.xaxis.set_major_formatter("{x:g}")
    plain(axes, "y")


def by_part(axes: Any, grades: ClassGrades) -> None:
    """For each exercise, how many have all of it, a part of it, nothing of it."""
    parts = grades.graded_parts()[::-1]
    shares = {part.name: shares_of(grades, part.name, part.most) for part in parts}
    left = [0] * len(parts)
    marks = (("all points", ALL, ""), ("some", SOME, "///"), ("none", NONE, "xxx"))
    for number, (label, colour, hatch) in enumerate(marks):
        counts = [shares[part.name][number] for part in parts]
        bars = axes.barh(
            [part.name for part in parts],
            counts,
            left=left,
            height=0.6,
            color=colour,
            hatch=hatch,
            edgecolor=PAPER,
            linewidth=1.5,
            label=label,
        )
        axes.bar_label(
            bars,
            [str(count or "") for count in counts],
            label_type="center",
            bbox=BEHIND,
        )
        left = [a + b for a, b in zip(left, counts, strict=True)]
    axes.set_title("Students by exercise", loc="left", weight="bold")
    axes.legend(
        ncols=3, loc="upper left", bbox_to_anchor=(-0.02, -0.06), frameon=False, borderpad=0
    )
    axes.xaxis.set_visible(False)
    plain(axes, "")


def shares_of(grades: ClassGrades, part: str, most: float) -> tuple[int, int, int]:
    """How many students have all, some and none of the points of a part."""
    reached = [row.points.get(part) or 0.0 for row in grades.rows]
    full = sum(points >= most - 1e-9 for points in reached)
    none = sum(points <= 0 for points in reached)
    return full, len(reached) - full - none, none


def by_rule(axes: Any, missed: Sequence[Missed], students: int) -> None:
    """How many students broke each rule; its words stand over its bar."""
    places = range(len(missed))[::-1]
    counts = [len(one.students) for one in missed]
    bars = axes.barh(
        places, counts, height=0.34, color=NONE, hatch="xxx", edgecolor=PAPER, linewidth=1
    )
    axes.bar_label(bars, [str(count) for count in counts], padding=4)
    for place, one in zip(places, missed, strict=True):
        text = axes.text(0, place + 0.27, label(one), va="bottom", ha="left")
        text.set_in_layout(False)  # its length is no reason to make other panels smaller
    axes.set_title(f"Rules broken, by how many of {students}", loc="left", weight="bold", pad=14)
    axes.set_xlim(0, max(students, 1))
    axes.set_ylim(-0.5, len(missed) - 0.2)
    axes.yaxis.set_visible(False)
    axes.xaxis.set_visible(False)
    plain(axes, "")


def label(one: Missed) -> str:
    """Exercise and rule in one line that fits."""
    words = one.rule if one.rule.startswith(one.exercise) else f"{one.exercise}: {one.rule}"
    return shorten(words, LONGEST, placeholder=" …")


def words(grades: ClassGrades) -> str:
    """The figure in words, for whoever does not see it."""
    most = grades.most()
    full = sum(grades.reached(row) >= most - 1e-9 for row in grades.rows)
    told = [
        f"{len(grades.rows)} students; median {grades.middle():g} of {most:g} points;"
        f" {full} have all points."
    ]
    for part in grades.graded_parts():
        everything, some, none = shares_of(grades, part.name, part.most)
        told.append(f"{part.name}: {everything} all points, {some} some, {none} none.")
    if grades.missed:
        first = worst(grades.missed)[0]
        told.append(f"Broken most often, by {len(first.students)}: {first.exercise}, {first.rule}.")
    return " ".join(told)
