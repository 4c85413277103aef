"""Two runs side by side, in step by system call, and where they part."""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import pairwise

from kernel_model.view.player.story import Step

Row = tuple[int, ...]


def rows(first: list[Step], second: list[Step]) -> list[Row]:
    """For each place of the slider the step of either run.

    Events (calls, sleeps, wake-ups, ends of calls) that both runs have stand in one row; between
    two of them either run takes its own steps, and the one that has fewer waits.
    """
    met = [(0, 0), *_common(first, second), (len(first) - 1, len(second) - 1)]
    found: list[Row] = []
    for (a, b), (c, d) in pairwise(met):
        length = max(c - a, d - b)
        for n in range(length):
            found.append((min(a + n, max(c - 1, a)), min(b + n, max(d - 1, b))))
    return list(dict.fromkeys([*found, met[-1]]))


def parting(first: list[Step], second: list[Step], every: list[Row]) -> int | None:
    """The first row at which the runs differ in what happens or, at an event, in their tables."""
    met = {row: place for place, row in enumerate(every)}
    for row in _common(first, second):
        one, other = first[row[0]], second[row[1]]
        earlier = [place for r, place in met.items() if r[0] <= row[0] and r[1] <= row[1]]
        if one.text != other.text or one.view != other.view:
            return met.get(row, max(earlier, default=0))
    return None


def _common(first: list[Step], second: list[Step]) -> list[Row]:
    """Pairs of events that both runs have, in order."""
    one, other = _events(first), _events(second)
    matcher = SequenceMatcher(None, _keys(first, one), _keys(second, other), autojunk=False)
    return [
        (one[block.a + n], other[block.b + n])
        for block in matcher.get_matching_blocks()
        for n in range(block.size)
    ]


def _events(steps: list[Step]) -> list[int]:
    return [n for n, step in enumerate(steps) if step.kind != "line"]


def _keys(steps: list[Step], events: list[int]) -> list[tuple[str, str, str]]:
    return [(steps[n].kind, steps[n].proc, steps[n].call) for n in events]
