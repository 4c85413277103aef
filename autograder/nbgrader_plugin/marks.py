"""What grading one exercise of one submission gave, as far as nbgrader wants to know it."""

import math
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Marks:
    """A grade; one that is no number cannot be made."""

    exercise: str
    score: float  # of `most`
    most: float
    verdict: str  # pass, fail, error or timeout
    tier: str  # how well the student's code was shut in
    report: str
    picture: str = ""  # of the counterexample, as SVG that stands by itself

    def __post_init__(self) -> None:
        if not (math.isfinite(self.score) and math.isfinite(self.most) and self.most > 0):
            raise ValueError(f"{self.exercise}: {self.score} of {self.most} points is no grade")

    def to_json(self) -> dict[str, Any]:
        """All fields, by name."""
        return asdict(self)

    def points(self, worth: float) -> float:
        """The score in a cell worth so many points, from 0 to all of them."""
        share = max(0.0, min(1.0, self.score / self.most))
        return min(worth, round(share * worth, 4))
