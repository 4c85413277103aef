"""The trace of a run: one event a step, with the tables as they are at that step.

An event says who runs, in which call and function, at which line or step of the algorithm, and
how every table looks just then. Lines are recorded of open functions only: those of the two
tables that have source. A sealed one gives its steps in words.
"""

from __future__ import annotations

import dis
import inspect
import re
import sys
from collections.abc import Coroutine
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any

from kernel_model import tables
from kernel_model.process import Call, Process

if TYPE_CHECKING:
    from kernel_model.kernel import Kernel

STEP = re.compile(r"^\s*#: (.*)$")
QUEUES, ALL = 1, 2  # what a line may change: messages and queue headers in use; any table

# Instructions after which the tables may look different, and functions that change none
CHANGES = {"STORE_ATTR", "STORE_SUBSCR", "DELETE_SUBSCR", "DELETE_ATTR", "SEND", "YIELD_VALUE"}
HARMLESS = {
    "len", "range", "enumerate", "isinstance", "min", "max", "divmod", "KernelError", "Message",
    "copyin", "msgconv", "ipcconv", "ipcaccess", "ipcowner", "ipcid",
}  # fmt: skip


@dataclass(slots=True)
class Event:
    """One step of a run."""

    number: int
    kind: str  # call line return error end sleep wakeup signal stop exit crash
    proc: str  # who
    call: str  # the system call it is in; "" in user mode
    function: str  # the function of the kernel it is in
    line: int | None  # line of that function, from 1; None: sealed, or not at a line
    words: str  # the step of the algorithm, in words
    text: str  # what happens, in one sentence
    view: Any = field(repr=False)  # what tables.show makes a table view of

    def to_json(self) -> dict[str, Any]:
        """The event as plain JSON, with the whole table view."""
        names = ("number", "kind", "proc", "call", "function", "line", "words", "text")
        return {name: getattr(self, name) for name in names} | {"view": tables.show(self.view)}


@dataclass(slots=True)
class Listing:
    """A function of the kernel as the trace shows it."""

    name: str
    sealed: bool
    source: list[str]  # [] when it is sealed or has no source
    first: int  # line of its file on which it starts
    steps: dict[int, str]  # words of each step, by the line of the file where it begins
    changing: dict[int, int]  # what lines of the file may change: QUEUES or ALL

    def words(self, line: int) -> str:
        """The step that a line of the file belongs to."""
        before = [start for start in self.steps if start <= line]
        return self.steps[max(before)] if before else ""

    def to_json(self) -> dict[str, Any]:
        """Source and steps, by line of the function; a sealed one has only the words."""
        if self.sealed:
            return {"sealed": True, "source": [], "steps": list(self.steps.values())}
        steps = [[line - self.first + 1, words] for line, words in sorted(self.steps.items())]
        return {"sealed": False, "source": self.source, "steps": steps}


def listing(fn: Any) -> Listing:
    """What can be shown of a function; one sealed brings its steps in `sealed_steps`."""
    code: CodeType = fn.__code__
    sealed = getattr(fn, "sealed_steps", None)
    first = code.co_firstlineno
    if sealed is not None:
        return Listing(fn.__name__, True, [], first, dict(sealed), changing_lines(code))
    try:
        lines, first = inspect.getsourcelines(fn)
    except (OSError, TypeError):  # made by exec, without a file
        lines = []
    steps = {first + n: hit[1] for n, text in enumerate(lines) if (hit := STEP.match(text))}
    source = [line.rstrip("\n") for line in lines]
    return Listing(fn.__name__, False, source, first, steps, changing_lines(code))


def changing_lines(code: CodeType) -> dict[int, int]:
    """Lines that store into an object or call something: which tables they may change.

    The others leave every table alone, so that no new look at them is needed.
    """
    changing: dict[int, int] = {}
    calls, loads, line = set(), dict[int, set[str]](), 0
    for instruction in dis.get_instructions(code):
        if instruction.positions is not None and instruction.positions.lineno is not None:
            line = instruction.positions.lineno
        if instruction.opname in CHANGES:
            what = QUEUES if instruction.argval in tables.QUEUE_NAMES else ALL
            changing[line] = max(changing.get(line, 0), what)
        elif instruction.opname.startswith("CALL"):
            calls.add(line)
        elif instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_METHOD", "LOAD_DEREF"):
            loads.setdefault(line, set()).add(str(instruction.argval))
    constants = {"Errno", "MSG_R", "MSG_W"}
    for n in calls:
        if not loads.get(n, {""}) <= HARMLESS | constants:
            changing[n] = ALL
    return changing


