"""Why the classic kernel and Linux part: the table of docs/differences.md, as far as it is here."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from kernel_model.constants import NAMES

TABLE = Path(__file__).parents[3] / "docs" / "differences.md"
ERRNO = re.compile(r"\bE[A-Z0-9]{3,}\b")


@cache
def table() -> list[list[str]]:
    """The rows: what it is about, classic, Linux, source; none where the page is not there."""
    if not TABLE.is_file():
        return []
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| `")]
    return [[cell.strip() for cell in row[:4]] for row in rows if len(row) >= 4]


def known(call: str, model: list[Any], real: list[Any]) -> list[str]:
    """The differences that fit: those of this call, best first, at most two.

    model, real  the steps on either side; their errors and flags tell which row is meant
    """
    names = words_of(model) | words_of(real)
    errors = {name for name in names if ERRNO.fullmatch(name)}
    ended = [step.get("expect", {}) for step in model if "ends" in step]
    if not errors and any("signaled" in how for how in ended):
        call = "signal"  # what it has set makes the difference, not who sent it
    found = []
    for about, classic, linux, source in table():
        if f"`{call}`" not in about:
            continue
        of_errors = set(ERRNO.findall(f"{classic} {linux}"))
        if of_errors and not errors:
            continue
        told = set(re.findall(r"\w+", about)) & NAMES.keys()
        if told and not told & names:
            continue
        hits = len(errors & of_errors) + 2 * len(told)
        found.append((-hits, f"{about}. Classic: {classic}. Linux: {linux}. ({source})"))
    best = sorted(found, key=lambda one: one[0])
    return [plain(text) for hits, text in best if hits == best[0][0]][:2] if best else []


def words_of(steps: Any) -> set[str]:
    """Every name that is written in the steps: flags, commands, errors."""
    if isinstance(steps, dict):
        return set().union(*map(words_of, steps.values())) if steps else set()
    if isinstance(steps, list):
        return set().union(*map(words_of, steps)) if steps else set()
    return {steps} if isinstance(steps, str) else set()


def plain(text: str) -> str:
    """Without the marks of Markdown."""
    return text.replace("`", "")
