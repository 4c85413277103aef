"""What can run a scenario: the model, a student's kernel, the machine's own kernel.

A target is given one stimulus at a time, with its arguments resolved and without expectations,
and answers with an outcome: plain JSON, strings holding one byte a character (latin-1).

    {"ret": V, ...}            returned; outputs beside it: data mtype status name from prev set
                               fields, and r and w of a pipe
    {"errno": NAME}            failed; "why" in words where the target knows
    {"blocks": true}           went to sleep; "on" names the event where the target knows
    {"ends": STATUS}           the process ended in the call
    {"execs": true}            the image was replaced
    {"raised": TEXT}           the code under test broke; "file", "line" where they are known, or
                               "cell" of a notebook; "clause": TEXT is a clause of its own, such
                               as "it gives back bytes", and no exception
    {"unsupported": WHY}       the target does not know this call or this flag
"""

from dataclasses import dataclass, field
from typing import Any, Protocol

Outcome = dict[str, Any]


@dataclass(slots=True)
class Setup:
    """The processes a scenario begins with, in the order in which they start, and its limits."""

    uids: dict[str, int]
    gids: dict[str, int] = field(default_factory=dict)  # default: gid = uid
    limits: dict[str, int] = field(default_factory=dict)


class Unsupported(Exception):
    """This target does not know what the scenario asks for; counts as failed for the model."""


class Lost(Exception):
    """The target has ended in the middle of a run, and no more can be asked of it."""


class Skip(Exception):
    """This machine cannot run the scenario (no right to change uids, no System V IPC, ...)."""


class Target(Protocol):
    """One machine with processes; `start` makes it afresh for each scenario."""

    name: str  # model, linux or student
    personality: str  # classic or linux: which scoped steps it takes part in

    def start(self, setup: Setup) -> None:
        """A fresh machine with the processes of `setup`; raises Unsupported or Skip."""

    def close(self) -> None:
        """Ends every process and frees what `start` made; may be called twice."""

    def resolve(self, kind: str, value: Any) -> Any:
        """What `{"key": 1}`, `{"pid": "B"}`, `{"path": "f"}` and `{"free_addr": 1}` mean here."""

    def constants(self) -> dict[str, int]:
        """Names that `{"expr": ...}` may use: PAGE, PIPE_BUF, the limits in force, ..."""

    def call(self, proc: str, call: str, args: list[Any]) -> Outcome:
        """`proc` makes a call; comes back when it returned, failed, ended or is asleep."""

    def finished(self, proc: str) -> Outcome | None:
        """The outcome of the call that slept, given once; None while it is still asleep."""

    def asleep(self, proc: str) -> bool:
        """Its call is still asleep."""

    def ended(self, proc: str) -> dict[str, Any] | None:
        """{"exited": 0} or {"signaled": "SIGKILL"}; None while it lives."""

    def state(self, proc: str) -> str:
        """runs, asleep, stopped or ended."""

    def view(self) -> dict[str, Any]:
        """Every kernel table as plain JSON; {} where they cannot be seen."""
