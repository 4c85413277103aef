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

import ast
import builtins
import gc
import importlib
import inspect
import json
import re
import sys
import time
import types
from collections.abc import Callable
from typing import Any

from kernel_model import Kernel
from kernel_model.changes import NEVER, Looks, part_bytes
from kernel_model.targets import Setup
from kernel_model.targets.model import ModelTarget, place_of, raised, unreadable
from kernel_model.unawaited import NotAwaited, Unawaited, given_back

FILE = "<cell {}>"
CELL = re.compile(r"<cell (\d+)>")
TOP_LEVEL_AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
clean_cell: Callable[[str], str] = importlib.import_module("cells").clean_cell
idle: Any = importlib.import_module("idle")
starred: Any = importlib.import_module("starred")
stateless: Any = importlib.import_module("stateless")
MOST_PARTS = 10_000  # of one outcome
KERNELS = 64  # made ahead; a child that needs more makes them
SELDOM = (20_000, 50, 50)  # a child is short-lived and has little that refers to itself


class Submission:
    """The cells of one submission, compiled once; they can be run afresh for every kernel."""

    def __init__(self, cells: list[str], wanted: list[str]) -> None:
        self.wanted = wanted
        self.problems: list[dict[str, Any]] = []
        self.codes: list[tuple[int, types.CodeType]] = []
        for number, cell in enumerate(cells, 1):
            self.add(number, cell)

    def add(self, number: int, cell: str) -> None:
        """One cell more, if it can be compiled."""
        try:
            self.codes.append((number, compiled(cell, FILE.format(number))))
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            self.problem(number, error)

    def functions(self) -> dict[str, Any]:
        """What the cells leave under the names that are wanted; those they never define are not in.

        In the order in which they are wanted.
        """
        names = self.names()
        found: dict[str, Any] = {}
        first = not self.problems or all("line" in p for p in self.problems)
        for number, code in self.codes:
            error = ran(code, names)
            if error is not None and first:
                self.problem(number, error)
            for name in self.wanted:
                here = names.get(name)
                if here is not None and not of_the_kernel(here):
                    found[name] = here
        return {name: found[name] for name in self.wanted if name in found}

    def names(self) -> dict[str, Any]:
        """The names of a module in which nothing has run yet."""
        module = types.ModuleType("submission")
        sys.modules["submission"] = module
        names = module.__dict__
        names["get_ipython"] = names["display"] = idle.Nothing()
        return names

    def problem(self, cell: int, error: BaseException) -> None:
        """Keeps what a cell raised, once."""
        line = error.lineno if isinstance(error, SyntaxError) else place_of(error)[1]
        told = {"cell": cell, "line": line, "error": f"{type(error).__name__}: {error}"[:300]}
        if told not in self.problems:
            self.problems.append(told)


def ran(code: types.CodeType, names: dict[str, Any]) -> BaseException | None:
    """Runs a cell; gives what it raised. Whatever it does, the others still count."""
    try:
        left = eval(code, names)
        if code.co_flags & inspect.CO_COROUTINE:  # a cell that awaits: as far as it goes
            left.send(None)
    except StopIteration:
        return None
    except BaseException as error:
        return error
    return None


def compiled(cell: str, file: str) -> types.CodeType:
    """The code of a cell; magics are looked for where it is not Python as it stands."""
    try:
        made: types.CodeType = compile(cell, file, "exec", TOP_LEVEL_AWAIT)
    except (SyntaxError, ValueError):
        made = compile(clean_cell(cell), file, "exec", TOP_LEVEL_AWAIT)
    return made


def of_the_kernel(thing: Any) -> bool:
    """Is it the kernel's own (empty) entry, imported by the cells, and not their function?"""
    return str(getattr(getattr(thing, "entered", thing), "__module__", "")).startswith(
        "kernel_model"
    )


class Host:
    """One child's submission and the kernel it is in."""

    def __init__(self) -> None:
        self.submission = Submission([], [])
        self.target = ModelTarget("classic", self._install)
        self.functions: dict[str, Any] = {}
        self.loaded: dict[str, Any] = {}  # of the first run of the cells, for the first kernel
        self.lasting: list[types.FunctionType] | None = None  # these, if they keep nothing
        self.names: dict[str, Any] = {}  # of the cells that run one by one
        self.count = 0
        self.looks = Looks()
        self.told: dict[str, bytes | None] = {}  # of the processes, in the answers before
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
        words = words_of(answer)
        seen = self._seen(answer)
        return seen | {"words of errors": words} if words else seen

    def load(self, cells: list[str], names: list[str]) -> dict[str, Any]:
        """Runs the cells and looks for the functions."""
        self.submission = Submission(cells, names)
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
            ran(code, self.names)
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
        self.looks, self.told = Looks(), {}
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
        answer = {"outcome": plain_outcome(outcome), "unawaited": self.unawaited.words()}
        back = {}
        for name in list(target.sleeping):
            if name != proc:
                came = target.finished(name)
                if came is not None:
                    back[name] = plain_outcome(came)
        return answer | {"back": back} if back else answer

    def _seen(self, answer: dict[str, Any]) -> dict[str, Any]:
        k, state = self.target.kernel, self.target.state
        now: dict[str, dict[str, Any]] = {
            "procs": {p.name: state(p.name) for p in k.procs.values()},
            "pids": {p.name: p.pid for p in k.procs.values()},
            "ended": dict(k.gone),
        }
        for name, part in now.items():
            said = part_bytes(part)
            if said is NEVER or said != self.told.get(name):
                answer[name], self.told[name] = part, said
        try:
            first, view = self.looks.look(k)
        except Exception as error:
            first, view = True, unreadable(error)
        return answer | {"view" if first else "changed": view}


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


sys.meta_path.insert(0, idle.IdleFinder())
vars(builtins)["display"] = idle.Nothing()
starred.at_once(importlib.import_module("kernel_model"))
gc.set_threshold(*SELDOM)
host = Host()
host.target.stock(KERNELS)  # before the server forks: every child has them, and none another's
handle = host.handle
