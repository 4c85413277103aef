"""Turns by chance, the same for the same seed, here as in the page (interleave.js)."""

from __future__ import annotations

from collections.abc import Iterator

from kernel_model.programs.members import Programs
from kernel_model.programs.run import Run

MOST = 2000  # turns


def numbers(seed: int) -> Iterator[int]:
    """Numbers that look like chance: the generator of ANSI C's example of rand()."""
    state = seed & 0xFFFFFFFF
    while True:
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        yield state >> 16


def by_chance(run: Run, seed: int) -> list[int]:
    """Takes turns until nobody can have one; gives whose they were."""
    turns: list[int] = []
    for number in numbers(seed):
        able = [p for p in range(len(run.members)) if run.can(p)]
        if not able or len(turns) >= MOST:
            break
        turns.append(able[number % len(able)])
        run.turn(turns[-1])
    return turns


def chosen(programs: Programs, seed: int) -> list[int]:
    """The turns of a whole run."""
    return by_chance(Run(programs), seed)
