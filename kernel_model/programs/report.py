"""What all interleavings of programs have shown, in words and as a shortest bad schedule."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from kernel_model.programs.explored import LIMIT, Graph, graph_of
from kernel_model.programs.members import Programs
from kernel_model.programs.run import INSIDE
from kernel_model.waiting import verdict_of

TOGETHER = "at the same time"


@dataclass(frozen=True)
class Explored:
    """The verdict on programs; `schedule` (places of processes) leads to the first thing wrong.

    states, steps, ends   how many there are; an end is a state in which nobody has a turn
    exclusion             never two in their critical sections who must not be; None: not known
    deadlock_free         every end is one at which all programs have ended
    right                 what they return is right, wherever all have ended
    """

    states: int
    steps: int
    ends: int
    exclusion: bool | None
    deadlock_free: bool | None
    right: bool | None
    why: str
    schedule: list[int] | None
    names: tuple[str, ...]
    marked: bool = True  # somebody has a critical section

    @property
    def verdict(self) -> str:
        """All of it in a sentence or two."""
        if self.schedule is not None:
            turns = ", ".join(self.names[p] for p in self.schedule)
            return f"After {len(self.schedule)} turns ({turns}): {self.why}"
        if self.exclusion is None:
            return f"Not finished: nothing is wrong in the first {self.states:,} states."
        never = "never two in their critical sections, and " if self.marked else ""
        return (
            f"All {self.states:,} states are looked at: {never}"
            f"on every way all programs come to their ends."
        )

    def __repr__(self) -> str:
        return f"<Explored: {self.verdict}>"

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.verdict)}</p>"


def explore(programs: Programs, limit: int = LIMIT) -> Explored:
    """Takes every choice of whose turn it is, as far as the limit of states allows."""
    return explored(graph_of(programs, limit))


def explored(graph: Graph) -> Explored:
    """The verdict on a graph."""
    first: dict[str, tuple[str, list[int]]] = {}
    for number, way in graph.shortest():
        state = graph.states[number]
        if state.wrong and TOGETHER in state.wrong:
            first.setdefault("exclusion", (state.wrong, way))
        elif state.wrong:
            first.setdefault("right", (state.wrong, way))
        elif state.left and not state.moves and graph.finished:
            told = verdict_of(state.waits) or f"{' and '.join(state.left)} sleep for ever."
            first.setdefault("deadlock", (told, way))
    held = {name: name not in first for name in ("exclusion", "deadlock", "right")}
    known = {name: ok if graph.finished or not ok else None for name, ok in held.items()}
    bad = next((first[name] for name in held if name in first), None)
    return Explored(
        len(graph.states),
        sum(len(state.moves) for state in graph.states),
        sum(not state.moves for state in graph.states),
        known["exclusion"],
        known["deadlock"],
        known["right"],
        bad[0] if bad else "",
        bad[1] if bad else None,
        tuple(graph.names),
        any(INSIDE in state.phases for state in graph.states),
    )
