"""Outcomes in the sandbox: plain JSON for certain."""

from __future__ import annotations

import re
import resource
from typing import Any

from kernel_model.unawaited import given_back

CELL = re.compile(r"<cell (\d+)>")
MOST_PARTS = 10_000  # of one outcome
MOST_SIZE = 1 << 24  # characters of a text, bits of a number: to write more takes long
FILLED = "it takes more memory than there is for it"
HALF = 2  # of the memory allowed: who had more than a part of it has filled it bit by bit


def plain_outcome(outcome: dict[str, Any]) -> dict[str, Any]:
    """An outcome that is JSON for certain, and not endless; else what is odd about it."""
    ret = outcome.get("ret")
    if type(ret) is int and len(outcome) == 1 and ret.bit_length() <= MOST_SIZE:  # as most are
        return outcome
    if "raised" in outcome:
        cell = CELL.fullmatch(str(outcome.pop("file", None)))
        if str(outcome["raised"]).startswith("MemoryError") and filled():
            outcome |= odd(FILLED)
        return outcome | ({"cell": int(cell[1])} if cell else {})
    forgotten = given_back(outcome.get("ret"))
    if forgotten:
        return odd(f"it gives back a coroutine: {forgotten}")
    left, parts = MOST_PARTS, list(outcome.values())
    while parts:
        part = parts.pop()
        left -= 1
        if type(part) in (dict, list):
            inner = [*part, *part.values()] if type(part) is dict else part
            left -= len(inner)
            parts += inner if left > 0 else ()
        elif part is not None and type(part) not in (int, bool, str):
            return odd(f"it gives back {type(part).__name__}, which no system call does")
        elif type(part) is str and len(part) > MOST_SIZE:
            return odd(f"it gives back a text of {len(part):,} characters")
        elif type(part) is int and part.bit_length() > MOST_SIZE:
            return odd(f"it gives back a number of {part.bit_length():,} bits")
        if left <= 0:
            return odd(f"it gives back more than {MOST_PARTS} values")
    return outcome


def filled() -> bool:
    """Has this process ever had a good part of the memory that it may use?

    One who asks for too much at once has not, and takes no time.
    """
    most = resource.getrlimit(resource.RLIMIT_AS)[0]
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 * HALF > most > 0


def odd(clause: str) -> dict[str, Any]:
    """An outcome that no system call has, in a clause."""
    return {"raised": clause[:300], "clause": True}
