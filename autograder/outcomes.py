"""Outcomes in the sandbox: plain JSON for certain, and the words of errors apart from the rest."""

from __future__ import annotations

import re
from typing import Any

from kernel_model.unawaited import given_back

CELL = re.compile(r"<cell (\d+)>")
MOST_PARTS = 10_000  # of one outcome


def words_of(answer: dict[str, Any]) -> dict[str, str]:
    """Takes the words of errors out of an answer: whoever judges has no use for them."""
    found = {proc: came for proc, came in answer.get("back", {}).items() if "why" in came}
    if "why" in answer.get("outcome", ()):
        found[""] = answer["outcome"]
    return {proc: str(came.pop("why")) for proc, came in found.items()}


def plain_outcome(outcome: dict[str, Any]) -> dict[str, Any]:
    """An outcome that is JSON for certain, and not endless; else what is odd about it."""
    if "raised" in outcome:
        cell = CELL.fullmatch(str(outcome.pop("file", None)))
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
        if left <= 0:
            return odd(f"it gives back more than {MOST_PARTS} values")
    return outcome


def odd(clause: str) -> dict[str, Any]:
    """An outcome that no system call has, in a clause."""
    return {"raised": clause[:300], "clause": True}
