"""Programs as a widget: the reader is the scheduler, and every state is in the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import anywidget
import traitlets

from kernel_model.programs.chance import chosen
from kernel_model.programs.members import Programs
from kernel_model.view.bundles import beside_widget, pictured
from kernel_model.view.interleavings.pictures import RULES
from kernel_model.view.pictures import Picture, style
from kernel_model.view.player.widget import static
from kernel_model.view.programs.pack import payload
from kernel_model.view.programs.snapshot import snapshot_of
from kernel_model.view.programs.subject import Subject, subject_of


class Drive(anywidget.AnyWidget):
    """Programs to be driven; `turns` (places of processes, from 0) is the schedule so far."""

    _esm = static("parts.js") + static("interleave.js")
    _css = style.css() + RULES + static("player.css") + static("interleave.css")
    data = traitlets.Dict().tag(sync=True)
    turns = traitlets.List(traitlets.Int()).tag(sync=True)

    def __init__(self, title: str, subject: Subject, turns: Sequence[int], seed: int) -> None:
        """Programs at the end of some turns; see programs/pack.py."""
        self.title, self.subject, self.report = title, subject, subject.report
        super().__init__(data=payload(title, subject, seed), turns=list(turns))

    def __repr__(self) -> str:
        graph = self.subject.graph
        more = "" if graph.finished else "more than "
        count = f"{len(graph.names)} processes, {more}{len(graph.states):,} states"
        return f"<Drive {self.title!r}, {count}>"

    def snapshot(self) -> Picture:
        """Where the schedule has led, as a picture that does not move."""
        return snapshot_of(self.title, self.subject, list(self.turns))

    def _repr_mimebundle_(self, **given: Any) -> Any:
        """The widget, and for pages without widgets a picture and words."""
        made = super()._repr_mimebundle_(**given)
        return beside_widget(made, pictured(self, self.snapshot()))


def drive(
    programs: Programs, schedule: str | Sequence[int | str], seed: int | None, title: str
) -> Drive:
    """The widget of programs. See `kernel_model.view.drive`."""
    subject = subject_of(programs)
    names = subject.graph.names
    if seed is not None:
        turns = chosen(programs, seed)
    elif schedule == "bad":
        turns = subject.report.schedule or []
    elif isinstance(schedule, str):
        raise ValueError(f"schedule {schedule!r}: give turns, or 'bad'")
    else:
        turns = [_place(names, one) for one in schedule]
    subject.follow(turns)
    return Drive(title, subject, turns, 1 if seed is None else seed)


def _place(names: list[str], one: int | str) -> int:
    if isinstance(one, int):
        return one
    if one not in names:
        raise ValueError(f"there is no process {one!r}; there are {', '.join(names)}")
    return names.index(one)
