"""States that were seen of kernels, by their digests, and their tables as JSON when asked for."""

from __future__ import annotations

from dataclasses import dataclass

from kernel_model.changes import Looks, merged
from kernel_model.invariants import View
from kernel_model.states import State

MOST = 4096  # that are kept, whoever was in them
LONGEST = 1 << 15  # characters of the JSON of one that is kept; the kernel's own have fewer
MOST_TEXT = 1 << 23  # characters of all that are: in memory they take some twenty times as much


@dataclass(slots=True, eq=False)
class Seen:
    """A state, and its tables as JSON once somebody asked for them."""

    state: State
    view: View | None = None
    size: int = 0  # characters of its JSON, if somebody else showed it


class Views:
    """Tables as JSON, of one state after another: what is as before is the same object."""

    def __init__(self) -> None:
        self.looks = Looks()
        self.last: View = {}

    def of(self, one: Seen) -> View:
        """The tables of a state; raises whatever comes of what no tables are."""
        if one.view is None:
            tables = one.state.seen
            if isinstance(tables, dict):  # why they cannot be read
                one.view = tables
            else:
                first, part = self.looks.at(tables)
                one.view = self.last = part if first else merged(self.last, part)
        return one.view


class Latest:
    """The states that were seen last, of all kernels: few enough, since others fill them."""

    def __init__(self, most: int = MOST, most_text: int = MOST_TEXT) -> None:
        self.most = most
        self.most_text = most_text
        self.size = 0
        self.held: dict[str, Seen] = {}

    def get(self, digest: str) -> Seen | None:
        """The state with this digest, if it is here."""
        return self.held.get(digest)

    def put(self, digest: str, one: Seen) -> None:
        """Keeps a state that is not too long; those that came first make room."""
        if one.size > LONGEST:
            return
        while self.held and (len(self.held) >= self.most or self.size + one.size > self.most_text):
            self.size -= self.held.pop(next(iter(self.held))).size
        self.held[digest] = one
        self.size += one.size

    def clear(self) -> None:
        """Keeps none."""
        self.held.clear()
        self.size = 0
