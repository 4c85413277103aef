"""What is written to a debugger, and what it answers: the words of commands, places, numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kernel_model.constants import SIGNALS
from kernel_model.debugger.child import DebugError

HELP = "run, break, clear, step, continue, kill, read, write, registers, set, stack, send, look"
SHORT = {"b": "break", "s": "step", "c": "continue", "k": "kill", "r": "registers", "x": "read",
         "w": "write"}  # fmt: skip
MOST = 64  # steps, or words, of one command
FORMS = {
    "run": "nothing", "break": "a place", "clear": "a place", "step": "at most a number",
    "continue": "at most a signal", "kill": "nothing", "read": "a place, and how many words",
    "write": "a place and a number", "registers": "nothing", "set": "a register and a number",
    "stack": "nothing", "send": "a signal", "look": "registers, data or stack, and on or off",
}  # fmt: skip


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


def place_of(labels: Mapping[str, int], text: str) -> int:
    """An address: a number, a label, or a label and so many bytes after it."""
    label, _, more = text.partition("+")
    if label in labels:
        return labels[label] + (number(more) if more else 0)
    try:
        return int(text, 0)
    except ValueError:
        known = ", ".join(labels)
        raise DebugError(f"{text!r} is no address and no label; labels are {known}") from None


def number(text: str) -> int:
    """A number, decimal or hexadecimal."""
    try:
        return int(text, 0)
    except ValueError:
        raise DebugError(f"{text!r} is no number") from None


def count_of(text: str) -> int:
    """How often, or how many: from 1 to MOST."""
    count = number(text)
    if not 1 <= count <= MOST:
        raise DebugError(f"{count} times is not from 1 to {MOST}")
    return count


def signal_number(text: str) -> int:
    """The number of a signal's name."""
    if text not in SIGNALS:
        raise DebugError(f"there is no signal {text!r}, such as SIGUSR1")
    return SIGNALS[text]
