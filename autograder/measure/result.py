"""What was measured: medians with their spread, crossovers, CSV."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from autograder.measure.channels import MAPS, WAYS

COPIES = tuple(name for name in WAYS if name not in MAPS)
BEST = "the best copy"
UNITS = ("bytes", "KiB", "MiB", "GiB")


@dataclass(frozen=True, slots=True)
class Row:
    """One way, in one use, at one size; times in seconds."""

    way: str
    use: str  # many: set up once; once: set up for each message; fresh: with new memory as well
    size: int  # bytes of a message
    setup: float  # median: system calls that open and close, on both sides
    seconds: float  # median: a message; for once and fresh with its set-up
    low: float  # the middle half of the repeats lies between low ...
    high: float  # ... and high
    repeats: int
    messages: int  # in each repeat

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Row:
        """From the repeats that a producer reports."""
        seconds = found["seconds"]
        low, _, high = quantiles(seconds, n=4, method="inclusive")
        setup, middle = median(found["setup"]), median(seconds)
        names = (found["way"], found["use"], found["size"])
        return cls(*names, setup, middle, low, high, len(seconds), found["messages"])


@dataclass(frozen=True, slots=True)
class Crossover:
    """From which size on a mapping is the cheaper one."""

    use: str
    mapping: str
    copy: str
    size: float | None  # bytes; None: copying is cheaper up to `largest`
    smallest: int  # of the sizes measured
    largest: int

    def __str__(self) -> str:
        if self.size is None:
            return f"no crossover up to {in_units(self.largest)}"
        if self.size <= self.smallest:
            return f"cheaper from {in_units(self.smallest)} on, the smallest size"
        return f"cheaper from {in_units(self.size)} on"


def crossover(points: Sequence[tuple[int, float, float]]) -> float | None:
    """The size from which on mapping stays cheaper; None when copying is at the largest size.

    Each point is a size, the seconds of a copy and those of a mapping, the smallest size first.
    Between two sizes both times are taken as straight lines on logarithmic scales.
    """
    at = len(points)
    while at and points[at - 1][2] <= points[at - 1][1]:
        at -= 1
    if at == len(points):
        return None
    size, copy, mapped = points[at]
    if at == 0:
        return float(size)
    before = points[at - 1]
    lead, lag = math.log(before[2] / before[1]), math.log(copy / mapped)
    part = lead / (lead + lag)
    return float(before[0] * (size / before[0]) ** part)


@dataclass(frozen=True)
class Measured:
    """A run: its rows, and what has to be known about it."""

    rows: tuple[Row, ...]
    about: dict[str, str] = field(default_factory=dict)

    def sizes(self) -> list[int]:
        """Every size, the smallest first."""
        return sorted({row.size for row in self.rows})

    def uses(self) -> list[str]:
        """Every use, in the order measured."""
        return list(dict.fromkeys(row.use for row in self.rows))

    def seconds(self, use: str, way: str) -> dict[int, float]:
        """The medians by size; of BEST, those of the copy that is cheapest at each size."""
        ways = COPIES if way == BEST else (way,)
        found: dict[int, float] = {}
        for row in self.rows:
            if row.use == use and row.way in ways:
                found[row.size] = min(row.seconds, found.get(row.size, math.inf))
        return dict(sorted(found.items()))

    def crossovers(self) -> list[Crossover]:
        """For each use, each way of mapping against each copy and against the best one."""
        found = []
        for use in self.uses():
            for mapping in MAPS:
                for copy in (*COPIES, BEST):
                    mapped, copied = self.seconds(use, mapping), self.seconds(use, copy)
                    sizes = sorted(mapped.keys() & copied.keys())
                    if sizes:
                        points = [(size, copied[size], mapped[size]) for size in sizes]
                        ends = (sizes[0], sizes[-1])
                        found.append(Crossover(use, mapping, copy, crossover(points), *ends))
        return found

    def csv(self) -> str:
        """The run as text: lines about it that begin with #, then a table."""
        file = io.StringIO()
        for name, value in self.about.items():
            file.write(f"# {name}: {value}\n")
        table = csv.writer(file, lineterminator="\n")
        table.writerow([one.name for one in fields(Row)])
        for row in self.rows:
            values = asdict(row).values()
            table.writerow([f"{v:.4g}" if isinstance(v, float) else v for v in values])
        return file.getvalue()

    def write(self, path: Path | str) -> None:
        """Writes the run to a CSV file."""
        Path(path).write_text(self.csv(), encoding="utf-8")

    @classmethod
    def read(cls, path: Path | str) -> Measured:
        """The run that a CSV file holds; ValueError for a file that holds none."""
        lines = Path(path).read_text(encoding="utf-8").splitlines()
        told = [line[2:].partition(": ") for line in lines if line.startswith("# ")]
        table = csv.DictReader(line for line in lines if not line.startswith("#"))
        try:
            rows = tuple(Row(**{k: KINDS[k](v) for k, v in row.items()}) for row in table)
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{path} is no run of copy-or-map: {error!r}") from error
        return cls(rows, {name: value for name, _, value in told})

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """In a notebook: the figure, and what it says in words."""
        from autograder.measure.figure import svg  # matplotlib takes a while

        return svg(self)._repr_mimebundle_()

    def figure(self) -> Any:
        """Every use that was measured, as a matplotlib figure."""
        from autograder.measure.figure import draw  # matplotlib takes a while

        return draw(self)


KINDS: dict[str, Any] = {
    one.name: {"str": str, "int": int, "float": float}[str(one.type)] for one in fields(Row)
}


def in_units(size: float) -> str:
    """A number of bytes as people write it: 64 bytes, 8 KiB, 1.5 MiB."""
    unit = 0
    while size >= 1024 and unit < len(UNITS) - 1:
        size, unit = size / 1024, unit + 1
    return f"{size:.3g} {UNITS[unit]}"
