"""`kernelbook measure copy-or-map`: a progress bar, a table, a CSV file and a figure."""

import sys
from pathlib import Path

from autograder.measure.result import BEST, Measured, in_units
from autograder.measure.run import copy_or_map

WIDTH = 30


def measure(quick: bool, two: bool, to: Path) -> int:
    """Measures, writes copy-or-map.csv and copy-or-map.svg into `to`, and tells the figures."""
    from autograder.measure.figure import svg

    to.mkdir(parents=True, exist_ok=True)
    run = copy_or_map(quick, two, progress=bar if sys.stderr.isatty() else None)
    run.write(to / "copy-or-map.csv")
    (to / "copy-or-map.svg").write_text(svg(run), encoding="utf-8")
    print("\n".join(lines_of(run)))
    print(f"\nwritten: {to / 'copy-or-map.csv'}, {to / 'copy-or-map.svg'}")
    return 0


def bar(done: int, total: int, what: str) -> None:
    """The progress on a terminal, always on the same line."""
    full = WIDTH * done // total
    end = "\r\x1b[K" if done == total else ""
    line = f"\r[{'#' * full}{'.' * (WIDTH - full)}] {100 * done // total:3d}% {what}\x1b[K{end}"
    print(line, end="", file=sys.stderr, flush=True)


def lines_of(run: Measured) -> list[str]:
    """What it is about, the medians of each use as a table, and the crossovers."""
    lines = [f"{name}: {value}" for name, value in run.about.items()]
    ways = list(dict.fromkeys(row.way for row in run.rows))
    for use in run.uses():
        lines += ["", f"{use}, microseconds for a message (median)"]
        lines.append(f"{'':>10}" + "".join(f"{way:>{len(way) + 2}}" for way in ways))
        columns = {way: run.seconds(use, way) for way in ways}
        for size in run.sizes():
            cells = [(f"{columns[way][size] * 1e6:,.4g}", len(way) + 2) for way in ways]
            lines.append(f"{in_units(size):>10}" + "".join(f"{c:>{w}}" for c, w in cells))
    lines += ["", "crossovers"]
    for one in run.crossovers():
        against = one.copy if one.copy == BEST else f"a {one.copy}"
        lines.append(f"  {one.use:6} {one.mapping} against {against}: {one}")
    return lines
