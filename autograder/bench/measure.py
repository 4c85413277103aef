"""Times two ways of doing the same in turns, so that what slows the machine slows both."""

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: what was measured, against what, and what is asked of it."""

    name: str
    ours: float  # seconds, or what `unit` says
    other: float | None  # the same of what it is held against; None: the figure is `ours` itself
    most: float | None = None  # the target: at most this (a ratio ours / other, or seconds)
    least: float | None = None  # the target: at least this (a ratio other / ours)
    unit: str = "s"

    def value(self) -> float:
        """What the target is about: a ratio that is good when it is small, or large, or seconds."""
        if self.other is None:
            return self.ours
        return self.other / self.ours if self.least is not None else self.ours / self.other

    def met(self) -> bool:
        """Is the target met?"""
        if self.least is not None:
            return self.value() >= self.least
        return self.most is None or self.value() <= self.most

    def shown(self) -> str:
        """What was measured."""
        return in_ms(self.ours) if self.unit == "s" else f"{self.ours:.4g} {self.unit}"

    def target(self) -> str:
        """The target in words."""
        unit = f" {self.unit}" if self.other is None else " times"
        if self.least is not None:
            return f"at least {self.least:g}{unit}"
        return f"at most {self.most:g}{unit}"

    def to_json(self) -> dict[str, object]:
        """Everything, by name."""
        return {
            "name": self.name,
            "seconds" if self.unit == "s" else self.unit: self.ours,
            "against_seconds": self.other,
            "value": self.value(),
            "target": self.target(),
            "met": self.met(),
        }


def lines_of(figures: Sequence[Figure]) -> list[str]:
    """The figures as a table."""
    lines = [f"{'figure':64} {'ours':>10} {'against':>10} {'value':>7}  {'target':18} verdict"]
    for one in figures:
        against = "" if one.other is None else in_ms(one.other)
        verdict = "met" if one.met() else "MISSED"
        lines.append(
            f"{one.name:64} {one.shown():>10} {against:>10} {one.value():7.3g}"
            f"  {one.target():18} {verdict}"
        )
    return lines


def in_ms(time: float) -> str:
    """Milliseconds with four figures."""
    return f"{time * 1e3:.4g} ms"


def seconds(work: Work) -> float:
    """How long `work` takes, once."""
    gc.collect()  # what other work has left behind
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def in_turns(
    one: Callable[[], float], other: Callable[[], float], pairs: int, warm_up: bool = True
) -> tuple[float, float]:
    """Medians of two measurements made in turns; with `warm_up` a first pair does not count."""
    found = [(one(), other()) for _ in range(pairs + warm_up)][warm_up:]
    return median(pair[0] for pair in found), median(pair[1] for pair in found)
