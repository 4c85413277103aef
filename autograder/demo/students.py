"""The demonstration's class: who hands in what, read from class.toml."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

FOLDER = Path(__file__).parent
HOSTILE = FOLDER / "hostile"


@dataclass(frozen=True, slots=True)
class Student:
    """One student and the recipe of one submission.

    An answer is, for one exercise,

        solution          the kernel's own function, as the course's notebook has it
        stub              nothing: the cell as it was released
        accepted/NAME     right, in another style, from the exercise's folder
        mutants/NAME      wrong in one place, from the exercise's folder
        hostile/NAME      an attack, from the folder beside this module
        several lines     themselves
    """

    id: str
    name: str
    note: str  # what is special about the submission
    answers: dict[str, str]  # by exercise
    rest: str = "solution"  # the answer to every other exercise
    edits: tuple[str, ...] = ()  # what else was done to the notebook: functions of `edits`

    def answer(self, exercise: str) -> str:
        """How this student answers an exercise."""
        return self.answers.get(exercise, self.rest)

    def attack(self) -> str | None:
        """The attack that is handed in, if there is one."""
        kinds = (answer.partition("/") for answer in self.answers.values())
        return next((name for kind, _, name in kinds if kind == "hostile"), None)

    def deserves(self, exercise: str) -> Literal["all", "less", "none"]:
        """What a fair grader gives for an exercise: all of its points, less, or none."""
        answer = self.answer(exercise)
        if "half_a_file" in self.edits:
            return "none"
        if answer == "solution" or answer.startswith("accepted/"):
            return "all"
        return "less" if answer.startswith("mutants/") else "none"


def read_class(path: Path = FOLDER / "class.toml") -> list[Student]:
    """Every student of the class, in the order of the file."""
    with path.open("rb") as file:
        entries = tomllib.load(file)["student"]
    return [
        Student(
            **{**entry, "edits": tuple(entry.get("edits", ())), "answers": entry.get("answers", {})}
        )
        for entry in entries
    ]