class Trace:
    """Records the run of a kernel while it is the kernel's `trace`."""

    def __init__(self, kernel: Kernel) -> None:
        self.k = kernel
        self.listings: dict[CodeType, Listing] = {}
        for fn in (*kernel.algorithms.values(), *kernel.sysent.values()):
            fn = getattr(fn, "entered", fn)
            if hasattr(fn, "__code__"):
                listed = listing(fn)
                if listed.steps or not fn.__module__.startswith("kernel_model"):
                    self.listings[fn.__code__] = listed
        self._raw: list[tuple[Any, ...]] = []  # kind, process, call, listing, line, text, view
        self._proc: Process | None = None
        self._at: tuple[Listing | None, int] = (None, 0)
        self._view: Any = None
        self._stale = ALL  # what may have changed since the last snapshot

    def resume(self, task: Coroutine[Any, Any, Any], p: Process) -> None:
        """Runs a process on, watching the lines of the kernel's functions."""
        before, self._proc = sys.gettrace(), p
        sys.settrace(self._enter)
        try:
            task.send(None)
        finally:
            sys.settrace(before)

    def _enter(self, frame: FrameType, what: str, arg: Any) -> Any:
        listed = self.listings.get(frame.f_code)
        if listed is None:
            return None
        p = self._proc
        assert p is not None, "only a process runs the kernel's functions"
        call = p.current.name if p.current is not None else ""
        changing, record = listed.changing, self._raw.append

        def on_line(frame: FrameType, what: str, arg: Any) -> Any:
            if what == "line":
                if self._stale:
                    self._look()
                line = frame.f_lineno
                record(("line", p.name, call, listed, line, None, self._view))
                self._stale = changing.get(line, 0)
                self._at = (listed, line)
            return on_line

        return on_line

    def _look(self) -> None:
        if self._stale == ALL:
            self._view = tables.snapshot(self.k)
        elif self._stale == QUEUES:
            self._view = tables.snapshot(self.k, self._view)
        self._stale = 0

    def event(self, kind: str, p: Process, text: str) -> None:
        """Records that something happens to `p`, told in one sentence."""
        self._stale = ALL
        self._look()
        self._stale = ALL
        listed, line = self._at if kind in ("sleep", "wakeup") else (None, 0)
        call = p.current.name if p.current is not None else ""
        self._raw.append((kind, p.name, call, listed, line, text, self._view))

    def begin(self, p: Process, call: Call) -> None:
        """A process enters the kernel."""
        args = ", ".join(repr(arg) for arg in call.args)
        self.event("call", p, f"{p.name} calls {call.name}({args})")

    def end(self, p: Process, call: Call) -> None:
        """A process is back in user mode, or gone."""
        told = {
            "returned": ("return", f"{call.name} returns {call.ret!r} to {p.name}"),
            "failed": ("error", f"{call.name} fails for {p.name} with {call.error}"),
            "ended": ("end", f"{p.name} has ended: {call.status}"),
            "execed": ("return", f"{p.name} runs {p.image} now"),
            "crashed": ("crash", f"{call.name} breaks: {call.error!r}"),
        }
        kind, text = told[call.state]
        self.event(kind, p, text)

    @property
    def events(self) -> list[Event]:
        """What was recorded so far; of a sealed function one event a step, without a line."""
        found: list[Event] = []
        for kind, proc, call, listed, line, text, view in self._raw:
            name, words, shown = "", "", None
            if listed is not None:
                name, words = listed.name, listed.words(line)
                shown = line - listed.first + 1 if not listed.sealed else None
                if kind == "line" and listed.sealed and _goes_on(found, proc, name, words):
                    continue
            text = text or words
            found.append(Event(len(found), kind, proc, call, name, shown, words, text, view))
        return found

    def to_json(self) -> dict[str, Any]:
        """The trace as plain JSON: the listings of the functions met, and every event."""
        met = {raw[3].name: raw[3] for raw in self._raw if raw[3] is not None}
        return {
            "personality": self.k.personality,
            "functions": {name: listed.to_json() for name, listed in sorted(met.items())},
            "events": [event.to_json() for event in self.events],
        }


def _goes_on(found: list[Event], proc: str, function: str, words: str) -> bool:
    """Is this line of a sealed function still in the step that was told last?"""
    if not words:
        return True
    last = found[-1] if found else None
    return last is not None and (last.proc, last.function, last.words) == (proc, function, words)
