"""A trace that is taken piece by piece, and does not grow with every instruction of a long run."""

from __future__ import annotations

from kernel_model.process import Process
from kernel_model.trace import Event, Trace

FIRST = 12  # instructions of a run that are told; of the others, how many there were


class Recorder(Trace):
    """A trace of a debugger and its child."""

    made = 0  # instructions since the events were last taken

    def event(self, kind: str, p: Process, text: str) -> None:
        """Records what happens, but only the first instructions of a run."""
        if kind == "instruction":
            self.made += 1
            if self.made > FIRST:
                return
        elif self.made > FIRST:
            left, self.made = self.made - FIRST, 0
            super().event("instruction", p, f"{p.name} makes {left} more instructions")
        super().event(kind, p, text)

    def take(self) -> list[Event]:
        """The events since they were last taken; from now on, only new ones."""
        found = self.events
        self._log.clear()
        self._views[:] = [(0, self._view)]
        self.made = 0
        return found
