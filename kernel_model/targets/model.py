"""ModelTarget: the kernel of this package runs a scenario."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kernel_model import tables
from kernel_model.errno import KernelError
from kernel_model.kernel import Kernel
from kernel_model.memory import PAGE as PAGE
from kernel_model.pipes import pipe_sizes
from kernel_model.process import Call, Process, State
from kernel_model.regiontable import tables_for
from kernel_model.semtable import SEMAEM, SEMVMX
from kernel_model.shm import SHMLBA
from kernel_model.targets import Outcome, Setup, Unsupported
from kernel_model.traps import LINUX
from kernel_model.user import USER_BUFFER

DEEP = 50  # calls of one function in progress, when no more are allowed
WITHOUT_END = "calls itself without end"
OURS = str(Path(__file__).parents[1])
UNPACKED = re.compile(r"cannot unpack non-iterable (\w+)|(?:not enough|too many) values to unpack")
LIBRARY = str(Path(os.__file__).parent)
KEYS = 0x4B00_0000  # keys are this plus their number
FREE = {  # addresses where no process has anything: that of slot 0, and from one to the next
    "classic": (0x1000_0000, 0x0010_0000),
    "linux": (0x10_0000_0000, 0x1_0000_0000),
}


class ModelTarget:
    """The model in one of its personalities; `prepare` may change each fresh kernel."""

    name = "model"

    def __init__(
        self, personality: str = "classic", prepare: Callable[[Kernel], None] | None = None
    ) -> None:
        self.personality = personality
        self.prepare = prepare
        self.kernel = Kernel(personality)
        self.sleeping: dict[str, Call] = {}
        self.ready: list[Kernel] = []  # made ahead with the limits that every kernel has

    def stock(self, count: int) -> None:
        """Makes kernels ahead, memory and all, for starts that set no limit."""
        for _ in range(count):
            k = Kernel(self.personality)
            k.spare = tables_for(k)
            self.ready.append(k)

    def start(self, setup: Setup) -> None:
        """A fresh kernel with the processes of the scenario."""
        try:
            ready = bool(self.ready) and not setup.limits
            k = self.ready.pop() if ready else Kernel(self.personality, setup.limits)
            self.kernel = k
        except ValueError as error:
            raise Unsupported(str(error)) from None
        k.keep_crashes = True
        self.sleeping = {}
        for name, uid in setup.uids.items():
            k.spawn(name, uid, setup.gids.get(name))
        if self.prepare is not None:
            self.prepare(k)

    def close(self) -> None:
        """Nothing outlives the kernel, which needs no closing."""
        self.sleeping = {}

    def resolve(self, kind: str, value: Any) -> Any:
        """Keys, process ids, addresses, and names of files and memory objects."""
        if kind == "key":
            return KEYS + int(value)
        if kind == "pid":
            return self.kernel.pids[value]
        if kind == "free_addr":
            first, apart = FREE[self.personality]
            return first + int(value) * apart
        if kind == "path":
            return f"/{value}"
        raise Unsupported(f"the model has no {kind} yet")

    def constants(self) -> dict[str, int]:
        """The limits in force, and the sizes of memory."""
        limits = self.kernel.limits
        sizes = {
            "PAGE": PAGE,
            "SHMLBA": SHMLBA,
            "SEMVMX": SEMVMX,
            "SEMAEM": SEMAEM[self.personality],
        } | pipe_sizes(self.personality, limits.PIPEBLK)
        return sizes | {name: getattr(limits, name) for name in limits.__slots__}

    def call(self, proc: str, call: str, args: list[Any]) -> Outcome:
        """Makes the call on the model."""
        k = self.kernel
        if call not in k.sysent:
            if call in LINUX:
                return {"unsupported": f"the classic kernel has no {call}; Linux has"}
            return {"unsupported": f"the model does not know {call} yet"}
        if proc in k.gone:
            return {"ends": k.gone[proc]}
        p = k.proc(proc)
        args = [USER_BUFFER if arg is USER_BUFFER else arg for arg in args]
        made = p.call(call, *args)
        if made.state == "asleep":
            self.sleeping[proc] = made
        return outcome(made)

    def finished(self, proc: str) -> Outcome | None:
        """What became of the call that slept."""
        made = self.sleeping.get(proc)
        if made is None or made.state == "asleep":
            return None
        del self.sleeping[proc]
        return outcome(made)

    def asleep(self, proc: str) -> bool:
        """Its call has not come back."""
        made = self.sleeping.get(proc)
        return made is not None and made.state == "asleep"

    def ended(self, proc: str) -> dict[str, Any] | None:
        """How the process ended, if it did."""
        return self.kernel.gone.get(proc)

    def state(self, proc: str) -> str:
        """runs, asleep, stopped or ended."""
        if proc in self.kernel.gone:
            return "ended"
        return state_of(self.kernel.proc(proc))

    def states(self) -> dict[str, str]:
        """The same of every process in the table."""
        gone = self.kernel.gone
        return {
            p.name: "ended" if p.name in gone else state_of(p) for p in self.kernel.procs.values()
        }

    def view(self) -> dict[str, Any]:
        """Every table; or why that cannot be told: a function that was installed broke one."""
        try:
            return tables.show(tables.snapshot(self.kernel))
        except Exception as error:
            return unreadable(error)


def unreadable(error: Exception) -> dict[str, Any]:
    """The view of tables that cannot be looked at."""
    return {"unreadable": f"{type(error).__name__}: {error}"[:300]}


def outcome(call: Call) -> Outcome:
    """A call as the record tells it."""
    if call.state == "returned":
        return {"ret": call.ret} | {name: plain(value) for name, value in call.out.items()}
    if call.state == "asleep":
        return {"blocks": True, "on": where(call.proc)}
    if call.state == "ended":
        return {"ends": call.status}
    if call.state == "execed":
        return {"execs": True}
    error = call.error
    if isinstance(error, KernelError):
        return {"errno": error.errno.name, "why": error.why}
    assert error is not None, f"{call.name} is {call.state} without an error"
    if (clause := no_pair(call.name, error)) is not None:
        return {"raised": clause, "clause": True}
    return raised(error)


def raised(error: BaseException) -> Outcome:
    """What a function that was installed raised, and where."""
    deep = endless_calls(error) if isinstance(error, RecursionError) else None
    if deep is not None:
        return deep
    file, line = place_of(error)
    return {"raised": f"{type(error).__name__}: {error}", "file": file, "line": line}


def endless_calls(error: RecursionError) -> Outcome | None:
    """Which function calls itself without end, and where; None if none does.

    It is the one that stands most often among the calls in progress, whoever comes last.
    """
    calls: Counter[tuple[str, str]] = Counter()
    lines: dict[tuple[str, str], int] = {}
    at = error.__traceback__
    while at is not None:
        code = at.tb_frame.f_code
        if own(code.co_filename):
            where = code.co_filename, code.co_name
            calls[where] += 1
            lines.setdefault(where, at.tb_lineno)
        at = at.tb_next
    if not calls or calls.most_common(1)[0][1] < DEEP:
        return None
    file, name = where = calls.most_common(1)[0][0]
    words = f"{'it' if name.startswith('<') else name} {WITHOUT_END}, directly or through others"
    return {"raised": words[:200], "clause": True, "file": file, "line": lines[where]}


def no_pair(call: str, error: BaseException) -> str | None:
    """What is wrong with an ipcget whose result the get call cannot take apart, as a clause."""
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    told = UNPACKED.match(str(error)) if isinstance(error, TypeError | ValueError) else None
    if told is None or at is None or at.tb_frame.f_code.co_name != call:
        return None
    came = {None: "something of another length", "NoneType": "None"}.get(told[1], f"one {told[1]}")
    return f"ipcget must return a pair (slot, new), and it returned {came}"


def state_of(p: Process) -> str:
    """runs, asleep or stopped."""
    if p.state is State.STOPPED:
        return "stopped"
    return "asleep" if p.state is State.ASLEEP else "runs"


def where(p: Process) -> str:
    """The event a process sleeps on."""
    return p.wchan or str(p.state)


def plain(value: Any) -> Any:
    """Bytes as a string with one byte a character."""
    return value.decode("latin-1") if isinstance(value, bytes | bytearray) else value


def place_of(error: BaseException) -> tuple[str | None, int | None]:
    """File and line where it was raised, or passed last, in code that is somebody's own."""
    file, line, at = None, None, error.__traceback__
    while at is not None:
        name = at.tb_frame.f_code.co_filename
        if own(name):
            file, line = name, at.tb_lineno
        at = at.tb_next
    return file, line


def own(file: str) -> bool:
    """Is this code neither of this package, nor of Python's library, nor of an installed one?"""
    library = file.startswith((OURS, LIBRARY, "<frozen"))
    return not library and "site-packages" not in file and "dist-packages" not in file
