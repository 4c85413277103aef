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
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from functools import cache
from types import CodeType, FrameType, FunctionType
from typing import TYPE_CHECKING, Any

from kernel_model import tables
from kernel_model.instrument import maker
from kernel_model.process import Call, Process
from kernel_model.signal_tables import Seen, look_signals

if TYPE_CHECKING:
    from kernel_model.kernel import Kernel

STEP = re.compile(r"^\s*#: (.*)$")
LINES = 1 << 20  # more than a file has lines
ENDS = {"returned": "return", "failed": "error", "ended": "end", "execed": "return",
        "crashed": "crash"}  # fmt: skip
INSIDE = ("sleep", "wakeup")  # what happens at a line of a function
QUEUES, ALL = 1, 2  # what a line may change: messages and queue headers in use; any table

# Instructions after which the tables may look different, and functions that change none (or,
# as sleep and wakeup, tell of it themselves)
CHANGES = {"STORE_ATTR", "STORE_SUBSCR", "DELETE_SUBSCR", "DELETE_ATTR", "SEND", "YIELD_VALUE"}
HARMLESS = {
    "len", "range", "enumerate", "isinstance", "min", "max", "divmod", "KernelError", "Message",
    "copyin", "sleep", "wakeup", "copyout", "msgconv", "ipcconv", "ipcaccess", "ipcowner", "ipcid",
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


@cache
def listing(fn: Any) -> Listing:
    """What can be shown of a function; one sealed brings its steps in `sealed_steps`.

    Every kernel that is traced asks for all of them, and to read a source takes long.
    """
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
    """Records the run of a kernel while it is the kernel's `trace`.

    Functions tell of their lines themselves (see instrument); those without source, and those
    defined inside others, are watched by sys.settrace.
    """

    def __init__(self, kernel: Kernel) -> None:
        self.k = kernel
        # What happened, kept so that recording is quick and leaves no work to the collector of
        # garbage: an int for a line, a tuple for anything else
        self._log: list[int | tuple[Any, ...]] = []
        self._listings: list[Listing] = []  # by number
        self._watched: dict[CodeType, int] = {}  # numbers of those that settrace watches
        self._views: list[tuple[int, Any]] = []  # place in the log from which a view holds
        self._view: tables.Snapshot = Seen()
        self._stale = ALL  # what may have changed since the last snapshot
        for table in (kernel.algorithms, kernel.sysent):
            for name in table:
                table[name] = self.watch(table[name])

    def watch(self, fn: Any) -> Any:
        """The function in a form that tells of its lines, if it is one that is shown."""
        listed = listing(fn) if isinstance(fn, FunctionType) else None
        if listed is None or not (listed.steps or not fn.__module__.startswith("kernel_model")):
            return fn
        number = len(self._listings)
        self._listings.append(listed)
        as_made = listed.sealed or fn.__code__.co_flags & inspect.CO_ITERABLE_COROUTINE
        make = None if as_made else maker(fn, tuple(listed.changing.items()))
        if make is None:
            self._watched[fn.__code__] = number
            return fn
        telling: Any = make(self._line(number), self._look)
        telling.told_of = fn
        return telling

    def stop(self) -> None:
        """Ends the recording: the kernel's functions are again what they were."""
        self.k.trace = None
        for table in (self.k.algorithms, self.k.sysent):
            for name in table:
                table[name] = getattr(table[name], "told_of", table[name])

    def _line(self, number: int) -> Callable[[int], None]:
        base, record = number * LINES, self._log.append

        def line(line: int) -> None:
            if self._stale:
                self._look(self._stale)
            record(base + line)

        return line

    def resume(self, task: Coroutine[Any, Any, Any], p: Process) -> None:
        """Runs a process on."""
        self._log.append(("run", p.name, p.current.name if p.current is not None else "", ""))
        if not self._watched:
            task.send(None)
            return
        before = sys.gettrace()
        sys.settrace(self._enter)
        try:
            task.send(None)
        finally:
            sys.settrace(before)

    def _enter(self, frame: FrameType, what: str, arg: Any) -> Any:
        number = self._watched.get(frame.f_code)
        if number is None:
            return None
        tell, changing = self._line(number), self._listings[number].changing

        def on_line(frame: FrameType, what: str, arg: Any) -> Any:
            if what == "line":
                tell(frame.f_lineno)
                self._stale = changing.get(frame.f_lineno, 0)
            return on_line

        return on_line

    def _look(self, stale: int) -> None:
        last = self._view
        view = tables.snapshot(self.k, last if stale == QUEUES else None)
        signals = look_signals(self.k)
        self._stale = 0
        if view != last or signals != getattr(last, "signals", None):  # what stays is kept once
            seen = Seen(view)
            seen.signals = signals
            self._view = seen
            self._views.append((len(self._log), seen))

    def event(self, kind: str, p: Process, text: str) -> None:
        """Records that something happens to `p`, told in one sentence."""
        self._look(ALL)
        self._stale = ALL
        call = p.current.name if p.current is not None else ""
        self._log.append((kind, p.name, call, text))

    def begin(self, p: Process, call: Call) -> None:
        """A process enters the kernel."""
        self._look(ALL)
        self._log.append(("call", p.name, call.name, call))

    def end(self, p: Process, call: Call) -> None:
        """A process is back in user mode, or gone."""
        self._look(ALL)
        self._log.append((ENDS[call.state], p.name, "", call))

    @property
    def events(self) -> list[Event]:
        """What was recorded so far; of a sealed function one event a step, without a line."""
        found: list[Event] = []
        views = [*self._views, (len(self._log) + 1, None)]
        at, view, proc, call = 0, None, "", ""
        place: tuple[str, int | None, str] = ("", None, "")  # function, line and words of the last
        for number, entry in enumerate(self._log):
            while views[at][0] <= number:
                view, at = views[at][1], at + 1
            if isinstance(entry, int):
                listed, line = self._listings[entry // LINES], entry % LINES
                words = listed.words(line)
                if listed.sealed and _goes_on(found, proc, listed.name, words):
                    continue
                kind, text, who, doing = "line", words, proc, call
                place = (listed.name, None if listed.sealed else line - listed.first + 1, words)
                where = place
            else:
                kind, who, doing, happened = entry
                if kind != "signal":  # it may be sent to another one than the one that runs
                    proc, call = who, doing
                if kind == "run":
                    continue
                text = happened if isinstance(happened, str) else told(kind, happened)
                where = place if kind in INSIDE else ("", None, "")
            found.append(Event(len(found), kind, who, doing, *where, text, view))
        return found

    def listings_by_name(self) -> dict[str, Listing]:
        """Every function that the trace shows."""
        return {listed.name: listed for listed in self._listings}

    def to_json(self) -> dict[str, Any]:
        """The trace as plain JSON: the listings of the functions met, and every event."""
        told = {entry // LINES for entry in self._log if isinstance(entry, int)}
        met = {self._listings[number].name: self._listings[number] for number in told}
        return {
            "personality": self.k.personality,
            "functions": {name: listed.to_json() for name, listed in sorted(met.items())},
            "events": [event.to_json() for event in self.events],
        }


def told(kind: str, call: Call) -> str:
    """The beginning or end of a call in one sentence."""
    who, name = call.proc.name, call.name
    if kind == "call":
        return f"{who} calls {name}({', '.join(repr(arg) for arg in call.args)})"
    if name in ("mem_read", "word_read") and call.state == "returned":
        return f"{who} has read {call.out.get('data', call.ret)!r}"
    return {
        "returned": f"{name} returns {call.ret!r} to {who}",
        "failed": f"{name} fails for {who} with {call.error}",
        "ended": f"{who} has ended: {call.status}",
        "execed": f"{who} runs {call.proc.image} now",
        "crashed": f"{name} breaks: {call.error!r}",
    }[call.state]


def _goes_on(found: list[Event], proc: str, function: str, words: str) -> bool:
    """Is this line of a sealed function still in the step that was told last?"""
    if not words:
        return True
    last = found[-1] if found else None
    return last is not None and (last.proc, last.function, last.words) == (proc, function, words)
