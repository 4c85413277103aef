"""Who has taken what, and who gives it: a ledger of semaphores, messages and mutexes, for pictures.

The kernel keeps no such book, but for SEM_UNDO. Whoever runs programs sees all that they do.
"""

from __future__ import annotations

import re
from typing import Any

from kernel_model.process import Call
from kernel_model.programs.asking import Request
from kernel_model.waiting import GIVES, HAS

Thing = tuple[Any, ...]  # what is taken and given: its kind, which one
SEMAPHORE = re.compile(r"sema\[(\d+)\]\.sem\[(\d+)\]\.increase")
MUTEX = {"pthread_mutex_lock": -1, "pthread_mutex_unlock": 1}


class Ledger:
    """Of each thing, what each process has given less what it has taken."""

    def __init__(self) -> None:
        self.of: dict[Thing, dict[str, int]] = {}

    def note(self, name: str, call: Call) -> None:
        """Enters a call that has returned."""
        if call.state != "returned":
            return
        if call.name == "semop":
            for num, op, *_ in call.args[1]:
                self._add(("semaphore", call.args[0], num), name, op)
        elif call.name == "msgsnd":
            self._add(("message", call.args[0], call.args[1]), name, 1)
        elif call.name == "msgrcv":
            self._add(("message", call.args[0], call.out.get("mtype")), name, -1)
        elif call.name in MUTEX:
            self._add(("mutex", call.args[0]), name, MUTEX[call.name])

    def _add(self, thing: Thing, name: str, change: int) -> None:
        of = self.of.setdefault(thing, {})
        of[name] = of.get(name, 0) + change

    def could(self, asks: Request, event: str) -> tuple[str, list[str]] | None:
        """Who gives what a sleeper asks for more than it takes; else who has taken it.

        None: the ledger does not tell.
        """
        of = self.of.get(_wanted(asks, event), {})
        for how, sign in ((GIVES, 1), (HAS, -1)):
            names = [name for name, balance in of.items() if balance * sign > 0]
            if names:
                return how, names
        return None


def _wanted(asks: Request, event: str) -> Thing:
    """What a process that sleeps on an event in this call wants."""
    hit = SEMAPHORE.fullmatch(event)
    if asks.name == "semop" and hit:
        return "semaphore", asks.args[0], int(hit[2])
    if asks.name == "msgrcv":
        return "message", asks.args[0], asks.args[2]
    return ("mutex", asks.args[0]) if asks.name == "pthread_mutex_lock" else ()
