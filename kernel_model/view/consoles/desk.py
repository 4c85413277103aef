"""The desk behind the console: processes, the calls made so far, undo, and the scenario of it.

    desk = Desk(processes={"A": 1000, "B": 1000})
    desk.call("A", "msgget", [{"key": 7}, ["IPC_CREAT", "0o600"]])     # kept as q
    desk.call("B", "msgrcv", ["$q", 100, 0, []])                       # sleeps
    desk.call("A", "msgsnd", ["$q", 1, "hello", []])                   # wakes B
    desk.scenario("my.first").to_json()

The calls are all there is: whatever the kernel looks like follows from making them again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext, suppress
from typing import Any

from kernel_model.constants import NAMES
from kernel_model.errno import KernelError
from kernel_model.kernel import PERSONALITIES, Kernel
from kernel_model.limits import limits_for
from kernel_model.regiontable import memory_of
from kernel_model.scenario import Problem, Scenario
from kernel_model.targets import Setup, Unsupported
from kernel_model.targets.model import ModelTarget
from kernel_model.view.consoles.budget import EndlessLoop, budget
from kernel_model.view.consoles.people import Person, in_order, ordered, people_of
from kernel_model.view.consoles.runs import DeskError, Line, Move, Run
from kernel_model.view.consoles.saving import scenario_of
from kernel_model.view.consoles.seen import free_name
from kernel_model.view.consoles.words import line_told

NAME = re.compile(r"[A-Za-z]\w{0,11}")  # of a process, or of a result that is kept
MOST = 65535  # the largest user or group id


class Desk:
    """A kernel to try calls on.

    processes  who is there at first: a uid for each name, or (uid, gid)
    functions  the learner's own, put into the kernel in place of those of the same name
    first      the family of calls that is offered first; with shared memory there is memory at once
    """

    def __init__(
        self,
        personality: str = "classic",
        limits: Mapping[str, int] | None = None,
        functions: Sequence[Callable[..., Any]] = (),
        processes: Mapping[str, int | tuple[int, int]] | None = None,
        first: str = "Messages",
    ) -> None:
        if personality not in PERSONALITIES:
            raise ValueError(f"personality is {personality!r}; it must be classic or linux")
        limits_for(personality, dict(limits or {}))  # a wrong one is told at once
        self.personality = personality
        ordered(first)
        self.family = first
        self.functions = tuple(functions)
        self.first = Setup({}, {}, dict(limits or {}))
        for name, ids in ({"A": 1000, "B": 1000} if processes is None else processes).items():
            uid, gid = ids if isinstance(ids, tuple) else (ids, None)
            enter(self.first, name, uid, gid)
        self.setup = self.first
        self.lines: list[Line] = []
        self.target, self.run = self._started(self.setup)

    def _started(self, setup: Setup) -> tuple[ModelTarget, Run]:
        target = ModelTarget(self.personality, self._prepare)
        return target, Run(target, setup)

    def _prepare(self, kernel: Kernel) -> None:
        if self.family == "Shared memory":
            with suppress(KernelError):  # where there is too little, the first call says so
                memory_of(kernel)
        for fn in self.functions:
            kernel.install(fn)

    def _again(self, setup: Setup, moves: Sequence[Move]) -> list[Line]:
        """The moves made again on a fresh kernel, which takes the place of this one."""
        target, fresh = self._started(setup)
        lines = [fresh.make(move) for move in moves]
        self.target, self.run = target, fresh
        return lines

    # What a learner does

    def call(self, proc: str, call: str, args: list[Any], save: str | None = None) -> Line:
        """Makes a call; raises DeskError, and changes nothing, when it cannot be made.

        save  the name that keeps the result; by default q, q2, ... for a new descriptor
        """
        if save and (not NAME.fullmatch(save) or save in NAMES or save in self.run.names.saved):
            raise DeskError(f"{save!r} cannot be the name of a result, or is taken; try another")
        if call == "fork" and args:
            self._new_name(str(args[0]))
        try:
            with budget() if self.functions else nullcontext():
                line = self.run.make(Move(proc, call, args, save or self.free_name(call)))
        except Problem as problem:
            raise DeskError(problem.message) from None
        except Unsupported as error:
            raise DeskError(str(error)) from None
        except BaseException as stop:  # the kernel is left in the middle: back to before the call
            self.lines = self._again(self.setup, [line.move for line in self.lines])
            if isinstance(stop, EndlessLoop):
                raise DeskError(f"{stop}; the call was taken back") from None
            raise
        if not save and line.kept and line.steps[0]["expect"]["ret"] != "nonneg":
            line = self._without_name(line)
        self.lines.append(line)
        return line

    def _without_name(self, line: Line) -> Line:
        """The same line, but it keeps nothing: the value has a name already."""
        del self.run.names.saved[str(line.kept)]
        line.move = Move(line.move.proc, line.move.call, line.move.args)
        line.steps[0].pop("save")
        return line

    def free_name(self, call: str) -> str | None:
        """The name that would keep the result of a call; None for one that gives no descriptor."""
        return free_name(call, self.run.names.saved)

    def _new_name(self, name: str) -> None:
        if not NAME.fullmatch(name):
            raise DeskError(f"{name!r} is no name for a process; take a letter, or a short word")
        if name in self.run.who:
            raise DeskError(f"there is a process {name} already; take another name")

    def spawn(self, name: str, uid: int = 1000, gid: int | None = None) -> None:
        """A new process, there from the beginning: the calls made so far are made again with it.

        Raises DeskError when that would change what they did.
        """
        self._new_name(name)
        setup = Setup(dict(self.setup.uids), dict(self.setup.gids), self.setup.limits)
        enter(setup, name, uid, gid)
        moves = [line.move for line in self.lines]
        lines = self._again(setup, moves)
        if [line.steps for line in lines] != [line.steps for line in self.lines]:
            self.lines = self._again(self.setup, moves)
            raise DeskError(
                f"with {name} there from the beginning, what was done so far would come out "
                f"otherwise; start afresh, then make {name} first"
            )
        self.setup, self.lines = setup, lines

    def undo(self) -> Line:
        """Takes the last call back; gives what it was. Raises DeskError when there is none."""
        if not self.lines:
            raise DeskError("nothing has been called yet, so there is nothing to undo")
        last = self.lines[-1]
        moves = [line.move for line in self.lines[:-1]]
        self.lines = self._again(self.setup, moves)
        return last

    def afresh(self) -> None:
        """Forgets every call, and the processes made since the beginning."""
        self.setup, self.lines = self.first, []
        self.target, self.run = self._started(self.setup)

    # What a learner sees

    @property
    def calls(self) -> list[str]:
        """The system calls of this kernel that a scenario can hold; messages first."""
        return in_order(self.kernel.sysent, self.family)

    @property
    def kernel(self) -> Kernel:
        """The kernel as it is now; made again by undo and afresh."""
        return self.target.kernel

    @property
    def saved(self) -> dict[str, Any]:
        """Results by the names that keep them."""
        return dict(self.run.names.saved)

    @property
    def made_by(self) -> dict[str, str]:
        """Which call gave each of them."""
        return {name: call for line in self.lines for name, _, call in line.results}

    @property
    def owners(self) -> dict[str, str]:
        """Who made that call."""
        return {name: proc for line in self.lines for name, proc, _ in line.results}

    def view(self) -> dict[str, Any]:
        """Every table, as `kernel_model.tables.show` gives them."""
        return self.run.target.view()

    def people(self) -> list[Person]:
        """Every process there is or was, in the order in which they came."""
        return people_of(self.run, self.view())

    def log(self) -> list[str]:
        """One line a call: who, what, and what came of it."""
        return [line_told(line) for line in self.lines]

    def scenario(self, name: str = "console", topic: str = "console") -> Scenario:
        """What was done, as a scenario that passes on this kernel; see `saving.scenario_of`."""
        return scenario_of(self, name, topic)


def enter(setup: Setup, name: str, uid: int, gid: int | None) -> None:
    """Puts a process into a setup; raises DeskError for a wrong name or id."""
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise DeskError(f"{name!r} is no name for a process; take a letter, or a short word")
    for what, value in (("uid", uid), ("gid", gid)):
        if value is not None and (type(value) is not int or not 0 <= value <= MOST):
            raise DeskError(f"the {what} of {name} is {value!r}; it must be 0 to {MOST}")
    setup.uids[name] = uid
    if gid is not None and gid != uid:
        setup.gids[name] = gid
