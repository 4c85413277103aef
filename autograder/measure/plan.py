"""What is to be measured, as the process that asks tells it to the one that measures."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from autograder.measure import libc
from autograder.measure.channels import Place


@dataclass(frozen=True, slots=True)
class Plan:
    """Every way, in every use, at every size."""

    key: int
    folder: str
    ways: tuple[str, ...]
    uses: tuple[str, ...]
    sizes: tuple[int, ...]
    repeats: int
    batch: float  # seconds that the messages of one repeat take, about
    processors: tuple[int, int]  # that of the producer, that of the consumer

    def to_text(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def of(cls, text: str) -> "Plan":
        """The plan that `to_text` gave."""
        given = json.loads(text)
        lists = {name: tuple(given[name]) for name in ("ways", "uses", "sizes", "processors")}
        return cls(**(given | lists))


def clean(place: Place) -> None:
    """Removes what a measurement that did not end may have left."""
    libc.remove(place.key)
    for name in ("pipe", "socket"):
        Path(place.folder, name).unlink(missing_ok=True)
