"""Calls of functions in one life of the code, held against what was found out about each of them.

What a call does next was asked from its beginning, every time, and where it matters in a module
made afresh. A kernel is something else: one module, many calls, several of them under way at once.
So such a run is made, with the values that were asked about. What it says must be the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from kernel_model.explore.budget import bounded
from kernel_model.explore.cells import LockError, Value
from kernel_model.explore.local import Local, discard, given
from kernel_model.explore.operations import Operation, forgotten
from kernel_model.explore.scripts import END, Phase
from kernel_model.explore.snapshot import Suspended

AT_ONCE = 3  # calls that are under way
Start = Callable[[Local], Suspended]  # begins a call in the one life


@dataclass(slots=True)
class Under:
    """A call that is under way."""

    call: int
    state: int
    running: Suspended


class Again:
    """All calls that are known, made again and again."""

    def __init__(self, start: Start) -> None:
        self.start = start
        self.under: list[Under] = []
        self.tried: Counter[tuple[int, int, Value]] = Counter()

    def go_on(self, calls: list[Local], steps: int) -> None:
        """So many steps; raises LockError where the code does something else than was found out."""
        asked = [values_of(one) for one in calls]
        begun = [number for number, values in enumerate(asked) if 0 in values]
        try:
            bounded(self._go_on, calls, asked, begun, steps, by_lines=True)
        finally:
            for one in self.under:
                discard(one.running)
            self.under.clear()
            forgotten()

    def _go_on(
        self,
        calls: list[Local],
        asked: list[dict[int, list[Value]]],
        begun: list[int],
        steps: int,
    ) -> None:
        for number in range(steps if begun else 0):
            at = number % AT_ONCE
            if at >= len(self.under):
                call = min(begun, key=lambda one: self.tried[one, 0, None])
                self.tried[call, 0, None] += 1
                self.under.append(Under(call, 0, self.start(calls[call])))
            one = self.under[min(at, len(self.under) - 1)]
            if not self._step(calls[one.call], one, asked[one.call].get(one.state, [])):
                discard(one.running)
                self.under.remove(one)

    def _step(self, local: Local, one: Under, values: list[Value]) -> bool:
        """One step of a call; False when it has ended, or nobody has asked how it goes on."""
        if not values:
            return False
        value = values[0]
        if len(values) > 1:
            value = min(values, key=lambda value: self.tried[one.call, one.state, value])
        self.tried[one.call, one.state, value] += 1
        before, one.state = local.pending[one.state], local.known[one.state, value]
        expected = local.pending[one.state]
        try:
            made = one.running.send(value)
            did: object = local.whole(made) if isinstance(made, Operation) else made
        except StopIteration as ended:
            did = END, None, (given(ended.value, local.who),)
        except (Exception, SystemExit) as error:
            did = f"{type(error).__name__}: {error}"
        if did != expected.step():
            where = f" (line {before.line or expected.line})"
            raise LockError(
                f"{local.who} does something else in a longer run, after the same values{where}: "
                f"what it does may depend on nothing but what it has read"
            )
        return expected.kind != END


def values_of(local: Local) -> dict[int, list[Value]]:
    """By state: the values that were asked about; not those with which it fails, or never ends."""
    found: dict[int, list[Value]] = {}
    for (state, value), after in local.known.items():
        if local.pending[after].phase is not Phase.BROKEN:
            found.setdefault(state, []).append(value)
    return found
