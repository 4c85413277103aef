"""What a program sees of the system: calls to await, marks, and what a call copied out.

A program is `async def producer(u, q): await u.msgsnd(q, 1, "hello")`. It only ever asks; who runs
it makes the call for it when its turn comes, and sends it what came of that.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator, Hashable, Mapping
from dataclasses import dataclass
from functools import partial
from types import coroutine
from typing import Any

from kernel_model.constants import IPC_NOWAIT, SEM_UNDO, SIGNAL_NAMES
from kernel_model.errno import Errno, KernelError
from kernel_model.explore.canonical import SPECIAL, Canonical
from kernel_model.traps import Interrupted

ENTER, LEAVE = "enter", "leave"  # marks: no call, but a turn
WORD = 8  # bytes of what load and store move
ADDRESS = 0x100000  # numbers from here on are addresses
SIGNAL_AT = {"kill": 1, "signal": 0, "sigaction": 0, "sigcount": 0}  # which argument is a signal

Program = Callable[..., Coroutine["Request", Any, Any]]


@dataclass(frozen=True, slots=True)
class Request:
    """A call that a program asks for, or a mark."""

    name: str
    args: tuple[Any, ...]

    def __str__(self) -> str:
        place = SIGNAL_AT.get(self.name)
        return (
            f"{self.name}({', '.join(_shown(arg, n == place) for n, arg in enumerate(self.args))})"
        )


class Handler(str):
    """The action `catch` of a program that has a function for it; it shows that one's name."""

    function: Callable[..., Any]

    def __new__(cls, function: Callable[..., Any]) -> Handler:
        made = super().__new__(cls, "catch")
        made.function = function
        return made

    def __repr__(self) -> str:
        return str(self.function.__name__)


def _shown(value: Any, signal: bool = False) -> str:
    """A value as a person writes it: addresses in hexadecimal digits, flags and signals by name.

    An array of operations on semaphores is a list of lists of three.
    """
    if signal and value in SIGNAL_NAMES:
        return SIGNAL_NAMES[value]
    if isinstance(value, list) and all(isinstance(one, list) and len(one) == 3 for one in value):
        return f"[{', '.join(map(_operation, value))}]"
    return hex(value) if type(value) is int and value >= ADDRESS else repr(value)


def _operation(given: list[Any]) -> str:
    num, op, flags = given
    names = (("IPC_NOWAIT", IPC_NOWAIT), ("SEM_UNDO", SEM_UNDO))
    told = " | ".join(name for name, bit in names if flags & bit)
    return f"[{num}, {op}, {told or flags}]"


@coroutine
def ask(request: Request, made: list[Request]) -> Generator[Request, Any, Any]:
    """Gives the request to whoever runs the program; what comes back is what came of it."""
    made.remove(request)
    return (yield request)


class Caller:
    """A process as its own program sees it.

    `n = await u.msgrcv(q, 100, 0)` leaves the text in `u.out["data"]`, as with `kernel_model.User`;
    a call that fails raises KernelError. Every system call of the kernel is a method. The action
    of a signal may be a coroutine function: it runs as the handler, `async def again(u, sig)`.
    """

    def __init__(
        self, name: str, pid: int, calls: frozenset[str], pids: Mapping[str, int] | None = None
    ) -> None:
        self.name, self.pid, self.out = name, pid, dict[str, Any]()
        self.pids = pids or {}  # of all processes, by name
        self.made: list[Request] = []  # calls that were made and not yet awaited
        self._calls = calls

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__") or name not in self._calls:
            raise AttributeError(f"{name} is not a system call of this kernel")
        return lambda *args: self._ask(name, *args)

    def _ask(self, name: str, *args: Any) -> Any:
        if name in ("signal", "sigaction"):
            args = tuple(Handler(arg) if callable(arg) else arg for arg in args)
        request = Request(name, args)
        self.made.append(request)
        return ask(request, self.made)

    async def load(self, addr: int) -> int:
        """The word at an address of memory, by an instruction of the program."""
        found: int = await self._ask("word_read", addr)
        return found

    async def store(self, addr: int, value: int) -> None:
        """Puts a word there."""
        data = value.to_bytes(WORD, "little", signed=True)
        await self._ask("mem_write", addr, data)

    def enter(self, shared: bool = False) -> Any:
        """Marks that the critical section begins; `shared`: with others who say so it may be."""
        return self._ask(ENTER, shared)

    def leave(self) -> Any:
        """Marks that the critical section ends."""
        return self._ask(LEAVE)


def function_of(program: Any) -> Any:
    """The function of a program, which may be a `partial` of one."""
    while isinstance(program, partial):
        program = program.func
    return program


def _caller(canonical: Canonical, x: Caller) -> Hashable:
    return "caller", x.name, canonical.key(x.out)


def _request(canonical: Canonical, x: Request) -> Hashable:
    return "request", x.name, canonical.key(x.args)


def _error(_: Canonical, x: KernelError) -> Hashable:
    return "error", x.errno.name, str(x)


SPECIAL[Caller] = _caller
SPECIAL[Handler] = lambda _, x: ("handler", repr(x))
SPECIAL[KernelError] = SPECIAL[Interrupted] = _error
SPECIAL[Errno] = lambda _, x: ("errno", x.name)
SPECIAL[Request] = _request
