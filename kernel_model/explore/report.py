"""What is known of a lock after it has been checked, for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from kernel_model.explore.schedule import Counterexample, Step

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
        del fields["asked"]
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
            bounds = {p: "without bound" if b is None else b for p, b in self.bypass.items()}
            told = ", ".join(f"{p}: {bound}" for p, bound in bounds.items())
            yield f"{'overtaken at most':20} {told}"
        if self.counterexample is not None:
            yield from story(self.counterexample, BROKEN[self.counterexample.property])
        yield (
            f"{self.states:,} states, {self.transitions:,} transitions in {self.seconds:.2f} s "
            f"({self.engine})"
        )


def story(shown: Counterexample, what: str) -> Iterator[str]:
    """A counterexample as text, a step a line."""
    yield f"a shortest way to it: {what}"
    yield from _numbered(shown.stem, 1)
    if shown.cycle:
        yield "  and from here on, again and again:"
        yield from _numbered(shown.cycle, len(shown.stem) + 1)


def _numbered(steps: list[Step], first: int) -> Iterator[str]:
    for number, step in enumerate(steps, first):
        yield f"  {number:3}  {step}"
