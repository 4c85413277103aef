"""A local procedure call that copies what is small and maps what is large: where should it part?

The two lines are measured (set up once, used many times); the rule is one number, the threshold.
"""

from __future__ import annotations

import math
from typing import Any

from ipywidgets import HTML, SelectionSlider, VBox  # type: ignore[import-untyped]

from autograder.measure.result import BEST, Measured, in_units
from kernel_model.view.pictures.svg import WIDTH, Picture, cell, path, rect, text

MAP = "shared memory"
ALL = 1 << 20  # bytes that the messages of each size make together
LEFT, TOP, WIDE, TALL = 64, 40, WIDTH - 90, 190  # the chart
WINDOWS = 256  # bytes: what Windows NT's local procedure call copies at most


def lines(run: Measured) -> tuple[dict[int, float], dict[int, float]]:
    """Seconds of a message by its size: copied by the best way, and in shared memory."""
    copied, mapped = run.seconds("many", BEST), run.seconds("many", MAP)
    sizes = copied.keys() & mapped.keys()
    return {n: copied[n] for n in sorted(sizes)}, {n: mapped[n] for n in sorted(sizes)}


def messages(size: int) -> int:
    """How many messages of a size there are: many small ones, few large ones, at least one."""
    return max(ALL // size, 1)


def total(run: Measured, threshold: float) -> float:
    """Seconds for all messages, when those up to the threshold (in bytes) are copied."""
    copied, mapped = lines(run)
    return sum(messages(size) * (copied if size <= threshold else mapped)[size] for size in copied)


def best(run: Measured) -> int:
    """The size that is the best threshold; 0 when it is best to map everything."""
    return min([0, *lines(run)[0]], key=lambda size: total(run, size))


def chart(run: Measured, threshold: int) -> Picture:
    """Both lines, the chosen part of each drawn bold, and what that costs in all."""
    copied, mapped = lines(run)
    title = f"Copied up to {in_units(threshold)}, mapped above"
    body = text(0, 16, title, "head") + _axes(copied, mapped)
    for name, line in (("copy", copied), ("map", mapped)):
        spots = {size: _spot(size, line[size], copied, mapped) for size in line}
        chosen = [spots[size] for size in line if (size <= threshold) == (name == "copy")]
        body += _way(list(spots.values()), "thin") + _way(chosen, "bold")
        x, y = list(spots.values())[-4]
        body += text(
            x + 8 * (name == "map"), y + (40 if name == "map" else -12), name, "strong end"
        )
    x = _spot(threshold, 1.0, copied, mapped)[0]
    body += path(f"M{x:g} {TOP}v{TALL}", "wire")
    sums = {
        "this rule": total(run, threshold),
        "copy all": total(run, max(copied)),
        "map all": total(run, 0),
        f"best: up to {in_units(best(run))}": total(run, best(run)),
    }
    y = TOP + TALL + 62
    for place, (name, seconds) in enumerate(sums.items()):
        column = (0, 130, 240, 350)[place]
        body += text(column, y, name, "label")
        body += cell(
            column + 2, y + 26, 120, f"{seconds * 1000:.4g} ms", f"sum:{place}", "mono strong"
        )
    told = ", ".join(f"{name} {seconds * 1000:.4g} ms" for name, seconds in sums.items())
    return Picture(title, f"All messages together: {told}.", y + 34, body)


def _spot(size: int, seconds: float, *both: dict[int, float]) -> tuple[float, float]:
    """Where a size and a time lie in the chart; both scales are logarithmic."""
    sizes = list(both[0])
    times = [math.log(value) for line in both for value in line.values()]
    across = math.log(size / sizes[0]) / math.log(sizes[-1] / sizes[0])
    up = (math.log(seconds) - min(times)) / (max(times) - min(times))
    return LEFT + WIDE * across, TOP + TALL * (1 - up)


def _way(spots: list[tuple[float, float]], kind: str) -> str:
    return path("M" + "L".join(f"{x:.4g} {y:.4g}" for x, y in spots), kind) if spots else ""


def _axes(copied: dict[int, float], mapped: dict[int, float]) -> str:
    drawn = rect(LEFT, TOP, WIDE, TALL, "free", 0)
    for size in list(copied)[:: max(len(copied) // 5, 1)]:
        x = _spot(size, 1.0, copied, mapped)[0]
        drawn += text(x, TOP + TALL + 20, in_units(size), "label middle")
    lowest = min(*copied.values(), *mapped.values())
    highest = max(*copied.values(), *mapped.values())
    power = math.ceil(math.log10(lowest))
    while 10.0**power <= highest:
        y = _spot(next(iter(copied)), 10.0**power, copied, mapped)[1]
        drawn += path(f"M{LEFT} {y:.4g}h{WIDE}", "rule")
        told = f"{10 ** (power + 6)} µs" if power < -3 else f"{10 ** (power + 3)} ms"
        drawn += text(LEFT - 6, y + 5, told, "label end")
        power += 1
    return drawn


class Threshold(VBox):  # type: ignore[misc]
    """The chart with a slider for the threshold."""

    def __init__(self, run: Measured, threshold: int = WINDOWS) -> None:
        """The slider has every size that was measured, and begins at the one nearest."""
        sizes = list(lines(run)[0])
        first = min(sizes, key=lambda size: abs(size - threshold))
        self.run = run
        self.slider = SelectionSlider(
            options=[(in_units(size), size) for size in sizes], value=first,
            description="copy up to", layout={"width": "560px"},
        )  # fmt: skip
        self.page = HTML(str(chart(run, first)))
        self.slider.observe(self._changed, "value")
        super().__init__([self.slider, self.page])

    def _changed(self, change: dict[str, Any]) -> None:
        self.page.value = str(chart(self.run, change["new"]))

    def __repr__(self) -> str:
        return f"<Threshold at {in_units(self.slider.value)}>"

    def _repr_mimebundle_(self, **given: Any) -> Any:
        made = super()._repr_mimebundle_(**given)
        return {**made, "image/svg+xml": str(chart(self.run, self.slider.value))}
