"""States that were seen of kernels, by their digests, and their tables as JSON when asked for."""

from __future__ import annotations

from dataclasses import dataclass

from kernel_model.changes import Looks, merged
from kernel_model.invariants import View
from kernel_model.states import State

MOST = 4096  # that are kept, whoever was in them


@dataclass(slots=True, eq=False)
class Seen:
    """A state, and its tables as JSON once somebody asked for them."""

    state: State
    view: View | None = None


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
    """The states that were seen last, of all kernels."""

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self.held: dict[str, Seen] = {}

    def get(self, digest: str) -> Seen | None:
        """The state with this digest, if it is here."""
        return self.held.get(digest)

    def put(self, digest: str, one: Seen) -> None:
        """Keeps a state; the one that came first makes room."""
        if len(self.held) >= self.most:
            self.held.pop(next(iter(self.held)))
        self.held[digest] = one
