"""The exercises: a folder each under `autograder/exercises/`, read when it is asked for.

exercise.toml   name, title, points, hints, rules, where the solution is
text.md         what the student reads
stub.py         what the student begins with
after.md        where real kernels do it differently, and why: shown after success
visible.json    scenarios (or claims about all interleavings) that the student sees
hidden.json     those that grade; not in the student edition
systems/        of claims on functions that programs call: what the processors do
hidden/         the same of hidden claims; not in the student edition
mutants/        wrong on purpose: each must lose points; not in the student edition
accepted/       right, each in another style: none may lose any; not in the student edition
practice/       where the student writes scenarios: kernels to try them on; sealed for students
kernels.toml    and the mutants that grade them, by rule; not in the student edition
equivalent.toml mutants made by machine that no case can tell; not in the student edition
further.json    claims that the audit holds these against as well; not in the student edition
further/        their settings; not in the student edition
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.step_words import rule_told

if TYPE_CHECKING:
    from autograder.interleavings.claims import Claim
    from kernel_model.scenario.format import Scenario

ROOT = Path(__file__).parent / "exercises"
HINTS = 3  # a question, a nudge, a near-answer
SCENARIOS, INTERLEAVINGS, BREAKS = "scenarios", "interleavings", "breaks"
KINDS = (SCENARIOS, INTERLEAVINGS, BREAKS)


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that a right solution does; hidden scenarios with its name as topic test it."""

    name: str
    points: int
    says: str  # the rule in one sentence
    section: str  # where to read about it


@dataclass(frozen=True, slots=True)
class Exercise:
    """An exercise as its folder describes it."""

    name: str
    assignment: str
    number: int  # its place in the assignment
    title: str
    # "scenarios": graded by running scenarios on a kernel that has the function;
    # "interleavings": by looking at every interleaving of the steps of several processors;
    # "breaks": the student's scenarios are graded by the wrong kernels that they tell apart
    kind: str
    points: int  # of all rules together
    solution: str  # module:function, the reference
    functions: tuple[str, ...]  # that are to be written; the exercise's name where it is one
    seal: tuple[str, ...]  # further functions (module:function) that would give it away
    hints: tuple[str, ...]
    rules: dict[str, Rule]
    tables: str  # the rule that a table left broken counts against; "" of interleavings
    tells: tuple[tuple[str, str], ...]  # words of a call that fails, and the rule that they tell
    operations: tuple[str, ...]  # on cells that are allowed; () of scenarios
    sleepless: tuple[str, ...]  # of its functions, those that may not go to sleep
    folder: Path
    of: str = ""  # of "breaks": the exercise whose mutants are to be told apart
    full: float = 1.0  # the share of them that gives all points

    @property
    def function(self) -> str:
        """The function of the kernel that it is about."""
        return self.of or self.name

    @property
    def text(self) -> str:
        """What the student reads, as Markdown."""
        return (self.folder / "text.md").read_text(encoding="utf-8")

    @property
    def after(self) -> str:
        """What there is to say after success: where real kernels do it differently, and why."""
        path = self.folder / "after.md"
        return path.read_text(encoding="utf-8").strip() if path.is_file() else ""

    @property
    def stub(self) -> str:
        """What the student begins with: signature and docstring."""
        return (self.folder / "stub.py").read_text(encoding="utf-8")

    @property
    def places(self) -> tuple[str, ...]:
        """Where the reference of each of its functions is, as module:function."""
        module = self.solution.partition(":")[0]
        return tuple(f"{module}:{name}" for name in self.functions)

    def rule_of(self, found: dict[str, Any], topic: str) -> str:
        """The name of the rule that a small example of a case with this topic breaks."""
        return rule_told(self.tells, found, topic)

    def told_rule(self, name: str) -> dict[str, str]:
        """A rule by its name, what it says and where to read about it; for any topic of a case."""
        rule = self.rules.get(name)
        return {
            "name": name,
            "says": rule.says if rule else "",
            "section": rule.section if rule else "",
        }

    def visible(self) -> list[Scenario]:
        """The scenarios that the student sees; none where the student writes them."""
        return [] if self.kind == BREAKS else _cases(self.folder / "visible.json")

    def hidden(self, suites: Path | None = None) -> list[Scenario]:
        """The scenarios that grade: its own, or those of `suites/<name>/hidden.json`.

        None where its own are not there, as in the student edition. A suite that was asked for
        and is not there is an error (FileNotFoundError).
        """
        path = self._hidden_file(suites)
        return _cases(path) if path.is_file() else []

    def visible_claims(self) -> list[Claim]:
        """The same of an exercise about interleavings."""
        from autograder.interleavings.claims import load

        return load(self.folder / "visible.json")

    def hidden_claims(self, suites: Path | None = None) -> list[Claim]:
        """The same of an exercise about interleavings."""
        from autograder.interleavings.claims import load

        path = self._hidden_file(suites)
        return load(path) if path.is_file() else []

    def setting(self, name: str, suites: Path | None = None) -> Path:
        """The file of a setting, for claims: what processors do that call the functions."""
        folders = [self.folder / "systems", self._hidden_file(suites).parent / "hidden"]
        folders.append(self.folder / "further")
        found = [folder / f"{name}.py" for folder in folders if (folder / f"{name}.py").is_file()]
        if not found:
            raise FileNotFoundError(f"{self.name}: there is no setting {name} in {folders[0]}")
        return found[0]

    def _hidden_file(self, suites: Path | None) -> Path:
        if suites is None:
            return self.folder / "hidden.json"
        path = suites / self.name / "hidden.json"
        if not path.is_file():
            raise FileNotFoundError(
                f"there is no hidden suite for {self.name}: {path} is missing; "
                f"a folder of suites holds <exercise>/hidden.json"
            )
        return path

    def kernels(self) -> dict[str, list[str]]:
        """Of "breaks": the names of the mutants of `of`, by rule; {} in the student edition."""
        path = self.folder / "kernels.toml"
        if not path.is_file():
            return {}
        found: dict[str, list[str]] = tomllib.loads(path.read_text("utf-8"))
        return found

    def mutants(self) -> dict[str, str]:
        """Solutions that are wrong on purpose: name and source; {} in the student edition."""
        return _sources(self.folder / "mutants")

    def accepted(self) -> dict[str, str]:
        """Right solutions in other styles: name and source; {} in the student edition."""
        return _sources(self.folder / "accepted")


