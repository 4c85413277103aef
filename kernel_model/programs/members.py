"""What is run: programs for processes, and one process with its program as it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kernel_model.process import Call, Process
from kernel_model.programs.asking import Caller, Program, Request, function_of

EXIT = Request("exit", (0,))


class ProgramError(ValueError):
    """What is no set of programs, in words."""


@dataclass(frozen=True, eq=False)
class Programs:
    """What is run: a beginning, and a program for each process; the same only if it is the same.

    start        a program that runs first and ends: what it returns, the others get as arguments
                 (each element of a tuple by itself)
    members      the program of each process, by the name of the process
    finals       what is wrong with what they have returned, by name, in words; "" if nothing is
    personality  of the kernel; `limits` of it as well
    """

    start: Program
    members: Mapping[str, Program]
    finals: Callable[[dict[str, Any]], str] | None = None
    personality: str = "classic"
    limits: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Member:
    """One process, its program and where that stands."""

    name: str
    proc: Process
    program: Program
    caller: Caller
    task: Any  # the coroutine; None when it has ended
    asks: Request  # its next turn
    call: Call | None = None  # the one it sleeps in
    inside: bool | None = None  # in its critical section: True, and others may be as well
    error: str = ""  # why it failed
    result: Any = None  # what it returned
    handlers: dict[int, Program] = field(default_factory=dict)  # of its own, by signal
    ran: dict[int, int] = field(default_factory=dict)  # how often each signal was handled so far
    interrupted: list[tuple[Any, Request]] = field(default_factory=list)  # below the handler

    @property
    def file(self) -> str:
        """Where its source is."""
        return str(function_of(self.program).__code__.co_filename)
