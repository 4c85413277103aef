"""The commands of a debugger, as a person writes them, and what they answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kernel_model.constants import SIGNALS
from kernel_model.debugger.core import LOOKS, Core, DebugError, Prepare
from kernel_model.instructions import SIZE, Program, disassembled
from kernel_model.tracewords import REGISTERS, word_bytes

HELP = "break, clear, step, continue, kill, read, write, registers, set, stack, send, look"
SHORT = {"b": "break", "s": "step", "c": "continue", "k": "kill", "r": "registers", "x": "read",
         "w": "write"}  # fmt: skip
MOST = 64  # steps, or words, of one command


@dataclass(frozen=True, slots=True)
class Done:
    """A command with its answer, and what it has cost; `chunks` are the calls up to its end."""

    text: str
    answer: str
    bad: bool  # it could not be done
    calls: int  # of ptrace
    switches: int  # context switches
    chunks: int
    facts: int

    def __repr__(self) -> str:
        cost = f"{self.calls} calls of ptrace, {self.switches} context switches"
        return f"{self.text}: {self.answer} ({cost})"


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
        self.core = Core(program, personality, uid, prepare, set(look))
        self.done: list[Done] = []
        self._before = 0, 0
        self._note("run", self._begin)

    def do(self, text: str) -> Done:
        """Does a command; what cannot be done is in the answer."""
        return self._note(text.strip(), lambda: self._command(text))

    def _note(self, text: str, act: Callable[[], str]) -> Done:
        bad, core = False, self.core
        try:
            answer = act()
        except DebugError as error:
            told = str(error)
            own = told.startswith(core.program.name)
            bad, answer = True, f"{told if own else told[:1].upper() + told[1:]}."
        now = core.session.calls.get("ptrace", 0), core.session.k.cost.switches
        calls, switches = (a - b for a, b in zip(now, self._before, strict=True))
        self._before = now
        made = Done(text, answer, bad, calls, switches, len(core.session.chunks), len(core.facts))
        self.done.append(made)
        return made

    def _begin(self) -> str:
        """What is done at the first stop, at the exec: the text is read."""
        self.core.arrive()
        for addr in self.core.places if self.core.session.reads else ():
            self.core.read_word(addr)
        return self._stopped()

    def _command(self, text: str) -> str:
        words = text.split()
        if not words:
            raise DebugError(f"commands are {HELP}")
        name, given = SHORT.get(words[0], words[0]), words[1:]
        if name not in COMMANDS:
            raise DebugError(f"{words[0]!r} is no command; commands are {HELP}")
        act, least, most = COMMANDS[name]
        if not least <= len(given) <= most:
            raise DebugError(f"{name} takes {FORMS[name]}")
        return act(self, *given)

    def _stopped(self) -> str:
        """Where the child is, when it has run; what is to be seen there is read."""
        core, name = self.core, self.core.program.name
        if core.session.over:
            ((how, what),) = core.session.status.items()
            ended = f"{name} has ended with exit code {what}"
            return f"{what} has ended {name}." if how == "signaled" else f"{ended}."
        if core.stopped is None:
            return f"{name} sleeps, and nothing has stopped it. A signal would: send SIGUSR1."
        core.look_around()
        pc = core.registers["pc"]
        word = core.breaks.get(pc, core.text.get(pc, 0))
        shown = disassembled(word_bytes(word), pc, core.labels)
        at = f"at {core.where(pc)}: {shown}" if pc in core.places else f"at {pc:#x}"
        why = "a breakpoint" if pc in core.breaks else core.stopped
        return f"{name} is stopped by {why} {at}."

    # Commands

    def _break(self, place: str) -> str:
        addr = self._place(place)
        self.core.plant(addr)
        return f"A breakpoint is written at {self.core.where(addr)}."

    def _clear(self, place: str) -> str:
        addr = self._place(place)
        self.core.take_out(addr)
        return f"The instruction at {self.core.where(addr)} is written back."

    def _step(self, count: str = "1") -> str:
        for _ in range(self._count(count)):
            self.core.step()
            if self.core.stopped is None:
                break
        return self._stopped()

    def _continue(self, sig: str = "") -> str:
        self.core.go_on(self._signal(sig) if sig else 0)
        return self._stopped()

    def _kill(self) -> str:
        self.core.kill()
        return self._stopped()

    def _read(self, place: str, count: str = "1") -> str:
        addr = self._place(place)
        words = [self.core.read_word(addr + SIZE * n) for n in range(self._count(count))]
        return f"{self.core.where(addr)}: {', '.join(map(str, words))}."

    def _write(self, place: str, value: str) -> str:
        addr = self._place(place)
        if addr in self.core.breaks:
            raise DebugError(f"there is a breakpoint at {self.core.where(addr)}: clear it first")
        self.core.write_word(addr, self._number(value))
        return f"{self.core.where(addr)} is {self._number(value)} now."

    def _registers(self) -> str:
        found = [f"{name} {self.core.read_register(name):#x}" for name in REGISTERS]
        return f"{', '.join(found)}."

    def _set(self, name: str, value: str) -> str:
        if name not in REGISTERS:
            raise DebugError(f"there is no register {name!r}; there are {', '.join(REGISTERS)}")
        self.core.write_register(name, self._number(value))
        return f"{name} is {self._number(value)} now."

    def _stack(self) -> str:
        return f"{self.core.read_stack()} words of the stack are read."

    def _send(self, sig: str) -> str:
        core, number = self.core, self._signal(sig)
        if core.session.gone:
            raise DebugError(f"{core.program.name} has ended: nobody is there to be signalled")
        slept = core.session.waiting is not None
        core.session.send(number)
        if slept and core.session.waiting is None:
            core.note("ran")
            core.arrive()
            return self._stopped()
        return f"{sig} is sent, and pending until {core.program.name} runs."

    def _look(self, what: str, on: str = "on") -> str:
        if what not in LOOKS or on not in ("on", "off"):
            raise DebugError(f"look takes one of {', '.join(LOOKS)}, and on or off")
        (self.core.look.add if on == "on" else self.core.look.discard)(what)
        if on == "on" and self.core.session.reads:
            self.core.look_around()
        how = "are" if what != "stack" else "is"
        return f"{what} {how} read at each stop {'from now on' if on == 'on' else 'no more'}."

    # What is written

    def _place(self, text: str) -> int:
        """An address: a number, a label, or a label and so many bytes after it."""
        label, _, more = text.partition("+")
        if label in self.core.labels:
            return self.core.labels[label] + (self._number(more) if more else 0)
        try:
            return int(text, 0)
        except ValueError:
            known = ", ".join(self.core.labels)
            raise DebugError(f"{text!r} is no address and no label; labels are {known}") from None

    def _number(self, text: str) -> int:
        try:
            return int(text, 0)
        except ValueError:
            raise DebugError(f"{text!r} is no number") from None

    def _count(self, text: str) -> int:
        count = self._number(text)
        if not 1 <= count <= MOST:
            raise DebugError(f"{count} times is not from 1 to {MOST}")
        return count

    def _signal(self, text: str) -> int:
        if text not in SIGNALS:
            raise DebugError(f"there is no signal {text!r}, such as SIGUSR1")
        return SIGNALS[text]


COMMANDS: dict[str, tuple[Callable[..., str], int, int]] = {
    "break": (Debugger._break, 1, 1), "clear": (Debugger._clear, 1, 1),
    "step": (Debugger._step, 0, 1), "continue": (Debugger._continue, 0, 1),
    "kill": (Debugger._kill, 0, 0), "read": (Debugger._read, 1, 2),
    "write": (Debugger._write, 2, 2), "registers": (Debugger._registers, 0, 0),
    "set": (Debugger._set, 2, 2), "stack": (Debugger._stack, 0, 0),
    "send": (Debugger._send, 1, 1), "look": (Debugger._look, 1, 2),
}  # fmt: skip
FORMS = {
    "break": "a place", "clear": "a place", "step": "at most a number",
    "continue": "at most a signal", "kill": "nothing", "read": "a place, and how many words",
    "write": "a place and a number", "registers": "nothing", "set": "a register and a number",
    "stack": "nothing", "send": "a signal", "look": "registers, data or stack, and on or off",
}  # fmt: skip