def exercises(root: Path = ROOT) -> list[Exercise]:
    """All exercises, by assignment and place in it; raises ValueError for a malformed folder."""
    return sorted(
        (_read(path.parent) for path in root.glob("*/exercise.toml")),
        key=lambda one: (int(re.sub(r"\D", "", one.assignment) or 0), one.number),
    )


def exercise(name: str, root: Path = ROOT) -> Exercise:
    """The exercise of that name; raises ValueError, naming those there are."""
    if name and Path(name).name == name and (root / name / "exercise.toml").is_file():
        return _read(root / name)
    known = [one.name for one in exercises(root)]
    near = get_close_matches(name.lower(), known, n=1)
    meant = f"did you mean {near[0]}? " if near else ""
    raise ValueError(
        f"there is no exercise {name!r}; {meant}the exercises are: {', '.join(known) or 'none'}"
    )


def exercise_with(name: str, root: Path = ROOT) -> Exercise:
    """The exercise of that name, or the one that asks for a function of that name."""
    found = [one for one in exercises(root) if name in one.functions]
    return found[0] if found else exercise(name, root)


def _cases(path: Path) -> list[Scenario]:
    """The scenarios of a file, which is read again only when it has changed."""
    return list(_cases_as_of(path, path.stat().st_mtime_ns))


@cache
def _cases_as_of(path: Path, changed: int) -> list[Scenario]:
    from kernel_model.scenario.errors import ScenarioError
    from kernel_model.scenario.format import load

    try:
        return load(path)
    except ScenarioError as error:
        raise ValueError(f"{path}: {error}") from None


def _sources(folder: Path) -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py"))}


@cache
def _read(folder: Path) -> Exercise:
    path = folder / "exercise.toml"
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
        made = _exercise(given, folder)
    except KeyError as error:
        raise ValueError(f"{path}: the key {error.args[0]} is missing") from None
    except (ValueError, TypeError) as error:
        raise ValueError(f"{path}: {error}") from None
    if made.name != folder.name:
        raise ValueError(f"{path}: name is {made.name!r}, but the folder is {folder.name}")
    if made.kind not in KINDS:
        raise ValueError(f"{path}: the kind is {made.kind!r}; it is one of {', '.join(KINDS)}")
    if len(made.hints) != HINTS:
        raise ValueError(f"{path}: there are {len(made.hints)} hints; write {HINTS}")
    total = sum(rule.points for rule in made.rules.values())
    if total != made.points:
        raise ValueError(f"{path}: the rules have {total} points, the exercise has {made.points}")
    return made


def _exercise(given: dict[str, Any], folder: Path) -> Exercise:
    rules = {name: Rule(name, **about) for name, about in given.pop("rules").items()}
    name = given.pop("name")
    return Exercise(
        name=name,
        assignment=given.pop("assignment"),
        number=given.pop("number"),
        title=given.pop("title"),
        kind=given.pop("kind"),
        points=given.pop("points"),
        solution=given.pop("solution"),
        functions=tuple(given.pop("functions", (name,))),
        seal=tuple(given.pop("seal", ())),
        hints=tuple(given.pop("hints")),
        rules=rules,
        tables=given.pop("tables", ""),
        tells=tuple((words, rules[rule].name) for words, rule in given.pop("tells", ())),
        operations=tuple(given.pop("operations", ())),
        sleepless=tuple(given.pop("sleepless", ())),
        folder=folder,
        **given,  # a key that is not known is a TypeError
    )
