"""Programs that were searched, with what is shown of each of their states."""

from __future__ import annotations

from dataclasses import dataclass, field

from kernel_model.programs.explored import Graph, State, graph_of
from kernel_model.programs.members import Programs
from kernel_model.programs.report import Explored, explored
from kernel_model.view.interleavings.listing import Row
from kernel_model.view.pictures import Picture
from kernel_model.view.pictures.waiting import wait_for
from kernel_model.view.programs.listing import rows_of
from kernel_model.view.programs.objects import objects
from kernel_model.waiting import GIVES, Wait, verdict_of

PAGE = 1500  # states that a page has, at most
HOPELESS = "Whatever happens now, not all programs come to their ends."


@dataclass(slots=True)
class Subject:
    """A graph, its verdict, its listing, and what is known of all ways from each state."""

    graph: Graph
    report: Explored
    rows: list[Row]
    hopeless: set[int]
    wakers: list[dict[int, int]]
    _pictures: dict[int, tuple[Picture, Picture]] = field(default_factory=dict)

    def wrong(self, at: int) -> str:
        """What is wrong with a state by itself."""
        state = self.graph.states[at]
        if state.wrong or state.moves or not state.left or not self.graph.finished:
            return state.wrong
        return self.verdict(at) or f"{' and '.join(state.left)} sleep for ever."

    def note(self, at: int) -> str:
        """What else there is to say: that all is lost."""
        return HOPELESS if at in self.hopeless and not self.wrong(at) else ""

    def waits(self, at: int) -> list[Wait]:
        """Who waits for whom: those who will wake it, on some way; else who has what it wants."""
        state, names = self.graph.states[at], self.graph.names
        found = []
        for one in state.waits:
            bits = self.wakers[at].get(names.index(one.proc), 0) if one.proc in names else 0
            of = tuple(name for p, name in enumerate(names) if bits >> p & 1)
            found.append(Wait(one.proc, one.event, of, GIVES) if of else one)
        return found

    def verdict(self, at: int) -> str:
        """Who waits for ever, in a sentence."""
        state = self.graph.states[at]
        told = verdict_of(self.waits(at))
        if told or not self.graph.finished:
            return told
        names = self.graph.names
        lost = [name for p, name in enumerate(names)
                if state.phases[p] == "asleep" and not self.wakers[at].get(p)]  # fmt: skip
        return f"Nobody will wake {' or '.join(lost)}." if lost else ""

    def pictures(self, at: int) -> tuple[Picture, Picture]:
        """What they share, and who waits for whom."""
        if at not in self._pictures:
            view = self.graph.states[at].view
            waiting = wait_for(view, self.waits(at), self.verdict(at))
            self._pictures[at] = objects(view), waiting
        return self._pictures[at]

    def follow(self, turns: list[int]) -> list[int]:
        """The states that a schedule comes through; raises ValueError where it cannot go on."""
        found = [0]
        for p in turns:
            state = self.graph.states[found[-1]]
            if p not in state.moves:
                raise ValueError(f"turn {len(found)}: {self._cannot(state, p)}")
            found.append(state.moves[p][0])
        return found

    def _cannot(self, state: State, p: int) -> str:
        if not 0 <= p < len(self.graph.names):
            return f"{p}; the processes are 0 to {len(self.graph.names) - 1}"
        if not self.graph.finished and state.phases[p] not in ("asleep", "ended", "failed"):
            return f"only the first {len(self.graph.states):,} states are looked at, not this one"
        return f"{self.graph.names[p]} cannot go on, it is {state.phases[p]}"


def subject_of(programs: Programs, limit: int = PAGE) -> Subject:
    """Searches programs and says what there is to say."""
    graph = graph_of(programs, limit)
    return Subject(graph, explored(graph), rows_of(programs), graph.hopeless(), graph.wakers())
