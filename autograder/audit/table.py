"""The table of the audits, docs/audit.md: written by `kernelbook audit --write`.

Each exercise has a line in the table at the top and a section of its own, with the digest of all
that its audit depends on: solution, hidden suite, mutants, reasons. A digest that is not today's
shows that the section is out of date, without anything being run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from autograder.audit.operators import EVERY
from autograder.audit.result import Audit, percent

PAGE = Path(__file__).parents[2] / "docs" / "audit.md"
INTRODUCTION = """\
# The audit of the hidden suites

Does every way of being wrong lose points? From the solution of each exercise mutants are made by
machine, each wrong in one place (`autograder/audit/operators/`); those that were written by hand
join them. All run in the sandbox, through the hidden suite, as submissions do. A mutant is killed
when a case fails. One that no scenario can tell from the solution is equivalent, and its reason
stands here. Any other that survives is a hole in the suite: `kernelbook audit` tells it and fails.
The score is the share of the killed among those that are not equivalent.

Of code over cells the explorer looks at every interleaving, and a case is a claim about them. There
a mutant may be another right answer. That is equivalent as well: it has its reason, and it keeps
further claims that grading does not look at (`further.json`), on more processors or more rounds.

Of scenarios that students write (`break_...`) the cases are the wrong kernels that grade them. A
mutant is killed by a kernel that stands for it: each scenario known that tells this kernel tells
the mutant as well, so that no answer can miss the mutant and lose nothing.

Most hidden cases were written, each for a misconception that it names (`why` in `hidden.json`).
Those counted as found were not thought of: `kernelbook vary` (see [vary](vary.md)) or a search like
it came upon them, they were made small, and `from` says which search it was. Of
exercises with scenarios the cases that are kept were chosen by a search again: as few as tell each
wrong answer twice, a sample of the mutants of accepted answers among them; some were written after
that. [chosen](chosen.md) says what each case is needed for, and what was dropped.

A case that is never the only one to kill a mutant may be the second one, or the one on its rule.

`kernelbook audit --write` writes this page. The digest of a section stands for all that it depends
on: solution, suite, mutants and reasons. A test compares it with today's, wants nothing to survive,
and runs a sample of the mutants again.

"""
HEAD = """\
| exercise | hidden cases | found | mutants | by hand | killed | equivalent | survived | score |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
"""
ROW = re.compile(r"^\| \[(\w+)\]\(#\w+\) \|.*$", re.MULTILINE)
SECTION = re.compile(r"^## (\w+)\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
DIGEST = re.compile(r"^Digest: `(\w+)`$", re.MULTILINE)


def write(audits: Iterable[Audit], order: Iterable[str], page: Path = PAGE) -> None:
    """Puts these audits on the page; the rest of it stays, if it is of an exercise in `order`.

    Raises FileNotFoundError where there is no folder for it: outside of a checkout.
    """
    if not page.parent.is_dir():
        raise FileNotFoundError(f"{page.parent} is missing: the page is written in a checkout")
    rows, sections = read(page)
    for one in audits:
        rows[one.exercise], sections[one.exercise] = row(one), section(one)
    there = [name for name in order if name in rows]
    table = HEAD + "".join(f"{rows[name]}\n" for name in there)
    text = INTRODUCTION + table + "".join(f"\n{sections[name]}" for name in there)
    page.write_text(text, encoding="utf-8")


def read(page: Path = PAGE) -> tuple[dict[str, str], dict[str, str]]:
    """The lines and the sections of the page, by exercise."""
    text = page.read_text(encoding="utf-8") if page.is_file() else ""
    rows = {found[1]: found[0] for found in ROW.finditer(text)}
    sections = {found[1]: found[0].rstrip("\n") + "\n" for found in SECTION.finditer(text)}
    return rows, sections


def digests(page: Path = PAGE) -> dict[str, str]:
    """The digest in each section."""
    found = {name: DIGEST.search(text) for name, text in read(page)[1].items()}
    return {name: match[1] if match else "" for name, match in found.items()}


def row(audit: Audit) -> str:
    """The line of an exercise."""
    name, hand = audit.exercise, sum(one.mutant.line == 0 for one in audit.verdicts)
    counts = [audit.count(verdict) for verdict in ("killed", "equivalent", "survived")]
    cases = (len(audit.cases), len(audit.found))
    cells = [f"[{name}](#{name})", *cases, len(audit.verdicts), hand, *counts]
    return _line(*cells, percent(audit.score))


def section(audit: Audit) -> str:
    """All that there is to tell of one audit."""
    lines = [f"## {audit.exercise}", "", f"Digest: `{audit.digest}`", ""]
    lines += [
        "How many mutants each rule kills; a mutant counts for the first case that fails.",
        "",
    ]
    lines += _operators(audit)
    redundant = ", ".join(f"`{case}`" for case in audit.redundant())
    lines += ["", f"Cases that are never the only one to kill a mutant: {redundant or 'none'}."]
    if audit.found:
        lines += ["", f"Cases that a search found: {', '.join(f'`{one}`' for one in audit.found)}."]
    by_reason: dict[str, list[str]] = {}
    for one in audit.verdicts:
        if one.verdict != "killed":
            by_reason.setdefault(one.reason or "SURVIVED", []).append(one.mutant.name)
    for reason, names in by_reason.items():
        lines += ["", f"{reason[:1].upper()}{reason[1:]}:", ""]
        lines += [f"- `{name}`" for name in names]
    return "\n".join(lines) + "\n"


def _operators(audit: Audit) -> list[str]:
    lines = [_line("operator", "what goes wrong", *audit.rules, "equivalent", "survived")]
    lines.append(_line(*["---"] * (len(audit.rules) + 4)))
    for name, counts in audit.operators().items():
        says = EVERY[name].says if name in EVERY else "mistakes that students make"
        numbers = [counts[rule] for rule in (*audit.rules, "equivalent", "survived")]
        lines.append(_line(name, says.replace("|", "\\|"), *[number or "" for number in numbers]))
    return lines


def _line(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"
