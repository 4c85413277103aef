"""What runs inside the sandbox: the submission's cells, and a kernel that has their functions.

The grader outside sends one request at a time and never an expectation:

    {"load": [cell, ...], "names": [N, ...]}    -> {"ok": true, "problems": [...]}, or
                                                   {"missing": WHY}
    {"start": {"uids", "gids", "limits"}}   a fresh kernel, the cells run afresh (stateless.py)
    {"value": []}       what the function gives without arguments -> {"value"}, or {"raised"}
    {"call": [process, call, arguments]}    -> {"outcome", "back", "unawaited"}, and of how the
                        kernel looks what is not as it was: "procs" "pids" "ended" "changed"; the
                        first time "view", which is every table. A call may come with "start".
                        At its end "words of errors", by process; "" is who called
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
import types
from typing import Any

from kernel_model import Kernel
from kernel_model.changes import NEVER, Looks, part_bytes
from kernel_model.targets import Setup
from kernel_model.targets.model import ModelTarget, raised, unreadable
from kernel_model.unawaited import NotAwaited, Unawaited

idle: Any = importlib.import_module("idle")
starred: Any = importlib.import_module("starred")
stateless: Any = importlib.import_module("stateless")
running: Any = importlib.import_module("running")
outcomes: Any = importlib.import_module("outcomes")
KERNELS = 64  # made ahead; a child that needs more makes them
SELDOM = (20_000, 50, 50)  # a child is short-lived and has little that refers to itself


class Host:
    """One child's submission and the kernel it is in."""

    def __init__(self) -> None:
        self.submission = running.Submission([], [])
        self.target = ModelTarget("classic", self._install)
        self.functions: dict[str, Any] = {}
        self.loaded: dict[str, Any] = {}  # of the first run of the cells, for the first kernel
        self.lasting: list[types.FunctionType] | None = None  # these, if they keep nothing
        self.names: dict[str, Any] = {}  # of the cells that run one by one
        self.count = 0
        self.looks = Looks()
        self.told: dict[str, bytes | None] = {}  # of the processes, in the answers before
        self.all_told: bytes | None = NEVER  # the same of all of it
        self.unawaited = Unawaited()
        self.unawaited.__enter__()  # for good

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
            self.start(request["start"])
        answer = self.call(*request["call"]) if "call" in request else {"ok": True}
        words = outcomes.words_of(answer)
        seen = self._seen(answer)
        return seen | {"words of errors": words} if words else seen

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
        self.lasting = stateless.stateless([*self.loaded.values()])
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

    def start(self, setup: dict[str, Any]) -> None:
        """A fresh kernel with a fresh run of the cells."""
        if self.loaded or self.lasting is None or not stateless.untouched(self.lasting):
            self.functions, self.loaded = self.loaded or self.submission.functions(), {}
        self.unawaited.clear()
        self.looks, self.told, self.all_told = Looks(), {}, NEVER
        self.target.start(Setup(setup["uids"], setup["gids"], setup["limits"]))

    def call(self, proc: str, call: str, args: list[Any]) -> dict[str, Any]:
        """One call, and everyone whose call came back by it."""
        target = self.target
        try:
            outcome = target.call(proc, call, args)
        except NotAwaited as error:
            outcome = {"raised": str(error), "clause": True}
        except BaseException as error:  # what the submission raises is its answer
            outcome = raised(error)
            outcome["raised"] = outcome["raised"][:300]
        answer = {"outcome": outcomes.plain_outcome(outcome), "unawaited": self.unawaited.words()}
        back = {}
        for name in list(target.sleeping):
            if name != proc:
                came = target.finished(name)
                if came is not None:
                    back[name] = outcomes.plain_outcome(came)
        return answer | {"back": back} if back else answer

    def _seen(self, answer: dict[str, Any]) -> dict[str, Any]:
        k = self.target.kernel
        now: dict[str, dict[str, Any]] = {
            "procs": self.target.states(),
            "pids": {p.name: p.pid for p in k.procs.values()},
            "ended": dict(k.gone),
        }
        told, self.all_told = self.all_told, part_bytes(now)
        if told is NEVER or told != self.all_told:
            for name, part in now.items():
                said = part_bytes(part)
                if said is NEVER or said != self.told.get(name):
                    answer[name], self.told[name] = part, said
        try:
            first, view = self.looks.look(k)
        except Exception as error:
            first, view = True, unreadable(error)
        return answer | {"view" if first else "changed": view}


sys.meta_path.insert(0, idle.IdleFinder())
vars(builtins)["display"] = idle.Nothing()
starred.at_once(importlib.import_module("kernel_model"))
gc.set_threshold(*SELDOM)
host = Host()
host.target.stock(KERNELS)  # before the server forks: every child has them, and none another's
handle = host.handle
