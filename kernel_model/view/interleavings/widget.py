"""Interleavings as a widget: the reader is the scheduler, and everything is in the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import anywidget
import traitlets

from kernel_model.explore.cells import LockError
from kernel_model.explore.lock import Lock
from kernel_model.view.bundles import beside_widget, pictured
from kernel_model.view.interleavings.machine import Machine
from kernel_model.view.interleavings.pack import drawing, payload
from kernel_model.view.interleavings.pictures import RULES
from kernel_model.view.interleavings.snapshot import snapshot_of
from kernel_model.view.interleavings.subject import Subject, subject
from kernel_model.view.pictures import Picture, style
from kernel_model.view.player.widget import static


class Interleave(anywidget.AnyWidget):
    """Interleavings to be chosen; `turns` (places of processors, from 0) is the schedule so far."""

    _esm = static("parts.js") + static("interleave.js")
    _css = style.css() + RULES + static("player.css") + static("interleave.css")
    data = traitlets.Dict().tag(sync=True)
    turns = traitlets.List(traitlets.Int()).tag(sync=True)

    def __init__(self, title: str, subject: Subject, turns: Sequence[int]) -> None:
        """A lock or system at the end of some turns; see interleavings/pack.py."""
        self.title, self.subject, self.machine = title, subject, subject.machine
        self.graph = drawing(subject.machine, subject.bad)
        super().__init__(data=payload(title, subject, self.graph), turns=list(turns))

    def __repr__(self) -> str:
        many = "more than can be said" if self.subject.states is None else self.subject.states
        told = f"{many:,}" if isinstance(many, int) else many
        count = len(self.machine.members)
        return f"<Interleave {self.title!r}, {count} processors, {told} states>"

    def snapshot(self) -> Picture:
        """Where the schedule has led, as a picture that does not move."""
        return snapshot_of(self.title, self.subject, self.turns)

    def _repr_mimebundle_(self, **given: Any) -> Any:
        """The widget, and for pages without widgets a picture and words."""
        made = super()._repr_mimebundle_(**given)
        return beside_widget(made, pictured(self, self.snapshot()))


def interleave(
    text: str, processors: int | None, schedule: str | Sequence[int], title: str
) -> Interleave:
    """The widget of a lock or system. See `kernel_model.view.interleave`."""
    found = subject(text, processors)
    turns, count = _turns(found.machine, schedule), len(found.machine.members)
    if not all(p in range(count) for p in turns):
        raise ValueError(f"schedule {turns}: the processors are 0 to {count - 1} here")
    return Interleave(title, found, turns)


def _turns(machine: Machine, schedule: str | Sequence[int]) -> Sequence[int]:
    """A schedule as turns; "bad" is the one that breaks the lock."""
    if not isinstance(schedule, str):
        return schedule
    if schedule != "bad":
        raise ValueError(f"schedule {schedule!r}: give turns, or 'bad'")
    return machine.stem + machine.cycle


def given(what: Any) -> str:
    """The text of a lock: one that is given, or that of functions. Raises LockError."""
    from kernel_model.explore.lock import lock

    if isinstance(what, str):
        return what if isinstance(what, Lock) else str(what)
    if not isinstance(what, list | tuple):
        raise LockError(f"{what!r} is no lock: give its text, or its functions")
    return lock(*what)
