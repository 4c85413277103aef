"""Who has taken what, and who gives it: a ledger of semaphores and messages for pictures.

The kernel keeps no such book, but for SEM_UNDO. Whoever runs programs sees all that they do.
"""

from __future__ import annotations

from collections.abc import Iterable

from kernel_model.process import Call
from kernel_model.waiting import GIVES, HAS


class Ledger:
    """For each event somebody may sleep on, what each process has given, less what it took."""

    def __init__(self) -> None:
        self.of: dict[str, dict[str, int]] = {}

    def note(self, name: str, call: Call) -> None:
        """Enters a call that has returned."""
        if call.state != "returned":
            return
        slot = call.args[0] % 1000 if call.args and isinstance(call.args[0], int) else 0
        if call.name == "semop":
            for num, op, *_ in call.args[1]:
                self._add(f"sema[{slot}].sem[{num}].increase", name, op)
        elif call.name in ("msgsnd", "msgrcv"):
            sign = 1 if call.name == "msgsnd" else -1
            self._add(f"msgque[{slot}].arrival", name, sign)
            self._add(f"msgque[{slot}].space", name, -sign)
        elif call.name in ("pthread_mutex_lock", "pthread_mutex_unlock"):
            self._add(f"mutex:{call.args[0]}", name, 1 if call.name.endswith("unlock") else -1)

    def _add(self, event: str, name: str, change: int) -> None:
        of = self.of.setdefault(event, {})
        of[name] = of.get(name, 0) + change

    def could(self, events: Iterable[str]) -> dict[str, tuple[str, list[str]]]:
        """By event: who gives more than it takes; else who has taken and not given back."""
        found: dict[str, tuple[str, list[str]]] = {}
        for event in events:
            of = self.of.get(event, {})
            for how, sign in ((GIVES, 1), (HAS, -1)):
                names = [name for name, balance in of.items() if balance * sign > 0]
                if names:
                    found.setdefault(event, (how, names))
        return found
