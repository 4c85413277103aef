"""The commands of a debugger, as a person writes them, and what they answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kernel_model.debugger.child import DebugError, Prepare
from kernel_model.debugger.core import LOOKS, Core
from kernel_model.debugger.written import (
    FORMS,
    HELP,
    SHORT,
    Done,
    count_of,
    number,
    place_of,
    signal_number,
)
from kernel_model.instructions import SIZE, Program, disassembled
from kernel_model.tracewords import REGISTERS, word_bytes


class Debugger:
    """A debugger of a program; the same commands give the same bytes.

    personality  of the kernel
    uid          of the debugger and its child
    prepare      is given the kernel before anything runs
    look         what is read whenever the child stops: registers, data, stack
    """

    def __init__(
        self,
        program: Program,
        personality: str = "classic",
        uid: int = 1000,
        prepare: Prepare | None = None,
        look: Iterable[str] = ("registers",),
    ) -> None:
        self.given = program, personality, uid, prepare, tuple(look)
        self.run()

    def run(self) -> Done:
        """Runs the program from its beginning, on a fresh kernel."""
        program, personality, uid, prepare, look = self.given
        self.core = Core(program, personality, uid, prepare, set(look))
        self.child = self.core.child
        self.done: list[Done] = []
        self._before = 0, 0
        return self._note("run", self._begin)

    def again(self) -> Done:
        """The same, with the breakpoints that there are."""
        where = [self.child.where(addr) for addr in self.core.breaks]
        begun = self.run()
        for place in where:
            self.do(f"break {place}")
        return begun

    def do(self, text: str) -> Done:
        """Does a command; what cannot be done is in the answer."""
        if text.split() == ["run"]:
            return self.again()
        return self._note(text.strip(), lambda: self._command(text))

    def _note(self, text: str, act: Callable[[], str]) -> Done:
        bad, core = False, self.core
        try:
            answer = act()
        except DebugError as error:
            told = str(error)
            own = told.startswith(self.child.program.name)
            bad, answer = True, f"{told if own else told[:1].upper() + told[1:]}."
        now = core.session.calls.get("ptrace", 0), core.session.k.cost.switches
        calls, switches = (a - b for a, b in zip(now, self._before, strict=True))
        self._before = now
        made = Done(
            text, answer, bad, calls, switches, len(core.session.chunks), len(self.child.facts)
        )
        self.done.append(made)
        return made

    def _begin(self) -> str:
        """What is done at the first stop, at the exec: the text is read."""
        self.core.arrive()
        for addr in self.child.places if self.core.session.reads else ():
            self.child.read_word(addr)
        return self._stopped()

    def _command(self, text: str) -> str:
        words = text.split()
        if not words:
            raise DebugError(f"commands are {HELP}")
        name, given = SHORT.get(words[0], words[0]), words[1:]
        if name == "run":
            raise DebugError(f"run takes {FORMS[name]}")
        if name not in COMMANDS:
            raise DebugError(f"{words[0]!r} is no command; commands are {HELP}")
        act, least, most = COMMANDS[name]
        if not least <= len(given) <= most:
            raise DebugError(f"{name} takes {FORMS[name]}")
        return act(self, *given)

    def _stopped(self) -> str:
        """Where the child is, when it has run; what is to be seen there is read."""
        core, name = self.core, self.child.program.name
        if core.session.over:
            ((how, what),) = core.session.status.items()
            ended = f"{name} has ended with exit code {what}"
            return f"{what} has ended {name}." if how == "signaled" else f"{ended}."
        if core.stopped is None:
            return f"{name} sleeps, and nothing has stopped it. A signal would: send SIGUSR1."
        core.look_around()
        pc = self.child.registers["pc"]
        word = core.breaks.get(pc, self.child.text.get(pc, 0))
        shown = disassembled(word_bytes(word), pc, self.child.labels)
        at = f"at {self.child.where(pc)}: {shown}" if pc in self.child.places else f"at {pc:#x}"
        why = "a breakpoint" if pc in core.breaks else core.stopped
        return f"{name} is stopped by {why} {at}."

    # Commands

    def _break(self, place: str) -> str:
        addr = place_of(self.child.labels, place)
        self.core.plant(addr)
        return f"A breakpoint is written at {self.child.where(addr)}."

    def _clear(self, place: str) -> str:
        addr = place_of(self.child.labels, place)
        self.core.take_out(addr)
        return f"The instruction at {self.child.where(addr)} is written back."

    def _step(self, count: str = "1") -> str:
        for _ in range(count_of(count)):
            self.core.step()
            if self.core.stopped is None:
                break
        return self._stopped()

    def _continue(self, sig: str = "") -> str:
        self.core.go_on(signal_number(sig) if sig else 0)
        return self._stopped()

    def _kill(self) -> str:
        self.core.kill()
        return self._stopped()

    def _read(self, place: str, count: str = "1") -> str:
        addr = place_of(self.child.labels, place)
        words = [self.child.read_word(addr + SIZE * n) for n in range(count_of(count))]
        return f"{self.child.where(addr)}: {', '.join(map(str, words))}."

    def _write(self, place: str, value: str) -> str:
        addr = place_of(self.child.labels, place)
        if addr in self.core.breaks:
            raise DebugError(f"there is a breakpoint at {self.child.where(addr)}: clear it first")
        self.child.write_word(addr, number(value))
        return f"{self.child.where(addr)} is {number(value)} now."

    def _registers(self) -> str:
        found = [f"{name} {self.child.read_register(name):#x}" for name in REGISTERS]
        return f"{', '.join(found)}."

    def _set(self, name: str, value: str) -> str:
        if name not in REGISTERS:
            raise DebugError(f"there is no register {name!r}; there are {', '.join(REGISTERS)}")
        self.child.write_register(name, number(value))
        return f"{name} is {number(value)} now."

    def _stack(self) -> str:
        return f"{self.child.read_stack()} words of the stack are read."

    def _send(self, sig: str) -> str:
        core, number = self.core, signal_number(sig)
        if core.session.gone:
            raise DebugError(
                f"{self.child.program.name} has ended: nobody is there to be signalled"
            )
        slept = core.session.waiting is not None
        core.session.send(number)
        if slept and core.session.waiting is None:
            self.child.note("ran")
            core.arrive()
            return self._stopped()
        return f"{sig} is sent, and pending until {self.child.program.name} runs."

    def _look(self, what: str, on: str = "on") -> str:
        if what not in LOOKS or on not in ("on", "off"):
            raise DebugError(f"look takes one of {', '.join(LOOKS)}, and on or off")
        (self.core.look.add if on == "on" else self.core.look.discard)(what)
        if on == "on" and self.core.session.reads:
            self.core.look_around()
        how = "are" if what != "stack" else "is"
        return f"{what} {how} read at each stop {'from now on' if on == 'on' else 'no more'}."


COMMANDS: dict[str, tuple[Callable[..., str], int, int]] = {
    "break": (Debugger._break, 1, 1), "clear": (Debugger._clear, 1, 1),
    "step": (Debugger._step, 0, 1), "continue": (Debugger._continue, 0, 1),
    "kill": (Debugger._kill, 0, 0), "read": (Debugger._read, 1, 2),
    "write": (Debugger._write, 2, 2), "registers": (Debugger._registers, 0, 0),
    "set": (Debugger._set, 2, 2), "stack": (Debugger._stack, 0, 0),
    "send": (Debugger._send, 1, 1), "look": (Debugger._look, 1, 2),
}  # fmt: skip
