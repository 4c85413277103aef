"""What is known of a system after it has been checked, for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from kernel_model.explore.report import story
from kernel_model.explore.schedule import Counterexample, Numbers

WORDS = {
    "error": "a processor fails",
    "mutex": "two processors are inside at once",
    "invariant": "an invariant is broken",
    "final": "all programs have ended, and the result is wrong",
    "lost_wakeup": "a wake-up is lost",
    "deadlock": "somebody waits for what can never happen",
    "livelock": "all goes on for ever, and nothing is achieved",
}


@dataclass
class SystemReport:
    """The verdicts; None: there is nothing to ask, or it is not known."""

    states: int = 0  # reachable, after minimisation; up to the first that is wrong by itself
    transitions: int = 0
    seconds: float = 0.0
    engine: str = "plain"
    mutual_exclusion: bool | None = None  # between enter() and leave()
    deadlock_free: bool | None = None
    starvation_free: bool | None = None  # of locks only
    bypass: dict[str, int | None] | None = None  # of locks only
    counterexample: Counterexample | None = None
    error: str | None = None
    invariants: dict[str, bool | None] = field(default_factory=dict)  # and finals, by name
    lost_wakeup: bool | None = None  # is there one?
    livelock_free: bool | None = None
    why: str | None = None  # what is wrong, in words
    numbers: list[Numbers] = field(default_factory=list, repr=False)  # of the steps of a schedule

    def holds(self) -> bool:
        """Is nothing wrong, and all known that was asked?"""
        sound = self.deadlock_free is not False and self.lost_wakeup is not True
        return bool(
            sound
            and self.error is None
            and self.mutual_exclusion is not False
            and self.livelock_free is not False
            and all(self.invariants.values())
        )

    def to_json(self) -> dict[str, object]:
        """As `kernelbook explore --json` prints it."""
        fields = asdict(self)
        del fields["numbers"]
        return fields

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> Iterator[str]:
        """The report as text."""
        words = {True: "yes", False: "NO", None: "not known"}
        if self.error is not None:
            yield f"error: {self.error}"
        if self.mutual_exclusion is not None:
            yield f"{'mutual exclusion':20} {words[self.mutual_exclusion]}"
        for name, holds in self.invariants.items():
            yield f"{name:20} {words[holds]}"
        kept = None if self.lost_wakeup is None else not self.lost_wakeup
        yield f"{'no wake-up lost':20} {words[kept]}"
        yield f"{'deadlock freedom':20} {words[self.deadlock_free]}"
        if self.livelock_free is not None:
            yield f"{'livelock freedom':20} {words[self.livelock_free]}"
        if self.counterexample is not None:
            what = self.why or WORDS[self.counterexample.property]
            yield from story(self.counterexample, self.numbers, what)
        yield (
            f"{self.states:,} states, {self.transitions:,} transitions in {self.seconds:.2f} s "
            f"({self.engine})"
        )
