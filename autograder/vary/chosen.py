"""Which cases were chosen and why: docs/chosen.md, and the cases of an exercise as a file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.audit import plan
from autograder.audit.result import FOUND
from autograder.audit.source import digest
from autograder.exercise import exercise
from autograder.vary.choose import Choice
from autograder.vary.pool import ELSEWHERE, SAMPLE
from kernel_model.scenario import Scenario
from kernel_model.scenario.format import dumps

PAGE = Path(__file__).parents[2] / "docs" / "chosen.md"
INTRODUCTION = """\
# How the hidden cases were chosen

    kernelbook choose --seed 7                 # all exercises with scenarios: what is kept, and why
    kernelbook choose semop --seed 7 --write   # one; its cases and its section here anew
    kernelbook choose semop --seed 7 --kept    # its cases as they stand: is its section here true?

The pool is the cases that an exercise has and those that `kernelbook vary` finds with the same
seed. Wrong answers are the mutants of the [audit](audit.md), mutants of the accepted answers, which
the seed picks, and answers that were written elsewhere, if a folder of them is given (`--wrong`).
Each runs through each case, and then as few cases are kept as will do: every wrong answer is told
by two of them, where the pool has two, and by one on each rule that it breaks. Known cases come
first, since they were made to be read. A found one comes in where it tells what no known one does,
or a second time at least eight that one case alone tells. Every rule keeps two cases, a suite 14.

`alone` counts the wrong answers that would get full marks without the case; `needed` those that
would be told by fewer than two cases, or no longer lose the points of its rule. Answers from
elsewhere are not among them, since only who has the folder can count these. Where both are 0, the
case is kept for such answers, for mutants of accepted answers that the seed did not pick, or for
the number of cases. The same seed and the same cases give the same choice.

A case that alone tells some mutant of an accepted answer stays, whether the seed picked the mutant
or not. Where answers from elsewhere were there, no known case goes without their folder.

The table says what there was when the cases were chosen: the last time that one went or came. The
sections say what they are needed for as they stand today, and what has gone at any time; some found
ones were given words by hand afterwards. The digest stands for the cases and all that they are held
against; a test compares it with today's, and counts one anew.

"""
HEAD = """\
| exercise | seed | known | found | wrong answers | dropped | found ones kept | cases |
| --- | --- | --- | --- | --- | --- | --- | --- |
"""
ROW = re.compile(r"^\| \[(\w+)\]\(#\w+\) \|.*$", re.MULTILINE)
SECTION = re.compile(r"^## (\w+)\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
NAME = re.compile(r"`([\w-]+)`")
CASE = re.compile(r"^\| `([\w-]+)` \|", re.MULTILINE)


@dataclass(frozen=True)
class Section:
    """What the page says of an exercise."""

    row: str  # of the table
    text: str
    cases: list[str]
    dropped: list[str]

    @property
    def seed(self) -> int:
        """The seed that it was chosen with."""
        return int(self.row.split("|")[2])

    @property
    def elsewhere(self) -> bool:
        """Were there answers from elsewhere when it was chosen?"""
        return ELSEWHERE in self.row


def row(choice: Choice) -> str:
    """The line of an exercise."""
    pool, name = choice.pool, choice.exercise
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(pool.kinds.items()))
    cells = [f"[{name}](#{name})", choice.seed, len(pool.known), len(pool.found), kinds]
    cells += [len(choice.dropped), len(choice.found), len(choice.kept)]
    return f"| {' | '.join(map(str, cells))} |"


def section(choice: Choice, dropped: Iterable[str]) -> str:
    """What each case is kept for, and what was dropped."""
    names = ", ".join(f"`{name}`" for name in dropped)
    lines = [f"## {choice.exercise}", "", f"Digest: `{state(choice.exercise, choice.seed)}`"]
    lines += ["", "| case | rule | alone | needed |", "| --- | --- | --- | --- |"]
    for one in choice.kept:
        counts = f"{choice.alone(one.id)} | {choice.needed(one.id)}"
        lines.append(f"| `{name_of(one, choice)}` | {one.topic} | {counts} |")
    return "\n".join(
        [*lines, "", f"Dropped, since the others tell all of it: {names or 'none'}.\n"]
    )


def state(name: str, seed: int) -> str:
    """The digest of all that the figures of a section depend on."""
    one = exercise(name)
    answers = [part for pair in one.accepted().items() for part in pair]
    return digest(plan(one).digest, *answers, str(seed), str(SAMPLE))


def name_of(one: Scenario, choice: Choice) -> str:
    """A found case is named like the known ones of its exercise, and so that one knows it."""
    if one.id in {known.id for known in choice.pool.known}:
        return one.id
    return f"{choice.pool.known[0].id.partition('-')[0]}-found-{one.id}"


def read(page: Path = PAGE) -> dict[str, Section]:
    """What the page says, by exercise."""
    text = page.read_text(encoding="utf-8") if page.is_file() else ""
    rows = {found[1]: found[0] for found in ROW.finditer(text)}
    return {
        found[1]: Section(
            rows[found[1]],
            found[0].rstrip("\n") + "\n",
            CASE.findall(found[0]),
            NAME.findall(found[0].rpartition("Dropped")[2]),
        )
        for found in SECTION.finditer(text)
    }


def write(sections: dict[str, Section], order: Iterable[str], page: Path = PAGE) -> None:
    """Puts these sections on the page; the rest of it stays."""
    every = read(page) | sections
    there = [every[name] for name in order if name in every]
    table = HEAD + "".join(f"{one.row}\n" for one in there)
    page.write_text(INTRODUCTION + table + "".join(f"\n{one.text}" for one in there), "utf-8")


def apply(choice: Choice, path: Path) -> None:
    """Leaves in a file of cases those that were kept, as they are written, and adds the found."""
    kept = {one.id for one in choice.kept}
    texts = [text for name, text in cases(path.read_text(encoding="utf-8")) if name in kept]
    for one in choice.found:
        notes = {**one.notes, FOUND: f"kernelbook choose {choice.exercise} --seed {choice.seed}"}
        made = dumps([replace(one, id=name_of(one, choice), notes=notes)])
        texts.append(made.removeprefix("[\n").removesuffix("\n]\n"))
    path.write_text("[\n" + ",\n\n".join(texts) + "\n]\n", encoding="utf-8")


def cases(text: str) -> Iterator[tuple[str, str]]:
    """Each case of a file: its name, and its text as it is written."""
    decoder, place = json.JSONDecoder(), text.index("[") + 1
    while (begins := re.compile(r"[\s,]*(?=\{)").match(text, place)) is not None:
        given, place = decoder.raw_decode(text, begins.end())
        yield given["id"], text[begins.end() : place]
