"""Two runs side by side, in step by system call, and where they part."""

from __future__ import annotations

from itertools import pairwise

from kernel_model.trace import Trace
from kernel_model.view.player.changes import changes
from kernel_model.view.player.story import Step, outcome

Row = tuple[int, ...]


def rows(first: list[Step], second: list[Step]) -> list[Row]:
    """For each place of the slider the step of either run.

    Each system call begins in both runs at once, and so does each event after it (a sleep, a
    wake-up, the end of a call) up to the first that is another one in the other run; that pair
    stands in one row as well. Between two such rows either run takes its own steps, and the one
    that has fewer waits.
    """
    met = [*meetings(first, second), (len(first), len(second))]
    found: list[Row] = []
    for (a, b), (c, d) in pairwise([(0, 0), *met] if met[0] != (0, 0) else met):
        for n in range(max(c - a, d - b)):
            found.append((min(a + n, max(c - 1, a)), min(b + n, max(d - 1, b))))
    last = len(first) - 1, len(second) - 1
    return [(min(a, last[0]), min(b, last[1])) for a, b in found]


def parting(first: list[Step], second: list[Step], every: list[Row]) -> int | None:
    """The first row of an event at which the runs, or their tables, differ; None: they do not.

    What differs from the start (the map of two personalities) does not count, nor does the reason
    given for the same error.
    """
    places = {row: place for place, row in reversed(list(enumerate(every)))}
    known = {cell for cell, _ in changes(first[0].view, second[0].view)}
    for row in meetings(first, second):
        one, other = first[row[0]], second[row[1]]
        apart = {cell for cell, _ in changes(one.view, other.view)} - known
        if outcome(one) != outcome(other) or apart:
            return places[row]
    return None if len(calls(first)) == len(calls(second)) else len(every) - 1


def meetings(first: list[Step], second: list[Step]) -> list[Row]:
    """Pairs of events that stand in one row."""
    found: list[Row] = []
    ends = [*calls(first), len(first)], [*calls(second), len(second)]
    for (a, c), (b, d) in zip(pairwise(ends[0]), pairwise(ends[1]), strict=False):
        for pair in zip(events(first, a, c), events(second, b, d), strict=False):
            found.append(pair)
            if _key(first[pair[0]]) != _key(second[pair[1]]):
                break
    return found


def calls(steps: list[Step]) -> list[int]:
    """Where system calls begin."""
    return [n for n, step in enumerate(steps) if step.kind == "call"]


def events(steps: list[Step], start: int, stop: int) -> list[int]:
    """What is no line of a function, from one call to the next."""
    return [n for n in range(start, stop) if steps[n].kind != "line"]


def _key(step: Step) -> tuple[str, str, str]:
    return step.kind, step.proc, step.call


def named(own: bool, first: Trace, second: Trace) -> tuple[str, str]:
    """What two runs are called: `own` if the second has functions of one's own in it."""
    if own:
        return "the kernel's", "yours"
    if first.k.personality != second.k.personality:
        return first.k.personality, second.k.personality
    return "the first", "the second"
