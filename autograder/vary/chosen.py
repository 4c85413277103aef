"""Which cases were chosen and why: docs/chosen.md, and the cases of an exercise as a file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from autograder.audit.result import FOUND
from autograder.vary.choose import Choice
from kernel_model.scenario import Scenario
from kernel_model.scenario.format import dumps

PAGE = Path(__file__).parents[2] / "docs" / "chosen.md"
INTRODUCTION = """\
# How the hidden cases were chosen

    kernelbook choose --seed 7                 # all exercises with scenarios: what is kept, and why
    kernelbook choose semop --seed 7 --write   # one; its cases and its section here anew

The pool is the cases that an exercise has and those that `kernelbook vary` finds with the same
seed. Wrong answers are the mutants of the [audit](audit.md), mutants of the accepted answers, which
the seed picks, and answers that were written elsewhere, if a folder of them is given (`--wrong`).
Each runs through each case, and then as few cases are kept as will do: every wrong answer is told
by two of them, where the pool has two, and by one on each rule that it breaks. Known cases come
first, since they were made to be read. A found one comes in where it tells what no known one does,
or a second time at least eight that one case alone tells. Every rule keeps two cases, a suite 14.

`alone` counts the wrong answers that would get full marks without the case; `needed` those that
would be told by fewer than two cases, or no longer lose the points of its rule. Where both are 0,
the case is kept for the number of cases. The same seed and the same cases give the same choice.

"""
HEAD = """\
| exercise | seed | known | found | wrong answers | dropped | found ones kept | cases |
| --- | --- | --- | --- | --- | --- | --- | --- |
"""
ROW = re.compile(r"^\| \[(\w+)\]\(#\w+\) \|.*$", re.MULTILINE)
SECTION = re.compile(r"^## (\w+)\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
CASE = re.compile(r"^\| `([\w-]+)` \|", re.MULTILINE)


def row(choice: Choice) -> str:
    """The line of an exercise."""
    pool, name = choice.pool, choice.exercise
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(pool.kinds.items()))
    cells = [f"[{name}](#{name})", choice.seed, len(pool.known), len(pool.found), kinds]
    cells += [len(choice.dropped), len(choice.found), len(choice.kept)]
    return f"| {' | '.join(map(str, cells))} |"


def section(choice: Choice) -> str:
    """What each case is kept for, and what was dropped."""
    names = ", ".join(f"`{name}`" for name in choice.dropped)
    lines = [f"## {choice.exercise}", "", "| case | rule | alone | needed |"]
    lines += ["| --- | --- | --- | --- |"]
    for one in choice.kept:
        counts = f"{choice.alone(one.id)} | {choice.needed(one.id)}"
        lines.append(f"| `{name_of(one, choice)}` | {one.topic} | {counts} |")
    return "\n".join(
        [*lines, "", f"Dropped, since the others tell all of it: {names or 'none'}.\n"]
    )


def name_of(one: Scenario, choice: Choice) -> str:
    """A found case is named like the known ones of its exercise, and so that one knows it."""
    if one.id in {known.id for known in choice.pool.known}:
        return one.id
    return f"{choice.pool.known[0].id.partition('-')[0]}-found-{one.id}"


def read(page: Path = PAGE) -> dict[str, list[str]]:
    """By exercise, the names of the cases on the page."""
    text = page.read_text(encoding="utf-8")
    return {found[1]: CASE.findall(found[0]) for found in SECTION.finditer(text)}


def write(choices: Iterable[Choice], order: Iterable[str], page: Path = PAGE) -> None:
    """Puts these choices on the page; the rest of it stays."""
    text = page.read_text(encoding="utf-8") if page.is_file() else ""
    rows = {found[1]: found[0] for found in ROW.finditer(text)}
    sections = {found[1]: found[0].rstrip("\n") + "\n" for found in SECTION.finditer(text)}
    for one in choices:
        rows[one.exercise], sections[one.exercise] = row(one), section(one)
    there = [name for name in order if name in rows]
    table = HEAD + "".join(f"{rows[name]}\n" for name in there)
    body = "".join(f"\n{sections[name]}" for name in there)
    page.write_text(INTRODUCTION + table + body, encoding="utf-8")


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
