"""What a debugger does with its child: breakpoints, steps, going on, looking around."""

from __future__ import annotations

from kernel_model.constants import (
    PTRACE_CONT,
    PTRACE_KILL,
    PTRACE_POKETEXT,
    PTRACE_SINGLESTEP,
)
from kernel_model.debugger.child import Child, DebugError, Prepare
from kernel_model.instructions import FORM, NUMBERS, Program
from kernel_model.ptrace import AS_IT_IS
from kernel_model.tracewords import REGISTERS, signed

BREAK = signed(FORM.pack(NUMBERS["bpt"], 0, 0, 0))  # the word that stops whoever comes to it
LOOKS = ("registers", "data", "stack")  # what may be read whenever the child stops


class Core:
    """A debugger at work on a program."""

    def __init__(
        self, program: Program, personality: str, uid: int, prepare: Prepare | None, look: set[str]
    ) -> None:
        self.look = look
        self.child = Child(program, personality, uid, prepare)
        self.session = self.child.session
        self.breaks: dict[int, int] = {}  # what was there before, by address
        self.stopped: str | None = None  # the signal that it is stopped by

    # Breakpoints

    def plant(self, addr: int) -> None:
        """Writes a breakpoint over an instruction, and keeps what was there."""
        if addr not in self.child.places:
            raise DebugError(f"no instruction begins at {addr:#x}")
        if addr in self.breaks:
            raise DebugError(f"there is a breakpoint at {self.child.where(addr)} already")
        kept = self.child.read_word(addr)
        self.child.ask(PTRACE_POKETEXT, addr, BREAK)
        self.breaks[addr] = kept
        self.child.note("break", addr)

    def take_out(self, addr: int) -> None:
        """Writes the instruction back."""
        if addr not in self.breaks:
            raise DebugError(f"there is no breakpoint at {self.child.where(addr)}")
        self.child.ask(PTRACE_POKETEXT, addr, self.breaks.pop(addr))
        self.child.note("gone", addr)

    # Letting it run

    def step(self, sig: int = 0) -> None:
        """One instruction, also where a breakpoint is written over it."""
        at = self.child.registers["pc"] if self.child.session.reads else 0
        if at in self.breaks:
            self.child.ask(PTRACE_POKETEXT, at, self.breaks[at])
        self.run(PTRACE_SINGLESTEP, sig)
        if at in self.breaks and self.child.session.reads:
            self.child.ask(PTRACE_POKETEXT, at, BREAK)

    def go_on(self, sig: int = 0) -> None:
        """Runs to the next breakpoint, the next signal, or the end."""
        if self.child.session.reads and self.child.registers["pc"] in self.breaks:
            self.step(sig)
            sig = 0
            if self.stopped != "SIGTRAP":
                return
        self.run(PTRACE_CONT, sig)

    def kill(self) -> None:
        """Ends the child."""
        self.run(PTRACE_KILL, 0)

    def run(self, req: int, sig: int) -> None:
        """Lets it go on, and waits until it stops or ends."""
        self.child.ask(req, AS_IT_IS, sig)
        self.child.note("ran")
        self.arrive()

    def arrive(self) -> None:
        """Writes down what the wait has told."""
        self.stopped = None
        if self.child.session.over:
            ((how, what),) = self.child.session.status.items()
            self.child.note("end", how, what)
        elif self.child.session.waiting is not None:
            self.child.note("sleep")
        else:
            self.stopped = self.child.session.status["stopped"]
            self.child.note("stop", "", self.stopped)
            self.child.read_register("pc")

    def look_around(self) -> None:
        """Reads what is to be seen whenever the child stops."""
        for name in REGISTERS[1:] if "registers" in self.look else ():
            self.child.read_register(name)
        for addr in self.child.data if "data" in self.look else ():
            self.child.read_word(addr)
        if "stack" in self.look:
            self.child.read_stack()
