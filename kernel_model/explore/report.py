"""What is known of a lock after it has been checked, for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from kernel_model.explore.schedule import Counterexample, Numbers, told

PROPERTIES = ("mutex", "deadlock", "starvation")
BROKEN = {
    "mutex": "two processors are inside at once",
    "deadlock": "processors try, and nobody ever gets in",
    "starvation": "a processor tries for ever and never gets in",
    "release": "a processor never comes to the end of Vprim",
    "error": "a processor fails",
}


@dataclass
class Report:
    """The verdicts; None: not asked for, or not known."""

    states: int = 0  # reachable, after minimisation
    transitions: int = 0
    seconds: float = 0.0
    engine: str = "plain"
    mutual_exclusion: bool | None = None
    deadlock_free: bool | None = None
    starvation_free: bool | None = None
    bypass: dict[str, int | None] | None = None  # by processor; None: without bound
    counterexample: Counterexample | None = None
    error: str | None = None
    asked: tuple[str, ...] = field(default=PROPERTIES, repr=False)
    numbers: list[Numbers] = field(default_factory=list, repr=False)  # of the steps of a schedule

    def holds(self) -> bool:
        """Does everything hold that was asked for?"""
        asked = [self.verdicts()[name] for name in self.asked]
        return self.error is None and all(asked)

    def verdicts(self) -> dict[str, bool | None]:
        """By property."""
        return {
            "mutex": self.mutual_exclusion,
            "deadlock": self.deadlock_free,
            "starvation": self.starvation_free,
        }

    def to_json(self) -> dict[str, object]:
        """As `kernelbook explore --json` prints it."""
        fields = asdict(self)
        del fields["asked"], fields["numbers"]
        return fields

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> Iterator[str]:
        """The report as text."""
        words = {True: "yes", False: "NO", None: "not known"}
        if self.error is not None:
            yield f"error: {self.error}"
        names = ("mutual exclusion", "deadlock freedom", "starvation freedom")
        for name, (asked, verdict) in zip(names, self.verdicts().items(), strict=True):
            if asked in self.asked:
                yield f"{name:20} {words[verdict]}"
        if self.bypass is not None:
            told = ", ".join(f"processor {p} {often(b)}" for p, b in self.bypass.items())
            yield f"{'overtaken at most':20} {told} (counted from its first write)"
        if self.counterexample is not None:
            what = BROKEN[self.counterexample.property]
            yield from story(self.counterexample, self.numbers, what)
        yield (
            f"{self.states:,} states, {self.transitions:,} transitions in {self.seconds:.2f} s "
            f"({self.engine})"
        )


def often(bound: int | None) -> str:
    """How many times somebody may be overtaken, in words."""
    if bound is None:
        return "without bound"
    return {0: "never", 1: "once"}.get(bound, f"{bound} times")


def story(shown: Counterexample, numbers: list[Numbers], what: str) -> Iterator[str]:
    """A counterexample as text, a turn a line."""
    yield f"a shortest way to it: {what}"
    steps = zip([*shown.stem, *shown.cycle], numbers, strict=True)
    for place, (step, turn) in enumerate(steps):
        if place == len(shown.stem):
            yield "  and from here on, again and again:"
        yield from (f"  {line}" for line in told(step, turn))
