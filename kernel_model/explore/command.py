"""`kernelbook explore FILE.py`: checks a lock file from the command line."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from kernel_model.explore.report import PROPERTIES
from kernel_model.explore.verdict import LIMIT, check


def explore(
    path: Path,
    processors: int,
    wanted: str | None,
    as_json: bool,
    engine: str = "auto",
    limit: int | None = None,
) -> int:
    """Prints the report; gives 0 if everything holds that was asked for, else 1."""
    if processors < 1:
        raise ValueError(f"--processors {processors}: at least 1")
    properties = PROPERTIES if wanted is None else (wanted,)
    bar = Bar()
    report = check(
        path.read_text("utf-8"),
        processors,
        properties,
        file=str(path),
        engine=engine,
        limit=LIMIT if limit is None else limit,
        progress=bar.show if sys.stderr.isatty() else None,
    )
    bar.clear()
    print(json.dumps(report.to_json(), indent=1) if as_json else report)
    return 0 if report.holds() else 1


class Bar:
    """How many states there are so far, on one line of a terminal."""

    def __init__(self) -> None:
        self.shown = 0  # states, when it was last drawn

    def show(self, states: int) -> None:
        """Draws the line again when there is enough new."""
        if states > 1.2 * self.shown + 50_000:
            self.shown = states
            print(f"\r{states:,} states ...", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Takes the line away."""
        if self.shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
