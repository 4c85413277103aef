"""The child as its debugger knows it: what ptrace was asked, a word a call, and what it found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kernel_model.constants import (
    PTRACE_PEEKDATA,
    PTRACE_PEEKTEXT,
    PTRACE_PEEKUSER,
    PTRACE_POKEDATA,
    PTRACE_POKETEXT,
    PTRACE_POKEUSER,
)
from kernel_model.debugger.session import Session
from kernel_model.instructions import SIZE, Program, disassembled
from kernel_model.kernel import Kernel
from kernel_model.linux.ptrace import OFFSETS
from kernel_model.tracewords import REGISTERS, signed, word_bytes

STACKED = 10  # words of the stack that are read
Prepare = Callable[[Kernel], None]


class DebugError(ValueError):
    """What cannot be done, in words."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that the debugger knows, from the call with this number on.

    kind   reg, word, text, break, gone (a breakpoint), ran, stop, end or sleep
    """

    since: int
    kind: str
    key: str | int = ""
    value: Any = None


class Child:
    """A traced program, stopped or not; `facts` is all that has been found out of it."""

    def __init__(
        self, program: Program, personality: str, uid: int, prepare: Prepare | None
    ) -> None:
        self.program = program
        self.session = Session(program, personality, uid, prepare)
        layout = self.session.layout
        made = program.assembled(layout.text, layout.data)
        self.labels = made.labels  # the symbol table of its file
        self.places = range(layout.text, layout.text + len(made.text), SIZE)
        self.data = range(layout.data, layout.data + len(made.data), SIZE)
        self.offsets = {name: n * SIZE for n, name in enumerate(REGISTERS)}
        if personality == "linux":
            self.offsets = {name: at for at, name in OFFSETS.items()}
        self.facts: list[Fact] = []
        self.registers: dict[str, int] = {}
        self.text: dict[int, int] = {}

    # One request

    def ask(self, req: int, addr: int = 0, data: int = 0) -> int:
        """A request; DebugError, in words, where it cannot be done."""
        if not self.session.reads:
            raise DebugError(f"{self.program.name} {self.how()}: it does nothing for a debugger")
        asked = self.session.ask(req, addr, data)
        if asked.error is not None:
            raise DebugError(f"{self.why(req, addr)} (ptrace fails with {asked.error.errno.name})")
        return asked.ret

    def why(self, req: int, addr: int) -> str:
        """Why a request has failed, as far as a debugger can tell."""
        if req in (PTRACE_PEEKTEXT, PTRACE_PEEKDATA):
            return f"there is no such address: {self.program.name} has nothing at {addr:#x}"
        if req in (PTRACE_POKETEXT, PTRACE_POKEDATA):
            return f"nothing can be written at {addr:#x}: there is no such address, or it is shared"
        return "it cannot be done"

    def how(self) -> str:
        """How the child is, where it is not stopped."""
        if self.session.over:
            return "has ended"
        return "is not stopped" if self.session.waiting is not None else "is stopped"

    def note(self, kind: str, key: str | int = "", value: Any = None) -> None:
        """Writes down what was found out by now."""
        self.facts.append(Fact(len(self.session.chunks), kind, key, value))

    # Reading and writing

    def read_register(self, name: str) -> int:
        """A register, out of the user area."""
        value = self.ask(PTRACE_PEEKUSER, self.offsets[name])
        self.registers[name] = value
        self.note("reg", name, value)
        return value

    def write_register(self, name: str, value: int) -> None:
        """Puts a value into a register of the child."""
        self.ask(PTRACE_POKEUSER, self.offsets[name], value)
        self.registers[name] = signed(word_bytes(value))
        self.note("reg", name, self.registers[name])

    def read_word(self, addr: int) -> int:
        """A word of the child's memory."""
        value = self.ask(PTRACE_PEEKTEXT if addr in self.places else PTRACE_PEEKDATA, addr)
        self.found(addr, value)
        return value

    def write_word(self, addr: int, value: int) -> None:
        """Writes a word of the child's memory."""
        self.ask(PTRACE_POKETEXT if addr in self.places else PTRACE_POKEDATA, addr, value)
        self.found(addr, signed(word_bytes(value)))

    def found(self, addr: int, value: int) -> None:
        """Writes down a word; of the text, also which instruction it is."""
        if addr in self.places:
            self.text[addr] = value
            words = disassembled(word_bytes(value), addr, self.labels)
            self.note("text", addr, words)
        else:
            self.note("word", addr, value)

    def read_stack(self) -> int:
        """The words on the stack, from its pointer up; how many there were."""
        sp = self.registers.get("sp") or self.read_register("sp")
        places = range(sp, self.session.layout.highest, SIZE)[:STACKED]
        for addr in places:
            self.read_word(addr)
        return len(places)

    def where(self, addr: int) -> str:
        """An address by the label before it."""
        before = [(at, name) for name, at in self.labels.items() if at <= addr]
        if not before or addr not in (*self.places, *self.data):
            return f"{addr:#x}"
        at, name = max(before)
        return name if at == addr else f"{name}+{addr - at}"
