"""`kernelbook explore FILE.py`: checks a lock file or a system file from the command line.

Its code runs in a child process: code that hangs inside one instruction can only be ended with it.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypedDict

from kernel_model.explore import budget
from kernel_model.explore.plain import Progress
from kernel_model.explore.report import PROPERTIES, Report
from kernel_model.explore.system import check_system
from kernel_model.explore.system_report import SystemReport
from kernel_model.explore.systemfile import is_system
from kernel_model.explore.verdict import LIMIT, check

Told = Report | SystemReport


class Options(TypedDict):
    """What a check is told besides the text."""

    file: str
    engine: str
    limit: int
    progress: Progress | None


def explore(
    path: Path,
    processors: int | None,
    wanted: str | None,
    as_json: bool,
    engine: str = "auto",
    limit: int | None = None,
) -> int:
    """Prints the report; gives 0 if everything holds that was asked for, else 1."""
    if processors is not None and processors < 1:
        raise ValueError(f"--processors {processors}: at least 1")
    text = path.read_text("utf-8")
    system = is_system(text)
    if system and wanted is not None:
        raise ValueError(f"--property {wanted}: {path} is a system, and is asked everything")
    properties = PROPERTIES if wanted is None else (wanted,)

    def work() -> Told:
        bar = Bar()
        show = bar.show if sys.stderr.isatty() else None
        most = LIMIT if limit is None else limit
        how = Options(file=str(path), engine=engine, limit=most, progress=show)
        told: Told
        if system:
            told = check_system(text, processors, **how)
        else:
            told = check(text, processors or 2, properties, **how)
        bar.clear()
        return told

    told = in_a_child(work) if hasattr(os, "fork") else answer(work())
    print(json.dumps(told["json"], indent=1) if as_json else told["text"])
    return 0 if told["holds"] else 1


def answer(report: Told) -> dict[str, object]:
    """What is printed of a report."""
    return {"json": report.to_json(), "text": str(report), "holds": report.holds()}


def in_a_child(work: Callable[[], Told]) -> dict[str, object]:
    """The answer of a child process; if it ends without one, an answer that says so."""
    sys.stdout.flush()
    sys.stderr.flush()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            budget.alarm = signal.alarm
            gc.freeze()  # nothing of it goes away: what comes is looked through, and only that
            with open(writing, "w", encoding="utf-8") as pipe:
                json.dump(answer(work()), pipe)
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading, encoding="utf-8") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    if said and not os.WIFSIGNALED(status):
        told: dict[str, object] = json.loads(said)
        return told
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM:
        why = f"a step runs on without end: stopped after {budget.SECONDS} seconds"
    else:
        why = "the process in which the code ran has ended without an answer"
    return answer(Report(error=why))


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
