"""What runs inside the sandbox: the submission's cells, and a kernel that has their functions.

The grader outside sends one request at a time and never an expectation:

    {"load": [cell, ...], "names": [N, ...]}    -> {"ok": true, "problems": [...]}, or
                                                   {"missing": WHY}
    {"value": []}       what the function gives without arguments -> {"value"}, or {"raised"}
    {"start", "call", "tables"}     stimuli of the kernel (driven.py); with "start" the cells run
                        afresh (stateless.py)
    {"next": cell}      runs one cell after the others, to find out which one does not come to an
                        end -> {"seconds": of processor time so far}

It imports the kernel without the functions under test, which are not on this side at all.
"""

from __future__ import annotations

import builtins
import gc
import importlib
import json
import sys
import time
from typing import Any

from kernel_model import Kernel

idle: Any = importlib.import_module("idle")
starred: Any = importlib.import_module("starred")
stateless: Any = importlib.import_module("stateless")
running: Any = importlib.import_module("running")
outcomes: Any = importlib.import_module("outcomes")
driven: Any = importlib.import_module("driven")
compiled: Any = importlib.import_module("compiled")
KERNELS = 64  # made ahead; a child that needs more makes them
SELDOM = (20_000, 50, 50)  # a child is short-lived and has little that refers to itself


class Host:
    """One child's submission and the kernel it is in."""

    def __init__(self) -> None:
        self.submission = running.Submission([], [])
        self.driven = driven.Driven(self._install, outcomes.plain_outcome)
        self.driven.unawaited.__enter__()  # for good
        self.functions: dict[str, Any] = {}
        self.loaded: dict[str, Any] = {}  # of the first run of the cells, for the first kernel
        self.lasting: Any = None  # what the functions reach, if nothing can be kept there
        self.names: dict[str, Any] = {}  # of the cells that run one by one
        self.count = 0

    def _install(self, kernel: Kernel) -> None:
        for name, fn in self.functions.items():
            kernel.install(getattr(fn, "entered", fn), name)

    def handle(self, request: dict[str, Any]) -> dict[str, Any]:
        """One request, one answer."""
        if "load" in request:
            return self.load(request["load"], request["names"])
        if "next" in request:
            return self.next(request["next"])
        if "value" in request:
            return self.value()
        if "start" in request:
            self.start()
        answer: dict[str, Any] = self.driven.answer(request)
        return answer

    def load(self, cells: list[str], names: list[str]) -> dict[str, Any]:
        """Runs the cells and looks for the functions."""
        self.submission = running.Submission(cells, names)
        self.loaded = self.submission.functions()
        problems = self.submission.problems
        for name in names:
            if name not in self.loaded:
                return {"missing": f"there is no function {name}", "problems": problems}
            if not callable(self.loaded[name]):
                kind = type(self.loaded[name]).__name__
                return {"missing": f"{name} is of type {kind}, no function", "problems": problems}
        try:
            self.lasting = stateless.stateless([*self.loaded.values()])
        except Exception:  # of the submission's own __getattribute__
            self.lasting = None
        return {"ok": True, "problems": problems}

    def next(self, cell: str) -> dict[str, Any]:
        """Runs one cell where those before it ran."""
        self.names = self.names or self.submission.names()
        self.count += 1
        self.submission.codes.clear()
        self.submission.add(self.count, cell)
        for _, code in self.submission.codes:
            running.ran(code, self.names)
        return {"seconds": time.process_time()}

    def value(self) -> dict[str, Any]:
        """What the function gives when it is called without arguments, as plain data."""
        try:
            (function,) = self.loaded.values()
            return {"value": json.loads(json.dumps(function()))}
        except BaseException as error:  # what the submission raises is its answer
            return {"raised": f"{type(error).__name__}: {error}"[:300]}

    def start(self) -> None:
        """The cells run afresh for the next kernel, unless that makes no difference."""
        if self.loaded or self.lasting is None or not self.lasting.untouched():
            self.functions, self.loaded = self.loaded or self.submission.functions(), {}


sys.meta_path.insert(0, idle.IdleFinder())
vars(builtins)["display"] = idle.Nothing()
starred.at_once(importlib.import_module("kernel_model"))
compiled.once()
gc.set_threshold(*SELDOM)
host = Host()
host.driven.target.stock(
    KERNELS
)  # before the server forks: every child has them, and none another's
handle = host.handle
